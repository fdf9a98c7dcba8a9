// The list of requests.

import { amend, href } from "../../router.js";
import { may } from "../../session.js";
import { html, useRef, useState } from "../../parts/html.js";
import { Button, Code } from "../../parts/controls.js";
import { Badge, Duration, EndingBadge, LabelBadge, Money, Time } from "../../parts/figures.js";
import { Icon } from "../../parts/icons.js";
import { Card, Page } from "../../parts/page.js";
import { Empty, Failure, Loading, Notice } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { useFeed } from "./feed.js";
import { filterOf, Filters } from "./filters.js";

const COLUMNS = [
  { key: "started", title: "When", show: (row) => html`<${Time} at=${row.started} />` },
  { key: "model", title: "Asked for", show: (row) => html`<span class="name" title=${row.model}>${row.model}</span>` },
  { key: "target", title: "Answered by", minor: true, show: (row) => html`<${Answerer} row=${row} />` },
  { key: "key", title: "Key", minor: true, show: (row) => html`<span class="name" title=${row.key.name}>${row.key.name}</span>`, who: "viewer" },
  { key: "label", title: "Label", minor: true, show: (row) => html`<${LabelBadge} label=${row.label} />` },
  { key: "ending", title: "Ending", show: (row) => html`<${Ending} row=${row} />` },
  { key: "total_ms", title: "Took", number: true, minor: true, show: (row) => html`<${Duration} ms=${row.total_ms} />` },
  { key: "cost", title: "Cost", number: true, show: (row) => html`<${Money} amount=${row.cost} />` },
];

/** All that this key may see, narrowed by what the address says. */
export function List({ query }) {
  const [paused, setPaused] = useState(false);
  const still = useRef(false);
  still.current = paused;
  const filter = filterOf(query);
  const feed = useFeed("/api/requests", filter, still);
  const tools = html`<${Button} icon=${paused ? "refresh" : "pause"} aria-pressed=${paused} onClick=${() => setPaused(!paused)}>${paused ? "Go on" : "Pause"}<//>`;
  const lead = may("viewer") ? "As they come in, newest first" : "What your key has asked, newest first";
  return html`<${Page} title="Requests" lead=${lead} tools=${tools}>
    <${Filters} query=${query} onChange=${amend} />
    ${feed.error && feed.rows && html`<${Notice} tone="warn">The list does not go on: ${feed.error.message}<//>`}
    <div class="requests"><${Card} flush><${Rows} feed=${feed} narrowed=${Object.keys(filter).length > 0} /><//></div>
    ${feed.next && html`<div class="row"><${Button} busy=${feed.loadingOlder} onClick=${feed.older}>Show older requests<//></div>`}
  <//>`;
}

function Rows({ feed, narrowed }) {
  if (feed.rows === null) {
    return feed.error ? html`<${Failure} error=${feed.error} retry=${feed.again} />` : html`<${Loading} lines=${8} label="Loading requests" />`;
  }
  if (!feed.rows.length) return narrowed ? html`<${Unfound} />` : html`<${Nothing} />`;
  const columns = COLUMNS.filter((column) => !column.who || may(column.who));
  return html`<${Table} caption="Requests" columns=${columns} rows=${feed.rows} rowKey=${(row) => row.id} open=${(row) => href(["requests", row.id])} />`;
}

function Answerer({ row }) {
  if (!row.target) return html`<span class="faint">nobody</span>`;
  return html`<span class="answerer" title=${row.target}>
    ${row.owned !== undefined && html`<${Icon} name=${row.owned ? "home" : "away"} size=${15} />`}<span class="name">${row.target}</span>
    ${row.escalated && html`<${Badge} tone="accent" icon="up" title="escalated: a stronger model was asked"><span class="unseen">escalated</span><//>`}
  </span>`;
}

function Ending({ row }) {
  const why = row.ending === "completed" ? null : row.error;
  return html`<span title=${why}><${EndingBadge} ending=${row.ending} /></span>`;
}

function Unfound() {
  return html`<${Empty} title="Nothing fits" icon="search"><p>No request is like that. Widen or clear the filters above.</p><//>`;
}

function Nothing() {
  const line = `curl ${location.origin}/v1/chat/completions -H "authorization: Bearer $FREEHOLD_KEY" \\
  -H "content-type: application/json" \\
  -d '{"model": "auto", "messages": [{"role": "user", "content": "Hello"}]}'`;
  return html`<${Empty} title="No requests yet" icon="requests"><p>The first one appears here within seconds:</p><${Code} text=${line} /><//>`;
}
