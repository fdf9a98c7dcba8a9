// One request, from what it was labelled to what it cost.

import { href } from "../../router.js";
import { may, me } from "../../session.js";
import { html, useState } from "../../parts/html.js";
import { useAnswer } from "../../parts/asking.js";
import { Copy } from "../../parts/controls.js";
import { EndingBadge, LabelBadge, Money, Time } from "../../parts/figures.js";
import { change, count, duration, money, moment, percent, plural } from "../../parts/format.js";
import { Icon } from "../../parts/icons.js";
import { Card, Page } from "../../parts/page.js";
import { Empty, Failure, Loading, Notice } from "../../parts/states.js";
import { Thumbs } from "../playground/thumbs.js";
import { Attempts } from "./attempts.js";
import { Findings, Foreseen, Grounding, LabelStep, Permit } from "./steps.js";

const UNDER_WAY = 2000;

/** The story of the request with this id. */
export function Story({ id }) {
  const [open, setOpen] = useState(true);
  const found = useAnswer(`/api/requests/${encodeURIComponent(id)}`, { every: open ? UNDER_WAY : 0 });
  const going = !found.data || found.data.ending === "open";
  if (open && found.data && !going) setOpen(false);
  const back = html`<a class="back" href=${href(["requests"])}><${Icon} name="left" size=${14} />Requests</a>`;
  const title = found.data ? `Request for ${found.data.model}` : "Request";
  return html`<${Page} title=${title} back=${back} lead=${found.data && html`<${Lead} record=${found.data} />`}>
    ${found.data ? html`<${Whole} record=${found.data} again=${found.again} />` : html`<${Card}><${Missing} found=${found} /><//>`}
  <//>`;
}

function Missing({ found }) {
  if (!found.error) return html`<${Loading} lines=${6} />`;
  if (found.error.status === 404) {
    return html`<${Empty} title="There is no such request" icon="search"><p>It was never made, is not yours to see, or was removed when its time was up.</p><//>`;
  }
  return html`<${Failure} error=${found.error} retry=${found.again} />`;
}

function Lead({ record }) {
  return html`<span class="row">
    <${EndingBadge} ending=${record.ending} /><span>${moment(record.started)}</span><span>by ${record.key.name}</span>
    <span class="row tight"><code>${record.id}</code><${Copy} text=${record.id} label="Copy the id" /></span>
  </span>`;
}

function Whole({ record, again }) {
  return html`
    ${record.error && html`<${Notice} tone=${record.ending === "failed" ? "bad" : "warn"}>${record.error}<//>`}
    ${record.reason && html`<p class="why"><${Icon} name="info" />${record.reason}</p>`}
    <${Facts} record=${record} />
    <ol class="story">
      <${LabelStep} label=${record.label} />
      <${Findings} findings=${record.findings} />
      <${Permit} permit=${record.permit} attempts=${record.attempts} />
      <${Grounding} grounding=${record.grounding} />
      <${Foreseen} forecast=${record.forecast} />
      <${Attempts} record=${record} />
    </ol>
    ${record.attempts.length > 0 && html`<${Feedback} record=${record} again=${again} />`}`;
}

function Facts({ record }) {
  const { usage } = record;
  const saved = record.baseline_cost === null ? null : Number(record.baseline_cost) - Number(record.cost);
  const much = change(record.cost, record.baseline_cost);
  const cached = usage.cached_input_tokens ? `, ${count(usage.cached_input_tokens)} of them cached` : "";
  return html`<dl class="stats summary">
    <${Fact} name="Answered by" icon=${record.owned === undefined ? null : record.target && (record.owned ? "home" : "away")}
      value=${record.target ?? "nobody"} note=${plural(record.attempts.length, "attempt")} />
    <${Fact} name="Took" value=${duration(record.total_ms)} note=${record.first_ms === null ? null : `first words after ${duration(record.first_ms)}`} />
    <${Fact} name="Cost" value=${html`<${Money} amount=${record.cost} />`}
      note=${saved === null ? null : saved > 0 ? `${money(saved)} saved${much === null ? "" : `, ${percent(-much)}`}` : "nothing saved"} />
    <${Fact} name="Tokens" value=${count(usage.input_tokens + usage.output_tokens)}
      note="${count(usage.input_tokens)} in${cached}, ${count(usage.output_tokens)} out${usage.estimated ? ", estimated" : ""}" />
    <${Fact} name="Label" value=${html`<${LabelBadge} label=${record.label.value} />`} note=${record.route && `by route ${record.route}`} />
  </dl>`;
}

function Fact({ name, value, note, icon }) {
  return html`<div class="stat"><dt>${name}</dt><dd><span class="value number">${icon && html`<${Icon} name=${icon} />`}${value}</span>${note && html`<span class="note">${note}</span>`}</dd></div>`;
}

function Feedback({ record, again }) {
  const all = record.feedback ?? [];
  const own = all.find((each) => each.key.id === me()?.key) ?? null;
  const mayRate = record.key.id === me()?.key || may("operator");
  if (!mayRate && !all.length) return null;
  return html`<${Card} title="Was it a good answer?">
    ${mayRate && html`<${Thumbs} id=${record.id} said=${own} onSaid=${again} />`}
    ${all.map((each) => html`<p key=${each.id} class="small"><b>${opinion(each)}</b> <span class="faint"><${Time} at=${each.at} /></span>${each.comment && html` – ${each.comment}`}</p>`)}
  <//>`;
}

function opinion({ thumb, score, outcome }) {
  const words = [thumb === 1 && "Good", thumb === -1 && "Bad", score !== null && score !== undefined && `scored ${percent(score)}`, outcome];
  return words.filter(Boolean).join(", ") || "Said";
}
