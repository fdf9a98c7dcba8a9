// Each option's month in its parts, and how each part comes about.

import { html } from "../../parts/html.js";
import { Card } from "../../parts/page.js";
import { sum, sums } from "./figures.js";
import { seriesClass } from "./tones.js";

export function Split({ plan }) {
  const had = plan.results.filter((each) => each.month).sort((a, b) => a.month.value - b.month.value);
  const parts = families(had);
  const most = Math.max(...had.map((each) => whole(each)), 0);
  const tone = (part) => seriesClass(parts.indexOf(family(part)));
  return html`<${Card} title="The month in its parts">
    <div class="key">${parts.map((part) => html`<span class=${tone(part)}><i></i>${part}</span>`)}</div>
    <ul class="plan-split">${had.map((each) => html`<li key=${each.name}>
      <div class="row"><span>${each.title}</span><b class="number">${sum(each.month.value, plan.currency)}</b></div>
      <${Bar} each=${each} most=${most} tone=${tone} plan=${plan} />
      <details><summary>How this comes about</summary><${Working} each=${each} plan=${plan} /></details>
    </li>`)}</ul>
  <//>`;
}

// A hybrid's parts at home and away have the colours of the same parts elsewhere.
function family(part) {
  return part.slice(part.lastIndexOf(": ") + 1).trim();
}

// The kinds of parts, those that most is paid for first, so that they have colours where there are more kinds than colours.
function families(had) {
  const paidFor = new Map();
  for (const line of had.flatMap((each) => each.lines.filter(paid))) {
    paidFor.set(family(line.part), (paidFor.get(family(line.part)) ?? 0) + line.month.value);
  }
  return [...paidFor.keys()].sort((a, b) => paidFor.get(b) - paidFor.get(a));
}

function Bar({ each, most, tone, plan }) {
  const lines = each.lines.filter(paid);
  const said = lines.map((line) => `${line.part} ${sum(line.month.value, plan.currency)}`).join(", ");
  return html`<div class="parts" role="img" aria-label=${said}>${lines.map(
    (line) => html`<i class=${tone(line.part)} title="${line.part}: ${sum(line.month.value, plan.currency)}" style=${{ width: `${(100 * line.month.value) / most}%` }}></i>`,
  )}</div>`;
}

function Working({ each, plan }) {
  return html`<dl class="plan-working">${each.lines.filter((line) => line.month.value !== 0 || line.month.high !== 0).map(
    (line) => html`<div><dt>${line.part} <span class="faint">${sums(line.month, plan.currency)}</span></dt><dd>${line.formula}</dd></div>`,
  )}</dl>`;
}

function paid(line) {
  return line.month.value > 0;
}

function whole(each) {
  return each.lines.filter(paid).reduce((total, line) => total + line.month.value, 0);
}
