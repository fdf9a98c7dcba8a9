// The targets that there are.

import { html } from "../../parts/html.js";
import { Badge, LabelBadge } from "../../parts/figures.js";
import { bytes, plural } from "../../parts/format.js";
import { Icon } from "../../parts/icons.js";
import { Card } from "../../parts/page.js";
import { Table } from "../../parts/table.js";
import { Price } from "./price.js";
import { standing } from "./state.js";

/** `rows`: of `/api/targets`; `discovery`: sentences on what was looked for and found. */
export function TargetList({ rows, discovery }) {
  const home = rows.filter((row) => row.owned).length;
  return html`<${Card} title="Targets" note=${`${plural(home, "target")} at home, ${rows.length - home} outside`} flush>
    <${Table} caption="Targets" columns=${COLUMNS} rows=${rows} rowKey=${(row) => row.name} />
    ${discovery.length > 0 && html`<details class="after-table"><summary>What was looked for and found</summary>
      <ul>${discovery.map((said) => html`<li key=${said}>${said}</li>`)}</ul>
    </details>`}
  <//>`;
}

const COLUMNS = [
  { key: "name", title: "Target", wide: true, show: (row) => html`<${Named} row=${row} />` },
  { key: "state", title: "State", show: (row) => html`<${State} row=${row} />` },
  { key: "clearance", title: "May see", minor: true, show: (row) => html`<${LabelBadge} label=${row.clearance} />` },
  { key: "price", title: "A million tokens", minor: true, show: (row) => html`<${Price} row=${row} />` },
  { key: "licence", title: "Licence", minor: true, show: (row) => row.licence ? html`<span class="once">${row.licence}</span>` : html`<span class="faint">–</span>` },
  { key: "sent", title: "Sent", number: true, minor: true, show: (row) => html`<span title="Since Freehold started">${row.sent ? bytes(row.sent.bytes_out) : "–"}</span>` },
];

function Named({ row }) {
  const kinds = (row.kinds ?? []).filter((kind) => kind !== "chat");
  return html`<span class="target">
    <span class="row"><${Icon} name=${row.owned ? "home" : "away"} size=${15} /><b>${row.name}</b><span class="unseen">${row.owned ? "at home" : "outside"}</span>
      ${kinds.map((kind) => html`<${Badge}>${kind}<//>`)}</span>
    ${row.model !== row.name && html`<span class="faint small">${row.model}</span>`}
    <span class="narrow"><${LabelBadge} label=${row.clearance} /></span>
  </span>`;
}

function State({ row }) {
  const { tone, word, why } = standing(row);
  return html`<span class="standing"><${Badge} tone=${tone}>${word}<//>${why && html`<span class="small faint">${why}</span>`}</span>`;
}
