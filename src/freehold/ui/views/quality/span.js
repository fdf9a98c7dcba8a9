// A value with its interval: as numbers, and as a mark on a line between two ends.

import { html } from "../../parts/html.js";
import { percent } from "../../parts/format.js";

/** `figure`: `{ value, low, high }`, where an end may be null; `show` writes one number; `least` and `most`: the line's ends. */
export function Span({ figure, show = percent, least = 0, most = 1 }) {
  if (!figure) return html`<span class="faint">–</span>`;
  const { value, low, high } = figure;
  const place = (number) => `${Math.max(0, Math.min(100, (100 * (number - least)) / (most - least || 1)))}%`;
  const [from, to] = [low ?? least, high ?? most];
  return html`<span class="interval">
    <b class="number">${show(value)}</b>
    <span class="faint small number">${ends(low, high, show)}</span>
    <span class="interval-line" aria-hidden="true">
      <i style=${{ left: place(from), right: `calc(100% - ${place(to)})` }}></i><u style=${{ left: place(value) }}></u>
    </span>
  </span>`;
}

function ends(low, high, show) {
  if (low === null && high === null) return "too few to say how far off";
  if (low === null) return `up to ${show(high)}`;
  if (high === null) return `${show(low)} or more`;
  return `${show(low)} to ${show(high)}`;
}
