// What is being watched beside promises: whether closed targets still answer as they did, and candidates in the shadow.

import { html } from "../../parts/html.js";
import { useAnswer } from "../../parts/asking.js";
import { Badge } from "../../parts/figures.js";
import { count, moment, percent, plural } from "../../parts/format.js";
import { Begin, Part } from "./part.js";

const EVERY = 30_000;
const STATES = { better: "good", "not worse": "good", worse: "bad" };

export function Watch() {
  const answer = useAnswer("/api/eval/watch", { every: EVERY });
  const { share, budget } = answer.data ?? {};
  return html`<${Part} title="Watch" note=${share ? `${percent(share)} of requests audited, for at most $${budget} a day` : undefined} answer=${answer} none=${none}>
    ${({ canaries, shadows }) => html`<ul class="watched">
      ${canaries.map((each) => html`<${Canary} key=${each.target} canary=${each} />`)}
      ${shadows.map((each) => html`<${Shadow} key=${`${each.route}/${each.candidate}`} shadow=${each} />`)}
    </ul>`}
  <//>`;
}

function none({ canaries, shadows }) {
  if (canaries.length || shadows.length) return null;
  return html`<${Begin} title="No canaries and no shadows" icon="shield">Name closed targets as canaries in the configuration's [watch] to be told when they change, or have a candidate answer unseen beside a route.<//>`;
}

function Canary({ canary }) {
  const changed = canary.changed_ns ? moment(canary.changed_ns / 1e6) : null;
  return html`<li><div class="row"><h3>${canary.target}</h3><${Badge}>canary<//>
      ${changed ? html`<${Badge} tone="bad" icon="warn">changed<//>` : html`<${Badge} tone="good">as it was<//>`}</div>
    <p class="faint small">${changed ? `Answers otherwise since ${changed}. ` : ""}${plural(canary.looks, "look")}; at most ${percent(canary.false_alarms)} of false alarms.</p></li>`;
}

function Shadow({ shadow }) {
  return html`<li><div class="row"><h3>${shadow.candidate}</h3><${Badge}>shadow of ${shadow.route}<//><${Badge} tone=${STATES[shadow.verdict] ?? "plain"}>${shadow.state}<//></div>
    <p>${shadow.said}</p>
    <p class="faint small">${count(shadow.pairs)} pairs by ${shadow.scorer}, ${percent(shadow.share)} of requests; $${shadow.spent} of $${shadow.budget} spent.${shadow.why ? ` ${shadow.why}` : ""}</p></li>`;
}
