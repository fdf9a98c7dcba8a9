// Rows and columns. A narrow window leaves out the minor columns, and what is still too wide scrolls by itself.

import { html } from "./html.js";

/** `columns`: `{ key, title, show(row), number, minor, wide }`, where `show` may return text or elements; `number` sets it to
 * the right; `minor` columns go on a phone. `open(row)`: the address that a row's first cell links to. `rowKey(row)`. */
export function Table({ caption, columns, rows, rowKey, open, showCaption = false }) {
  return html`<div class="table" role="region" aria-label=${caption} tabindex="0">
    <table>
      <caption class=${showCaption ? undefined : "unseen"}>${caption}</caption>
      <thead><tr>${columns.map((column) => html`<th scope="col" class=${kind(column)}>${column.title}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<${Row} key=${rowKey(row)} row=${row} columns=${columns} open=${open} />`)}</tbody>
    </table>
  </div>`;
}

function Row({ row, columns, open }) {
  return html`<tr class=${open ? "opens" : undefined}>${columns.map((column, place) => {
    const shown = column.show ? column.show(row) : row[column.key];
    const inside = open && place === 0 ? html`<a class="cover" href=${open(row)}>${shown}</a>` : shown;
    return html`<td class=${kind(column)}>${inside}</td>`;
  })}</tr>`;
}

function kind(column) {
  return [column.number && "number", column.minor && "minor", column.wide && "wide"].filter(Boolean).join(" ") || undefined;
}
