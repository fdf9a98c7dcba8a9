// What is being watched beside promises: whether closed targets still answer as they did, and candidates in the shadow.

import { html } from "../../parts/html.js";
import { Badge } from "../../parts/figures.js";
import { moment, percent, plural } from "../../parts/format.js";
import { Notice } from "../../parts/states.js";
import { None, Part } from "./part.js";
import { whole } from "./words.js";

const VERDICTS = { fit: ["good", "good enough"], unfit: ["bad", "worse"], open: ["plain", "not known yet"] };

/** `answer`: of `/api/eval/watch`. */
export function Watch({ answer }) {
  const { share, budget } = answer.data ?? {};
  return html`<${Part} title="Watch" note=${share ? `${percent(share)} of requests audited, for at most $${budget} a day` : undefined} answer=${answer} none=${none}>
    ${({ canaries, shadows, dropped }) => html`<div class="stack">
      ${dropped > 0 && html`<${Notice} tone="warn">${plural(dropped, "request was", "requests were")} not looked at since the start, as too many waited.<//>`}
      <ul class="watched">
        ${canaries.map((each) => html`<${Canary} key=${each.target} canary=${each} />`)}
        ${shadows.map((each) => html`<${Shadow} key=${`${each.route}/${each.candidate}`} shadow=${each} />`)}
      </ul>
    </div>`}
  <//>`;
}

function none({ canaries, shadows, dropped }) {
  if (canaries.length || shadows.length || dropped) return null;
  return html`<${None} title="No canaries and no shadows">Name closed targets as canaries in the configuration's [watch] to be told when they change, or have a candidate answer unseen beside a route.<//>`;
}

function Canary({ canary }) {
  const changed = canary.changed_ns ? moment(canary.changed_ns / 1e6) : null;
  return html`<li><div class="row"><h3>${canary.target}</h3><${Badge}>canary<//><${Found} looks=${canary.looks} changed=${changed} /></div>
    <p class="faint small">${changed ? `Answers otherwise since ${changed}. ` : ""}${canary.looks ? `${plural(canary.looks, "look")}, the last ${moment(canary.asked_ns / 1e6)}` : "Not looked at yet"}; at most ${percent(canary.false_alarms)} of false alarms.</p></li>`;
}

function Found({ looks, changed }) {
  if (changed) return html`<${Badge} tone="bad" icon="warn">changed<//>`;
  return looks ? html`<${Badge} tone="good">as it was<//>` : html`<${Badge}>not known yet<//>`;
}

function Shadow({ shadow }) {
  const [tone, word] = VERDICTS[shadow.verdict] ?? ["plain", shadow.verdict];
  return html`<li><div class="row"><h3>${shadow.candidate}</h3><${Badge}>shadow of ${shadow.route}<//><${Badge}>${shadow.state}<//><${Badge} tone=${tone}>${word}<//></div>
    <p>${whole(shadow.said)}</p>
    <p class="faint small">${plural(shadow.pairs, "pair")} by ${shadow.scorer}, ${percent(shadow.share)} of requests; $${shadow.spent} of $${shadow.budget} spent.</p>
    ${shadow.assumes && html`<p class="faint small">${whole(shadow.assumes)}</p>`}</li>`;
}
