// The documents of a collection, a page at a time.

import { api } from "../../api.js";
import { href } from "../../router.js";
import { html, useEffect, useRef, useState } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { LabelBadge, Time } from "../../parts/figures.js";
import { bytes } from "../../parts/format.js";
import { Card } from "../../parts/page.js";
import { Empty, Failure, Loading } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { RelabelDialog, RemoveDocument } from "./settings.js";

const AT_ONCE = 100;

/** `tends`: who is here may change them; `onChange()` is called when one is gone. With another `round` they are asked for
 * anew, and what is being done with one goes on. */
export function Documents({ collection, round, tends, tags, onChange }) {
  const { rows, more, error, next, replace } = useDocuments(collection, round);
  const [open, setOpen] = useState(null);
  const close = () => setOpen(null);
  if (error && !rows) return html`<${Card} title="Documents"><${Failure} error=${error} retry=${next} /><//>`;
  if (!rows) return html`<${Card} title="Documents"><${Loading} lines=${4} /><//>`;
  const tools = (row) => html`<div class="row-tools">
    <${Button} kind="quiet" small icon="shield" label="Label and groups of ${row.name}" onClick=${() => setOpen({ row, kind: "label" })} />
    <${Button} kind="quiet" small icon="trash" label="Remove ${row.name}" onClick=${() => setOpen({ row, kind: "remove" })} />
  </div>`;
  const columns = tends ? [...COLUMNS, { key: "tools", title: html`<span class="unseen">Change</span>`, minor: true, show: tools }] : COLUMNS;
  return html`<${Card} title="Documents" flush>
    ${rows.length === 0
      ? html`<${Empty} title="Nothing in it yet" icon="file"><p>${tends ? "Drop files above, and they are read, labelled and indexed." : "Nothing that you may read."}</p><//>`
      : html`<${Table} caption="Documents of ${collection}" columns=${columns}
          rows=${rows} rowKey=${(row) => row.id} open=${(row) => href(["knowledge", collection, "documents", row.id])} />`}
    ${more && html`<p class="after"><${Button} onClick=${next}>Show more<//></p>`}
    ${error && html`<p class="error after" role="alert">${error.message}</p>`}
    ${open?.kind === "label" && html`<${RelabelDialog} document=${open.row} tags=${tags} onClose=${close} onDone=${(row) => (replace(row), close())} />`}
    ${open?.kind === "remove" && html`<${RemoveDocument} document=${open.row} onClose=${close} onDone=${onChange} />`}
  <//>`;
}

const COLUMNS = [
  { key: "name", title: "Document", wide: true, show: (row) => html`<${Named} row=${row} />` },
  { key: "label", title: "Label", show: (row) => html`<${LabelBadge} label=${row.label} />` },
  { key: "groups", title: "Read by", minor: true, show: (row) => row.groups.join(", ") || html`<span class="faint">everyone</span>` },
  { key: "bytes", title: "Size", number: true, minor: true, show: (row) => bytes(row.bytes) },
  { key: "changed", title: "Changed", number: true, minor: true, show: (row) => html`<${Time} at=${row.changed} />` },
];

function Named({ row }) {
  const more = row.title && row.title !== row.name;
  return html`<span class="named"><b>${row.title || row.name}</b>${more && html`<span class="faint small">${row.name}</span>`}</span>`;
}

function useDocuments(collection, round) {
  const [state, set] = useState({ rows: null, more: false, error: null });
  const asking = useRef(null);
  const fetch = async (after) => {
    const { signal } = asking.current;
    try {
      const page = await api("/api/documents", { query: { collection, after, limit: AT_ONCE }, signal });
      set((old) => ({ rows: [...(after ? old.rows : []), ...page.data], more: page.has_more, error: null }));
    } catch (error) {
      if (!signal.aborted) set((old) => ({ ...old, error }));
    }
  };
  useEffect(() => {
    asking.current = new AbortController();
    fetch();
    return () => asking.current.abort();
  }, [collection, round]);
  const replace = (row) => set((old) => ({ ...old, rows: old.rows.map((each) => (each.id === row.id ? row : each)) }));
  return { ...state, replace, next: () => fetch(state.rows?.at(-1)?.id) };
}
