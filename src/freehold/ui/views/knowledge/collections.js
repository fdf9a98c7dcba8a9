// The collections there are, and a search through all of them.

import { go, href } from "../../router.js";
import { may } from "../../session.js";
import { html, useState } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { LabelBadge } from "../../parts/figures.js";
import { count } from "../../parts/format.js";
import { Card, Page } from "../../parts/page.js";
import { Empty, Failure, Loading, Notice } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { useAnswer } from "../../parts/asking.js";
import { CollectionDialog } from "./settings.js";
import { Search } from "./search.js";
import { useTags } from "./tags.js";

const NAME = { key: "name", title: "Collection", wide: true };
const MORE = [
  { key: "documents", title: "Documents", number: true, show: (row) => count(row.documents) },
  { key: "chunks", title: "Passages", number: true, minor: true, show: (row) => count(row.chunks) },
  { key: "label", title: "New documents", minor: true, show: (row) => (row.label ? html`<${LabelBadge} label=${row.label} />` : html`<span class="faint">as usual</span>`) },
  { key: "groups", title: "Read by", minor: true, show: (row) => row.groups.join(", ") || html`<span class="faint">everyone</span>` },
];

/** The first page of Knowledge. How many documents there are is an operator's to know, since others see a part. */
export function Collections() {
  const { data, error, again } = useAnswer("/api/collections");
  const tags = useTags();
  const [making, setMaking] = useState(false);
  const tends = may("operator");
  const tools = tends && html`<${Button} kind="primary" icon="plus" onClick=${() => setMaking(true)}>New collection<//>`;
  return html`<${Page} title="Knowledge" lead="Documents that answers are grounded in. Each carries a label, and is read by its groups alone." tools=${tools}>
    ${error && !data && html`<${Unavailable} error=${error} retry=${again} />`}
    ${!data && !error && html`<${Loading} lines=${4} />`}
    ${data && data.data.length === 0 && html`<${Nothing} tends=${tends} make=${() => setMaking(true)} />`}
    ${data && data.data.length > 0 && html`<${Card} title="Collections" flush>
        <${Table} caption="Collections" columns=${tends ? [NAME, ...MORE] : [NAME]} rows=${data.data}
          rowKey=${(row) => row.name} open=${(row) => href(["knowledge", row.name])} />
      <//>
      <${Search} collections=${[]} note="in all collections" />`}
    ${making && html`<${CollectionDialog} collection=${null} tags=${tags} onClose=${() => setMaking(false)} onDone=${(made) => go(["knowledge", made.name])} />`}
  <//>`;
}

function Nothing({ tends, make }) {
  if (!tends) {
    return html`<${Empty} title="No documents that you may read" icon="knowledge">
      <p>Documents are read by groups. Whoever runs this Freehold can put your key into one, or open a document to everyone.</p>
    <//>`;
  }
  return html`<${Empty} title="No documents yet" icon="knowledge">
    <p>Make a collection and drop files into it: answers are then grounded in them, with citations that open at the very words.</p>
    <${Button} kind="primary" icon="plus" onClick=${make}>New collection<//>
  <//>`;
}

/** Where there is no knowledge wing, or this key may not see it, nothing has gone wrong. */
export function Unavailable({ error, retry }) {
  if (error.status === 403) return html`<${Notice}>Your key may not see documents here. ${error.message}<//>`;
  if (error.status === 404 && error.kind !== "not_found") return html`<${Notice}>This Freehold has no documents.<//>`;
  return html`<${Failure} error=${error} retry=${retry} />`;
}
