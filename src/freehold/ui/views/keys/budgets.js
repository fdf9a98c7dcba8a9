// Budgets: what each may spend in its period, and how it stands.

import { api } from "../../api.js";
import { html, useState } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { Confirm, Dialog } from "../../parts/dialog.js";
import { Badge } from "../../parts/figures.js";
import { money } from "../../parts/format.js";
import { Card } from "../../parts/page.js";
import { Empty, Failure, Loading } from "../../parts/states.js";
import { useAction } from "../../parts/asking.js";
import { tell } from "../../parts/toast.js";
import { BudgetBar } from "./bar.js";
import { AllotmentFields, allotmentOf, limitsOf, UNLIMITED } from "./limits.js";
import { sorted } from "./standing.js";
import { SubjectFields } from "./subject.js";

/** `answer`: of `/api/budgets`. `only`: `{ scope, subject }`, to show and set those of one thing. */
export function Budgets({ answer, known, tends, only = null }) {
  const { data, error, again } = answer;
  const [open, setOpen] = useState(null);
  const close = () => setOpen(null);
  const done = () => (close(), again());
  const rows = sorted((data?.data ?? []).filter((row) => !only || (row.scope === only.scope && row.subject === only.subject)));
  const tools = tends && data && html`<${Button} small icon="plus" onClick=${() => setOpen({ kind: "set" })}>Set a budget<//>`;
  return html`<${Card} title="Budgets" note=${data && `in ${data.time_zone}`} tools=${tools}>
    ${error && !data && html`<${Failure} error=${error} retry=${again} />`}
    ${!data && !error && html`<${Loading} lines=${3} />`}
    ${data && rows.length === 0 && html`<${Empty} title="No budget" icon="keys">
      <p>Nothing holds back what may be spent${only ? " by it" : ""}. A budget holds also when many requests come at once.</p>
    <//>`}
    <ul class="limits">${rows.map((row) => html`<${Row} key=${row.id} row=${row} named=${!only} tends=${tends} open=${setOpen} />`)}</ul>
    ${open?.kind === "set" && html`<${BudgetDialog} row=${open.row ?? null} only=${only} known=${known} onDone=${done} onClose=${close} />`}
    ${open?.kind === "drop" && html`<${DropBudget} row=${open.row} onDone=${done} onClose=${close} />`}
  <//>`;
}

function Row({ row, named, tends, open }) {
  const what = `the budget of ${row.name ?? row.subject} for a ${row.period}`;
  return html`<li class="limit">
    <div class="row">${named && html`<${Badge}>${row.scope}<//><b class="whose">${row.name ?? row.subject}</b>`}<span class="faint">${money(row.amount)} a ${row.period}</span>
      ${tends && html`<span class="row-tools">
        <${Button} kind="quiet" small label=${`Change ${what}`} icon="edit" onClick=${() => open({ kind: "set", row })} />
        <${Button} kind="quiet" small label=${`Remove ${what}`} icon="trash" onClick=${() => open({ kind: "drop", row })} />
      </span>`}</div>
    <${BudgetBar} budget=${row} />
  </li>`;
}

function BudgetDialog({ row, only, known, onDone, onClose }) {
  const [subject, setSubject] = useState(row ? { scope: row.scope, subject: row.subject } : (only ?? { scope: "key", subject: "" }));
  const [limits, setLimits] = useState(row ? limitsOf(row) : UNLIMITED);
  const allotment = allotmentOf(limits);
  const { run, busy, error } = useAction(async () => {
    await api("/api/budgets", { body: { ...subject, ...allotment } });
    tell("The budget holds from the next request on.");
    onDone();
  });
  const submit = (event) => {
    event.preventDefault();
    if (allotment && subject.subject && !busy) run();
  };
  const foot = html`<${Button} onClick=${onClose}>Cancel<//>
    <${Button} kind="primary" type="submit" form="budget-form" busy=${busy} disabled=${!allotment || !subject.subject}>Set it<//>`;
  return html`<${Dialog} title=${row ? `Budget of ${row.name ?? row.subject}` : "Set a budget"} onClose=${onClose} foot=${foot}>
    <form id="budget-form" onSubmit=${submit}>
      ${!row && !only && html`<${SubjectFields} value=${subject} onValue=${setSubject} known=${known} scopes=${["key", "team", "route", "target"]} />`}
      <${AllotmentFields} value=${limits} onValue=${setLimits} fixed=${row !== null} />
      ${error && html`<p class="error" role="alert">${error.message}</p>`}
    </form>
  <//>`;
}

function DropBudget({ row, onDone, onClose }) {
  const yes = async () => {
    await api(`/api/budgets/${encodeURIComponent(row.id)}`, { method: "DELETE" });
    tell("The budget is removed.");
    onDone();
  };
  return html`<${Confirm} title="Remove this budget?" action="Remove the budget" onYes=${yes} onClose=${onClose}>
    <p>Nothing will then hold <b>${row.name ?? row.subject}</b> to ${money(row.amount)} a ${row.period}. What was spent stays in the records.</p>
  <//>`;
}
