// Runs, newest first, a page at a time: what was asked, how far it came, and what it cost.

import { html } from "../../parts/html.js";
import { useAnswer } from "../../parts/asking.js";
import { Badge, Meter, Money, Time } from "../../parts/figures.js";
import { count, percent } from "../../parts/format.js";
import { Table } from "../../parts/table.js";
import { progress } from "./latest.js";
import { Pages } from "./pages.js";
import { Begin, Part } from "./part.js";
import { outcome, tone } from "./words.js";

const EVERY = 2000;

/** `datasets`: by their ids. */
export function Runs({ answer, datasets }) {
  return html`<${Part} title="Runs" note="the newest first" answer=${answer} none=${none} flush>
    ${({ data }) => html`<${Pages} name="runs" rows=${data}>
      ${(rows) => html`<${Table} caption="Runs" columns=${columns(datasets)} rows=${rows} rowKey=${(row) => row.id} />`}
    <//>`}
  <//>`;
}

function none({ data }) {
  if (data.length) return null;
  return html`<${Begin} title="No runs yet" command="freehold eval run TARGET --data DATASET --scorer exact">A run asks one route or target for each example of a dataset, and scores its answers.<//>`;
}

function columns(datasets) {
  return [
    { key: "run", title: "Run", wide: true, show: (row) => html`<${Named} row=${row} dataset=${datasets.get(row.dataset)} />` },
    { key: "state", title: "State", show: (row) => html`<${Badge} tone=${tone(row)}>${row.state}<//>` },
    { key: "size", title: "Examples", number: true, minor: true, show: (row) => size(row, datasets.get(row.dataset)) },
    { key: "scorers", title: "Scorers", minor: true, show: (row) => row.scorers.join(", ") || "–" },
    { key: "spent", title: "Spent", number: true, show: (row) => html`<${Money} amount=${row.spent} />` },
  ];
}

function Named({ row, dataset }) {
  return html`<span class="target"><span><b>${row.subject}</b> on ${dataset?.name ?? "a dataset that is gone"}</span>
    <${Outcome} key=${`${row.id}/${row.state}`} row=${row} />
    <span class="faint small"><${Time} at=${row.created} /> · ${row.id}</span></span>`;
}

function size({ limit }, dataset) {
  const whole = dataset?.size ?? limit;
  return count(limit && whole ? Math.min(limit, whole) : whole);
}

/** How far it came. A new one for each state: what is asked of a run that goes on is asked again. */
function Outcome({ row }) {
  const open = row.state === "running" || row.state === "waiting";
  const { data } = useAnswer(`/api/eval/runs/${encodeURIComponent(row.id)}`, { every: open ? EVERY : 0 });
  const words = data ? outcome(data) : row.note;
  return html`${open && data && html`<${Meter} share=${progress(data)} label=${`${percent(progress(data))} of ${count(data.total)} examples`} />`}
    ${words && html`<span class="small">${words}</span>`}`;
}
