// A chart over time, drawn on a canvas, and the same numbers as a table for whoever cannot see it.

import uPlot from "../vendor/uplot.js";
import { html, useEffect, useRef, useState } from "./html.js";

const WHOLE = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));
const SPACE = 52; // Of the left axis, so that charts below one another begin at the same line; more for small sums.
const SIGN = 7; // How wide a sign of a label is.
const HALF = 28; // As much as the last label of the lower axis stands out on the right.

/** `times`: when each value begins, in seconds since the epoch; `series`: `{ name, values, tone, show, kind, stacked }` with
 * `tone` of `accent`, `second`, `third`, `bad` and `kind` of `bars`, `line`. `step`: seconds between two values; `whole`: they are
 * counts, so the axis has no halves. `title` and `summary` are what a screen reader says first. */
export function Chart({ title, summary, times, series, step, height = 190, show, whole = false }) {
  const self = useRef(null);
  const plot = useRef(null);
  const [at, setAt] = useState(null);
  const [theme, redraw] = useState(0);
  const shape = JSON.stringify([series.map((each) => [each.name, each.tone, each.kind]), step, height, theme]);

  useEffect(() => {
    const again = () => redraw((number) => number + 1);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    addEventListener("themechange", again);
    scheme.addEventListener("change", again);
    return () => {
      removeEventListener("themechange", again);
      scheme.removeEventListener("change", again);
    };
  }, []);

  useEffect(() => {
    const options = drawn(self.current, series, { height, show, onCursor: setAt, step, whole });
    plot.current = new uPlot(options, data(times, series), self.current);
    const watch = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry.contentRect.width);
      if (width > 0) plot.current.setSize({ width, height });
    });
    watch.observe(self.current);
    return () => {
      watch.disconnect();
      plot.current.destroy();
    };
  }, [shape]);

  useEffect(() => {
    plot.current.setData(data(times, series));
  }, [times, series]);

  return html`<figure>
    <${Legend} times=${times} series=${series} at=${at} show=${show} step=${step} />
    <div class="chart" ref=${self} role="img" aria-label="${title}. ${summary ?? ""}"></div>
    <${Numbers} title=${title} times=${times} series=${series} show=${show} step=${step} />
  </figure>`;
}

function data(times, series) {
  return [times, ...series.map((each) => each.values)];
}

// What the pointer is at, or the names alone.
function Legend({ times, series, at, show, step }) {
  const known = at !== null && at < times.length;
  return html`<div class="key" aria-hidden="true">
    ${series.map((each) => html`<span class="tone-${each.tone}"><i></i>${each.name} ${known && html`<b>${(each.show ?? show)(each.values[at])}</b>`}</span>`)}
    ${known && html`<span>${moment(times[at], step)}</span>`}
  </div>`;
}

function Numbers({ title, times, series, show, step }) {
  return html`<div class="unseen"><table>
    <caption>${title}</caption>
    <thead><tr><th scope="col">When</th>${series.map((each) => html`<th scope="col">${each.name}</th>`)}</tr></thead>
    <tbody>${times.map((time, place) => html`<tr><th scope="row">${moment(time, step)}</th>${series.map((each) => html`<td>${(each.show ?? show)(each.values[place])}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

function moment(seconds, step) {
  const hours = step < 86_400 ? { hour: "2-digit", minute: "2-digit" } : {};
  return new Date(seconds * 1000).toLocaleString(undefined, { day: "numeric", month: "short", ...hours });
}

// What stands below the axis: the hour of a day, and at midnight the day.
function when(seconds, step) {
  const date = new Date(seconds * 1000);
  const midnight = date.getHours() === 0 && date.getMinutes() === 0;
  if (step >= 86_400 || midnight) return date.toLocaleDateString(undefined, { day: "numeric", month: "short" });
  return date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}

function drawn(element, series, { height, show, onCursor, step, whole }) {
  const ink = (name) => resolved(element, name);
  const axis = { stroke: ink("--faint"), grid: { stroke: ink("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
  return {
    width: Math.max(240, Math.floor(element.clientWidth)),
    height,
    padding: [10, HALF, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: { x: { range: (_, least, most) => [least - step / 2, most + step / 2] }, y: { range: (_, least, most) => [0, most > 0 ? most * 1.1 : 1] } },
    axes: [
      { ...axis, grid: { show: false }, space: 64, size: 28, values: (_, ticks) => ticks.map((tick) => when(tick, step)) },
      { ...axis, size: (_, labels) => Math.max(SPACE, 16 + SIGN * Math.max(0, ...(labels ?? []).map((label) => label.length))), space: 40, ...(whole ? { incrs: WHOLE } : {}), values: (_, ticks) => ticks.map((tick) => show(tick)) },
    ],
    series: [{}, ...series.map((each) => stroke(each, ink))],
    hooks: { setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)] },
  };
}

function stroke({ name, tone, kind }, ink) {
  const colour = ink(`--${tone}`);
  if (kind === "bars") {
    return { label: name, stroke: colour, fill: colour, width: 0, paths: uPlot.paths.bars({ size: [0.72, 44], radius: 0.15 }), points: { show: false } };
  }
  return { label: name, stroke: colour, width: 2, spanGaps: false, points: { show: true, size: 4, fill: colour } };
}

// A canvas takes no custom property: ask what colour an element would have.
function resolved(element, name) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
