// Which colour each option and each part has, the same in every drawing.

const COLOURS = 8;

/** The class of the colour at a place; what comes after the last is grey. */
export function seriesClass(place) {
  return place >= 0 && place < COLOURS ? `series-${place + 1}` : "series-more";
}

/** The class of an option's colour and its title, by the option's name, counted in the order of the results. */
export function palette(plan) {
  const shown = plan.results.filter((each) => !each.refusal).map((each) => each.name);
  const titles = new Map(plan.results.map((each) => [each.name, each.title]));
  return { tone: (name) => seriesClass(shown.indexOf(name)), title: (name) => titles.get(name) ?? name };
}
