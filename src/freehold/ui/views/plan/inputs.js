// Which inputs of a plan a person may move, in which order, and how far.

import { isShare } from "./figures.js";

const WORDS = {
  requests_a_day: "Requests a day",
  prompt_tokens: "Prompt tokens",
  answer_tokens: "Answer tokens",
  peak_over_mean: "Busiest hour over the mean",
  growth_a_month: "Growth a month",
  cached_share: "Prompt tokens cached",
  batch_share: "Requests that may wait",
  share_home: "Share kept at home",
  input: "Price of prompt tokens",
  cached_input: "Price of cached prompt tokens",
  output: "Price of answer tokens",
  price_gpu_hour: "An hour of a GPU",
  price_kwh: "Electricity",
  price_replica: "Purchase of a machine",
  life_months: "Life of the machine",
  hours_a_month: "Hours of staff a month",
  hours_once: "Hours of staff to move there",
  price_an_hour: "An hour of staff",
};
const KINDS = { api: "APIs", cloud: "rented servers", owned: "own servers", hybrid: "cascades" };
const FIELDS = Object.keys(WORDS);
const RATIO = 10; // A slider goes from a tenth of a number to ten times it, or as far as its range where that is more.

/** The inputs that can be moved, those that the choice hangs on first. Rows that say the same of several options are one:
 * `{ id, name, whose, paths, value, low, high, unit, least, most }`. */
export function movable(plan) {
  const groups = new Map();
  for (const row of plan.assumptions) {
    const field = lastOf(row.path);
    if (!FIELDS.includes(field) || row.path.startsWith("claims.")) continue;
    const id = [field, row.value, row.low, row.high, row.source].join(" ");
    const group = groups.get(id) ?? { id, field, row, paths: [] };
    groups.set(id, { ...group, paths: [...group.paths, row.path] });
  }
  const options = Object.fromEntries(plan.results.map((each) => [each.name, each]));
  const hangsOn = (plan.tornado?.bars ?? []).map((bar) => bar.path);
  const rank = (group) => {
    const place = hangsOn.findIndex((path) => group.paths.includes(path));
    return place < 0 ? hangsOn.length + FIELDS.indexOf(group.field) : place;
  };
  return [...groups.values()].sort((a, b) => rank(a) - rank(b)).map((group) => dial(group, options));
}

function dial({ id, field, row, paths }, options) {
  const { value, low, high, unit } = row;
  return { id, name: WORDS[field], whose: whose(paths, options), paths, value, low, high, unit, ...bounds(row) };
}

function bounds({ value, low, high, unit, path }) {
  if (lastOf(path) === "growth_a_month") return { least: -0.2, most: 0.5 };
  if (isShare(unit)) return { least: 0, most: 1 };
  if (lastOf(path) === "peak_over_mean") return { least: 1, most: Math.max(10, high) };
  const middle = value > 0 ? value : high > 0 ? high : 1;
  return { least: Math.min(low > 0 ? low : Infinity, middle / RATIO), most: Math.max(high, middle * RATIO) };
}

// Of which options an input is: the one's title, or how many of which kind.
function whose(paths, options) {
  const all = paths.filter((path) => path.startsWith("options.")).map((path) => options[path.split(".")[1]]);
  if (all.length < 2) return all[0]?.title ?? "";
  const kinds = new Set(all.map((each) => each.kind));
  return `${all.length} ${kinds.size === 1 ? (KINDS[all[0].kind] ?? "options") : "options"}`;
}

function lastOf(path) {
  return path.slice(path.lastIndexOf(".") + 1);
}

/** Whether a slider moves by ratios: shares and what may be below zero move by steps. */
export function byRatio({ least, unit }) {
  return least > 0 && !isShare(unit);
}

/** Where a value lies on its slider, 0 to 1. */
export function along(dial, value) {
  const held = Math.min(Math.max(value, dial.least), dial.most);
  if (byRatio(dial)) return Math.log(held / dial.least) / Math.log(dial.most / dial.least);
  return (held - dial.least) / (dial.most - dial.least);
}

/** The value at a place of its slider, with no more digits than a hand can mean. */
export function valueAt(dial, place) {
  const whole = byRatio(dial) ? dial.least * (dial.most / dial.least) ** place : dial.least + place * (dial.most - dial.least);
  return isShare(dial.unit) ? Number(whole.toFixed(2)) : Number(whole.toPrecision(2));
}

/** What the API is told of moved inputs: an amount of money says its currency, for an input is in US dollars. */
export function changes(dials, moved) {
  const found = {};
  for (const dial of dials) {
    if (!(dial.id in moved)) continue;
    const said = dial.unit.startsWith("USD") ? `${moved[dial.id]} USD` : moved[dial.id];
    for (const path of dial.paths) found[path] = said;
  }
  return found;
}
