// Runs, newest first, and how far those are that are under way.

import { html } from "../../parts/html.js";
import { useAnswer } from "../../parts/asking.js";
import { Badge, Meter, Money, Time } from "../../parts/figures.js";
import { count, percent } from "../../parts/format.js";
import { Table } from "../../parts/table.js";
import { progress } from "./latest.js";
import { Begin, Part } from "./part.js";

const EVERY = 2000;
const FEW = 12;
const TONES = { waiting: "plain", running: "accent", done: "good", partial: "warn", stopped: "warn", failed: "bad" };

/** `names`: of datasets, by their ids. */
export function Runs({ answer, names }) {
  return html`<${Part} title="Runs" answer=${answer} none=${none} flush>
    ${({ data }) => html`<${Table} caption="Runs" columns=${columns(names)} rows=${data.slice(0, FEW)} rowKey=${(row) => row.id} />
      ${data.length > FEW && html`<p class="after-table faint small">${count(data.length - FEW)} earlier; 'freehold eval runs' lists them.</p>`}`}
  <//>`;
}

function none({ data }) {
  if (data.length) return null;
  return html`<${Begin} title="No runs yet" command="freehold eval run TARGET --data DATASET --scorer exact">A run asks one route or target for each example of a dataset, and scores its answers.<//>`;
}

function columns(names) {
  return [
    { key: "subject", title: "Subject", wide: true, show: (row) => html`<span class="target"><b>${row.subject}</b><span class="faint small">${names.get(row.dataset) ?? row.dataset}</span></span>` },
    { key: "state", title: "State", show: (row) => html`<${State} row=${row} />` },
    { key: "scorers", title: "Scorers", minor: true, show: (row) => row.scorers.join(", ") || "–" },
    { key: "spent", title: "Spent", number: true, minor: true, show: (row) => html`<${Money} amount=${row.spent} />` },
    { key: "created", title: "Begun", number: true, minor: true, show: (row) => html`<${Time} at=${row.created} />` },
  ];
}

function State({ row }) {
  const open = row.state === "running" || row.state === "waiting";
  return html`<span class="standing"><${Badge} tone=${TONES[row.state] ?? "plain"}>${row.state}<//>
    ${open && html`<${Progress} run=${row.id} />`}
    ${row.note && html`<span class="small faint">${row.note}</span>`}</span>`;
}

function Progress({ run }) {
  const { data } = useAnswer(`/api/eval/runs/${encodeURIComponent(run)}`, { every: EVERY });
  if (!data) return null;
  const share = progress(data);
  return html`<${Meter} share=${share} label=${`${percent(share)} of ${count(data.total)} examples`} />`;
}
