// Who asked most, what was asked for most, and what went wrong most.

import { href } from "../../router.js";
import { html } from "../../parts/html.js";
import { Money } from "../../parts/figures.js";
import { count, percent } from "../../parts/format.js";
import { Card } from "../../parts/page.js";
import { Table } from "../../parts/table.js";
import { Loading } from "../../parts/states.js";

const MOST = 6;

/** The largest groups of requests. `filter`: what the list of requests is narrowed by when one is opened. */
export function Share({ title, rows, filter }) {
  if (!rows) return html`<${Card} title=${title}><${Loading} /><//>`;
  const first = [...rows].sort((a, b) => b.requests - a.requests).slice(0, MOST);
  const columns = [
    { key: "group", title: filter === "key" ? "Key" : "Model", wide: true, show: (row) => row.group ?? "none" },
    { key: "requests", title: "Requests", number: true, show: (row) => count(row.requests) },
    { key: "home", title: "At home", number: true, minor: true, show: (row) => percent(row.share_home) },
    { key: "cost", title: "Cost", number: true, show: (row) => html`<${Money} amount=${row.cost} />` },
  ];
  return html`<${Card} title=${title} flush>
    <${Table} caption=${title} columns=${columns} rows=${first} rowKey=${(row) => row.id ?? row.group}
      open=${(row) => href(["requests"], { [filter]: row.id ?? row.group })} />
  <//>`;
}

/** Why requests failed or were refused, most often first. */
export function Errors({ errors }) {
  return html`<${Card} title="What went wrong">
    <ul class="went-wrong">${errors.map(
      (each) => html`<li><a href=${href(["requests"], { error: each.kind })}>${each.kind.replaceAll("_", " ")}</a> <b class="number">${count(each.count)}</b></li>`,
    )}</ul>
  <//>`;
}
