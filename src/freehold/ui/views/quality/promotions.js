// How routes were changed by what was shown of candidates, and the way back.

import { api } from "../../api.js";
import { may } from "../../session.js";
import { html, useState } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { Confirm } from "../../parts/dialog.js";
import { Badge, Time } from "../../parts/figures.js";
import { percent } from "../../parts/format.js";
import { tell } from "../../parts/toast.js";
import { None, Part } from "./part.js";
import { whole } from "./words.js";

const TONES = { active: "good", replaced: "plain", "taken-back": "warn" };
const FEW = 3;

/** `answer`: of `/api/eval/watch`. */
export function Promotions({ answer }) {
  const [taking, take] = useState(null);
  return html`<${Part} title="Promotions" note="changes of routes by evidence, newest first" answer=${answer} none=${none}>
      ${({ routes }) => html`<ul class="watched">
        ${routes.filter(isChanged).map((each) => html`<${History} key=${each.route} changed=${each} onTake=${take} />`)}
      </ul>`}
    <//>
    ${taking && html`<${TakeBack} revision=${taking} onClose=${() => take(null)} onDone=${answer.again} />`}`;
}

function isChanged({ promotions }) {
  return promotions.length > 0;
}

function none({ routes }) {
  if (routes.some(isChanged)) return null;
  return html`<${None} title="No promotions" command="freehold eval shadow ROUTE --candidate TARGET --scorer judge:NAME">
    Have a candidate answer beside a route, unseen by users; once it is shown to be good enough, promote it.
  <//>`;
}

function History({ changed, onTake }) {
  const { route, promotions } = changed;
  const draw = (each) => html`<${Change} key=${each.id} revision=${each} onTake=${onTake} />`;
  const earlier = promotions.slice(FEW);
  return html`<li><h3>${route}</h3>
    <ol class="changes">${promotions.slice(0, FEW).map(draw)}</ol>
    ${earlier.length > 0 && html`<details><summary>${earlier.length} earlier</summary><ol class="changes">${earlier.map(draw)}</ol></details>`}
  </li>`;
}

function Change({ revision, onTake }) {
  const { route, candidate, state, canary, at_ns: at, before, flow, targets, evidence, why, ended, ended_ns: until } = revision;
  return html`<li>
    <div class="row"><b>${candidate}</b><${Badge} tone=${TONES[state] ?? "plain"}>${standing(state, canary)}<//>
      <span class="faint small"><${Time} at=${new Date(at / 1e6).toISOString()} /></span>
      ${state === "active" && may("operator") && html`<${Button} small label=${`Take back ${candidate} on ${route}`} onClick=${() => onTake(revision)}>Roll back<//>`}</div>
    <p class="small">${asked(before)}, then ${asked({ flow, targets })}.</p>
    <p class="faint small">${whole(evidence.says || why)}${ended ? ` ${whole(ended)}` : ""}${until ? html` <${Time} at=${new Date(until / 1e6).toISOString()} />` : ""}</p>
  </li>`;
}

function standing(state, canary) {
  if (state === "active") return canary === null ? "in force" : `on trial with ${percent(canary)}`;
  return state === "taken-back" ? "taken back" : state;
}

function asked({ flow, targets }) {
  return `${flow}: ${targets.join(", ")}`;
}

function TakeBack({ revision, onClose, onDone }) {
  const { route, candidate, before } = revision;
  const yes = async () => {
    await api(`/api/eval/promotions/${encodeURIComponent(route)}`, { method: "DELETE" });
    tell(`${candidate} is taken back on ${route}`);
    onDone();
  };
  return html`<${Confirm} title=${`Take back ${candidate}?`} action="Roll back" onYes=${yes} onClose=${onClose}>
    <p>What ${route} asked before is in force again: ${asked(before)}. Requests under way end as they began.</p>
  <//>`;
}
