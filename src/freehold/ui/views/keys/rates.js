// Rates: how much each may do in a minute, and how much of that is left.

import { api } from "../../api.js";
import { html, useState } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { Confirm, Dialog } from "../../parts/dialog.js";
import { Badge } from "../../parts/figures.js";
import { count } from "../../parts/format.js";
import { Card } from "../../parts/page.js";
import { Empty, Failure, Loading } from "../../parts/states.js";
import { useAction } from "../../parts/asking.js";
import { tell } from "../../parts/toast.js";
import { number } from "./forms.js";
import { RateFields, UNLIMITED } from "./limits.js";
import { rateWords, sorted } from "./standing.js";
import { SubjectFields } from "./subject.js";

/** `answer`: of `/api/rates`. `only`: `{ scope, subject }`, to show and set that of one thing. */
export function Rates({ answer, known, tends, only = null }) {
  const { data, error, again } = answer;
  const [open, setOpen] = useState(null);
  const close = () => setOpen(null);
  const done = () => (close(), again());
  const rows = sorted((data?.data ?? []).filter((row) => !only || (row.scope === only.scope && row.subject === only.subject)));
  const tools = tends && data && (!only || !rows.length) && html`<${Button} small icon="plus" onClick=${() => setOpen({ kind: "set" })}>Set a rate<//>`;
  return html`<${Card} title="Rates" note="in any sixty seconds" tools=${tools}>
    ${error && !data && html`<${Failure} error=${error} retry=${again} />`}
    ${!data && !error && html`<${Loading} lines=${2} />`}
    ${data && rows.length === 0 && html`<${Empty} title="No rate" icon="keys"><p>Nothing holds back how much may be asked${only ? " with it" : ""} at once.</p><//>`}
    <ul class="limits">${rows.map((row) => html`<${Row} key=${row.id} row=${row} named=${!only} tends=${tends} open=${setOpen} />`)}</ul>
    ${open?.kind === "set" && html`<${RateDialog} row=${open.row ?? null} only=${only} known=${known} onDone=${done} onClose=${close} />`}
    ${open?.kind === "drop" && html`<${DropRate} row=${open.row} onDone=${done} onClose=${close} />`}
  <//>`;
}

function Row({ row, named, tends, open }) {
  const what = `the rate of ${row.name ?? row.subject}`;
  return html`<li class="limit">
    <div class="row">${named && html`<${Badge}>${row.scope}<//><b class="whose">${row.name ?? row.subject}</b>`}<span>${rateWords(row, count)}</span>
      ${tends && html`<span class="row-tools">
        <${Button} kind="quiet" small label=${`Change ${what}`} icon="edit" onClick=${() => open({ kind: "set", row })} />
        <${Button} kind="quiet" small label=${`Remove ${what}`} icon="trash" onClick=${() => open({ kind: "drop", row })} />
      </span>`}</div>
    <p class="small faint">${left(row)}</p>
  </li>`;
}

function left({ requests_left, tokens_left, under_way }) {
  const found = [requests_left !== null && `${count(requests_left)} requests`, tokens_left !== null && `${count(tokens_left)} tokens`].filter(Boolean);
  return [found.length && `${found.join(" and ")} left now`, `${count(under_way)} under way`].filter(Boolean).join(", ");
}

function RateDialog({ row, only, known, onDone, onClose }) {
  const [subject, setSubject] = useState(row ? { scope: row.scope, subject: row.subject } : (only ?? { scope: "key", subject: "" }));
  const [limits, setLimits] = useState({ ...UNLIMITED, ...texts(row) });
  const rate = { requests: number(limits.requests), tokens: number(limits.tokens), parallel: number(limits.parallel) };
  const ready = subject.subject && (rate.requests || rate.tokens || rate.parallel);
  const { run, busy, error } = useAction(async () => {
    await api("/api/rates", { body: { ...subject, ...rate } });
    tell("The rate holds from the next request on.");
    onDone();
  });
  const submit = (event) => {
    event.preventDefault();
    if (ready && !busy) run();
  };
  const foot = html`<${Button} onClick=${onClose}>Cancel<//><${Button} kind="primary" type="submit" form="rate-form" busy=${busy} disabled=${!ready}>Set it<//>`;
  return html`<${Dialog} title=${row ? `Rate of ${row.name ?? row.subject}` : "Set a rate"} onClose=${onClose} foot=${foot}>
    <form id="rate-form" onSubmit=${submit}>
      ${!row && !only && html`<${SubjectFields} value=${subject} onValue=${setSubject} known=${known} scopes=${["key", "team", "route"]} />`}
      <${RateFields} value=${limits} onValue=${setLimits} />
      ${error && html`<p class="error" role="alert">${error.message}</p>`}
    </form>
  <//>`;
}

function texts(row) {
  const said = (value) => (value == null ? "" : String(value));
  return { requests: said(row?.requests), tokens: said(row?.tokens), parallel: said(row?.parallel) };
}

function DropRate({ row, onDone, onClose }) {
  const yes = async () => {
    await api(`/api/rates/${encodeURIComponent(row.id)}`, { method: "DELETE" });
    tell("The rate is removed.");
    onDone();
  };
  return html`<${Confirm} title="Remove this rate?" action="Remove the rate" onYes=${yes} onClose=${onClose}>
    <p>Nothing will then hold <b>${row.name ?? row.subject}</b> to ${rateWords(row, count)}.</p>
  <//>`;
}
