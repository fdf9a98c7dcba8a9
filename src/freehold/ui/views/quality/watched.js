// What the watch says of one promise: in a sentence, how near an alarm is, and since when there is one.

import { html } from "../../parts/html.js";
import { Badge, Meter, Money } from "../../parts/figures.js";
import { count, moment, percent, plural } from "../../parts/format.js";
import { Notice } from "../../parts/states.js";
import { Fact } from "./fact.js";
import { inputs, sentence } from "./words.js";

const NEAR = 0.5;

/** `watched`: the promise's row of the watch; `like`: how the route's inputs stand, or null. */
export function Watched({ watched, like }) {
  const { says, strength, alarmed_ns: alarmed, audited, chosen, estimate, missed, cost, differences } = watched;
  const unseen = Object.entries(missed);
  return html`<div class="watching">
    ${alarmed && html`<${Notice} tone="bad">Alarm since <time datetime=${stamp(alarmed)}>${moment(alarmed / 1e6)}</time>.<//>`}
    <p>${sentence(says)}</p>
    ${chosen > 0 && html`<dl class="facts">
      <${Fact} name="Way to an alarm"><span class="near"><span class="number">${percent(strength)}</span>
        <${Meter} share=${strength} tone=${strength >= 1 ? "bad" : strength >= NEAR ? "warn" : "accent"} label=${`${percent(strength)} of the way to an alarm`} /></span><//>
      <${Fact} name="Audited">${count(audited)} kept answers, of ${count(chosen)} requests<//>
      <${Fact} name="Harm, estimated">${percent(estimate)}<//>
      <${Fact} name="Spent on it"><${Money} amount=${cost} /><//>
    </dl>`}
    ${differences?.all.audited > 0 && html`<p class="small">${differences.warned && html`<${Badge} tone="warn" icon="warn">more differ<//> `}${sentence(differences.says)}</p>`}
    ${like && html`<p class="small">${like.alarm && html`<${Badge} tone="warn" icon="warn">inputs changed<//> `}${inputs(like)}</p>`}
    ${watched.feedback > 0 && html`<p class="faint small">In ${plural(watched.feedback_days, "day")} people said something of ${plural(watched.feedback, "answer")}, and something bad of ${count(watched.feedback_bad)}.</p>`}
    ${unseen.length > 0 && html`<p class="faint small">Not audited: ${unseen.map(([why, times]) => `${why} (${count(times)})`).join(", ")}.</p>`}
  </div>`;
}

function stamp(ns) {
  return new Date(ns / 1e6).toISOString();
}
