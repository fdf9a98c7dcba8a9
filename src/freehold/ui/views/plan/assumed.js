// Every input: its value, its range, who says so and when.

import { html } from "../../parts/html.js";
import { Badge } from "../../parts/figures.js";
import { Card } from "../../parts/page.js";
import { Table } from "../../parts/table.js";
import { plural } from "../../parts/format.js";
import { quantity, unitOf } from "./figures.js";

export function Assumed({ plan, title }) {
  const groups = Map.groupBy(plan.assumptions, (row) => groupOf(row.path, title));
  const old = plan.assumptions.filter((row) => row.stale).length;
  const note = `${plural(plan.assumptions.length, "input")}${old ? `, ${old} of them old` : ""}`;
  return html`<${Card} title="What is assumed" note=${note}>
    ${[...groups].map(([name, rows]) => html`<details class="plan-more" key=${name}><summary>${name} (${rows.length})${rows.some((row) => row.stale) ? ", some old" : ""}</summary>
      <${Table} caption=${name} columns=${COLUMNS} rows=${rows} rowKey=${(row) => row.path} /></details>`)}
  <//>`;
}

const COLUMNS = [
  { key: "path", title: "Input", show: (row) => html`<code>${shorter(row.path)}</code>` },
  { key: "value", title: "Value", number: true, show: (row) => html`${quantity(row.value, row.unit)} <span class="faint small">${unitOf(row.unit)}</span>` },
  { key: "range", title: "80%", number: true, minor: true, show: (row) => (row.low === row.high ? "exact" : `${quantity(row.low, row.unit)} to ${quantity(row.high, row.unit)}`) },
  { key: "source", title: "Who says so", minor: true, wide: true, show: (row) => html`<span class="small">${row.source}</span>` },
  { key: "date", title: "When", show: (row) => html`${row.date}${row.stale && html` <${Badge} tone="warn">old<//>`}` },
];

function groupOf(path, title) {
  const [first, second] = path.split(".");
  if (first === "options") return title(second);
  return { workload: "The workload", claims: "Claims" }[first] ?? first;
}

function shorter(path) {
  const words = path.split(".");
  return (words[0] === "options" ? words.slice(2) : words.slice(1)).join(".");
}
