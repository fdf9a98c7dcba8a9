// What each option costs a month, from the cheapest up; then those that cannot be had, with the arithmetic.

import { html } from "../../parts/html.js";
import { Badge } from "../../parts/figures.js";
import { Card } from "../../parts/page.js";
import { plural } from "../../parts/format.js";
import { number, seconds, sum, sums } from "./figures.js";

/** `tone(name)`: the class of an option's colour. */
export function Options({ plan, tone }) {
  const had = plan.results.filter((each) => each.month).sort((a, b) => a.month.value - b.month.value);
  const refused = plan.results.filter((each) => each.refusal);
  const most = Math.max(...had.map((each) => each.month.high), 0);
  return html`<${Card} title="What each option costs a month" note="on average over ${plan.horizon_months} ${plan.horizon_months === 1 ? "month" : "months"}, in ${plan.currency}; ranges hold with 80%">
    <div class="table" role="region" aria-label="Options" tabindex="0"><table class="plan-options">
      <caption class="unseen">Options, the cheapest first</caption>
      <thead><tr><th scope="col">Option</th><th scope="col" class="number">A month</th><th scope="col" class="number minor">80%</th>
        <th scope="col" class="number minor">Million tokens</th></tr></thead>
      <tbody>${had.map((each) => html`<${Row} key=${each.name} each=${each} plan=${plan} most=${most} tone=${tone(each.name)} />`)}</tbody>
    </table></div>
    ${refused.length > 0 && html`<${Refused} all=${refused} />`}
    <${Differences} all=${had} />
  <//>`;
}

function Row({ each, plan, most, tone }) {
  const { month, million_tokens: million } = each;
  return html`<tr>
    <th scope="row"><span class="plan-name"><i class="swatch ${tone}" aria-hidden="true"></i><span>${each.title}</span>${each.name === plan.recommendation.option && html`<${Badge} tone="good" icon="check">recommended<//>`}</span>
      <${Spread} month=${month} most=${most} tone=${tone} />
      <span class="narrow faint small">${sums(month, plan.currency)}</span>
      ${each.sizing && html`<span class="faint small">${machines(each.sizing)}</span>`}</th>
    <td class="number"><b>${sum(month.value, plan.currency)}</b></td>
    <td class="number minor faint">${sums(month, plan.currency)}</td>
    <td class="number minor">${million && sum(million.value, plan.currency)}</td>
  </tr>`;
}

// From nothing to the value, and the paler range around it; the numbers beside it say the same.
function Spread({ month, most, tone }) {
  const part = (value) => `${most > 0 ? (100 * Math.max(value, 0)) / most : 0}%`;
  const width = `${most > 0 ? (100 * (Math.max(month.high, 0) - Math.max(month.low, 0))) / most : 0}%`;
  return html`<span class="spread ${tone}" aria-hidden="true"><i style=${{ width: part(month.value) }}></i><b style=${{ left: part(month.low), width }}></b></span>`;
}

function machines(sizing) {
  const spares = sizing.spares ? `, ${sizing.spares} spare` : "";
  const wait = sizing.peak ? `; first token within ${seconds(sizing.peak.ttft_s.high)} at the peak` : "";
  return `${plural(sizing.replicas, "replica")} on ${plural(sizing.gpus, "GPU")}${spares}${wait}`;
}

function Refused({ all }) {
  return html`<div class="plan-refused"><h3>Cannot be had</h3><ul>${all.map(
    (each) => html`<li key=${each.name}><b>${each.title}</b>: ${each.refusal}</li>`,
  )}</ul></div>`;
}

function Differences({ all }) {
  return html`<details class="plan-more"><summary>In what else they differ</summary>${all.map(
    (each) => html`<div key=${each.name}><h3>${each.title}</h3><ul>
      ${[each.quality, each.privacy, each.risk, ...each.warnings].filter(Boolean).map((said) => html`<li>${said}</li>`)}
      ${each.sizing && html`<li>${each.sizing.memory}. ${each.sizing.evidence}. At the busiest hour the machines work ${number(100 * each.sizing.utilisation)}% of the time.</li>`}
    </ul></div>`,
  )}</details>`;
}
