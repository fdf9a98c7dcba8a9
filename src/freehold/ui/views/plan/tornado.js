// What the choice between the two best options hangs on: each input at the ends of its range, all else at its value.

import { html } from "../../parts/html.js";
import { Card } from "../../parts/page.js";
import { quantity, sum, unitOf } from "./figures.js";

const MOST = 10;

export function TornadoChart({ plan, title }) {
  const found = plan.tornado;
  if (!found?.bars.length) return null;
  const bars = found.bars.slice(0, MOST);
  const ends = bars.flatMap((bar) => [bar.at_low, bar.at_high]).filter(Number.isFinite);
  const [low, high] = [Math.min(0, found.difference, ...ends), Math.max(0, found.difference, ...ends)];
  const along = (value) => (high > low ? (100 * (Math.min(Math.max(value, low), high) - low)) / (high - low) : 0);
  return html`<${Card} title="What the choice hangs on">
    <p class="hint">What ${title(found.second)} costs a month beyond ${title(found.first)}, with one input at each end of its 80% range. A bar that reaches the line of equal cost can turn the choice by itself.</p>
    <div class="table" role="region" aria-label="What the choice hangs on" tabindex="0"><table class="plan-tornado">
      <caption class="unseen">The difference a month with each input at the ends of its range</caption>
      <thead><tr><th scope="col">Input</th><th scope="col">Difference a month</th><th scope="col" class="number minor">then</th><th scope="col" class="number minor">and then</th></tr></thead>
      <tbody>${bars.map((bar) => html`<${Row} key=${bar.path} bar=${bar} plan=${plan} along=${along} />`)}</tbody>
    </table></div>
  <//>`;
}

function Row({ bar, plan, along }) {
  const [from, to] = [Math.min(bar.at_low, bar.at_high), Math.max(bar.at_low, bar.at_high)];
  const turns = from < 0 && to > 0;
  return html`<tr>
    <th scope="row">${bar.label}<span class="faint small">${quantity(bar.low_input, bar.unit)} to ${quantity(bar.high_input, bar.unit)} ${unitOf(bar.unit)}</span></th>
    <td class="swing"><span aria-hidden="true"><i class=${turns ? "turns" : undefined} style=${{ left: `${along(from)}%`, width: `${along(to) - along(from)}%` }}></i>
      <b style=${{ left: `${along(0)}%` }}></b><u style=${{ left: `${along(plan.tornado.difference)}%` }}></u></span>
      <span class="narrow small faint">${sum(bar.at_low, plan.currency)} to ${sum(bar.at_high, plan.currency)}</span></td>
    <td class="number minor">${sum(bar.at_low, plan.currency)}</td>
    <td class="number minor">${sum(bar.at_high, plan.currency)}</td>
  </tr>`;
}
