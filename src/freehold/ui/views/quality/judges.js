// Judges, each with what it was measured to be, and whether it may decide anything.

import { html } from "../../parts/html.js";
import { useAnswer } from "../../parts/asking.js";
import { Badge } from "../../parts/figures.js";
import { count } from "../../parts/format.js";
import { Begin, Part } from "./part.js";
import { Span } from "./span.js";

export function Judges() {
  const answer = useAnswer("/api/eval/judges");
  return html`<${Part} title="Judges" note="only a certified judge may gate, calibrate or promote" answer=${answer} none=${none}>
    ${({ data }) => html`<ul class="judges">${data.map((each) => html`<${Judge} key=${each.name} judge=${each} />`)}</ul>`}
  <//>`;
}

function none({ data }) {
  if (data.length) return null;
  return html`<${Begin} title="No judges" icon="info" command="freehold eval judges add NAME --model TARGET --rubric rubric.txt">A model may judge answers that no rule can. It has to be certified against answers that people have judged before.<//>`;
}

/** One line; what it was measured to be is for who asks. */
function Judge({ judge }) {
  const { certificate } = judge;
  return html`<li><details class="certificate">
    <summary><span class="row"><b>${judge.name}</b>${judge.certified ? html`<${Badge} tone="good" icon="check">certified<//>` : html`<${Badge} tone="warn">not certified<//>`}
      <${Badge}>${judge.kind}<//><span class="faint small">${judge.model}</span></span></summary>
    <div class="stack">
      ${certificate && html`<p class="faint small">Held to ${count(certificate.size)} judgements of people on ${certificate.made}.</p>`}
      ${judge.why_not && html`<p class="small">${judge.why_not}</p>`}
      ${certificate && html`<div class="table" role="region" aria-label=${`Certificate of ${judge.name}`} tabindex="0"><table>
        <caption class="unseen">Certificate of ${judge.name}</caption>
        <thead><tr><th scope="col">Measure</th><th scope="col">Seen</th><th scope="col" class="minor">Has to be</th><th scope="col">Is</th></tr></thead>
        <tbody>${certificate.measures.map((each) => html`<${Measure} key=${each.name} measure=${each} />`)}</tbody></table></div>`}
    </div>
  </details></li>`;
}

function Measure({ measure }) {
  const signed = measure.low < 0 || measure.name === "kappa";
  return html`<tr><td>${measure.name}</td>
    <td>${measure.value === null ? html`<span class="faint">–</span>` : html`<${Span} figure=${measure} show=${two} least=${signed ? -1 : 0} />`}</td>
    <td class="minor">${measure.wanted}</td>
    <td>${measure.passed ? html`<${Badge} tone="good">as wanted<//>` : html`<${Badge} tone="bad">not shown<//>`}</td></tr>`;
}

function two(value) {
  return value.toFixed(2).replace("-", "−");
}
