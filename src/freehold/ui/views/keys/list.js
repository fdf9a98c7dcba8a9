// All keys, and all limits.

import { href } from "../../router.js";
import { may } from "../../session.js";
import { html, useState } from "../../parts/html.js";
import { Button, Check, Field } from "../../parts/controls.js";
import { Badge, LabelBadge, Money } from "../../parts/figures.js";
import { plural } from "../../parts/format.js";
import { Card, Page } from "../../parts/page.js";
import { Empty, Failure, Loading } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { useAnswer } from "../../parts/asking.js";
import { Budgets } from "./budgets.js";
import { CreateDialog } from "./create.js";
import { useKnown } from "./known.js";
import { Rates } from "./rates.js";
import { SecretDialog } from "./secret.js";
import { isActive, keyState } from "./standing.js";

const MANY = 12;
const SPAN = "30d";

export function KeyList() {
  const keys = useAnswer("/api/keys");
  const budgets = useAnswer("/api/budgets", { every: 15_000 });
  const rates = useAnswer("/api/rates", { every: 15_000 });
  const usage = useAnswer("/api/usage", { query: { by: "key", since: SPAN } });
  const rows = keys.data?.data ?? [];
  const known = useKnown(rows);
  const [making, setMaking] = useState(false);
  const [issued, setIssued] = useState(null);
  const tends = may("admin");
  const made = (found, trouble) => {
    setMaking(false);
    setIssued({ found, trouble });
    [keys, budgets, rates].forEach((each) => each.again());
  };
  const tools = tends && html`<${Button} kind="primary" icon="plus" onClick=${() => setMaking(true)}>New key<//>`;
  return html`<${Page} title="Keys and budgets" lead="Who may ask, how much, and what it has cost." tools=${tools}>
    ${keys.error && !keys.data && html`<${Failure} error=${keys.error} retry=${keys.again} />`}
    ${!keys.data && !keys.error && html`<${Loading} lines=${5} />`}
    ${keys.data && html`<${Keys} rows=${rows} usage=${usage.data?.data ?? []} />`}
    <${Budgets} answer=${budgets} known=${known} tends=${tends} />
    <${Rates} answer=${rates} known=${known} tends=${tends} />
    ${making && html`<${CreateDialog} known=${known} onMade=${made} onClose=${() => setMaking(false)} />`}
    ${issued && html`<${SecretDialog} issued=${issued.found} trouble=${issued.trouble} onClose=${() => setIssued(null)} />`}
  <//>`;
}

function Keys({ rows, usage }) {
  const [text, setText] = useState("");
  const [all, setAll] = useState(false);
  const words = text.trim().toLowerCase();
  const active = rows.filter((row) => isActive(row));
  const shown = (all ? rows : active).filter((row) => !words || [row.name, row.team, row.id].some((each) => each?.toLowerCase().includes(words)));
  const spent = new Map(usage.map((row) => [row.id, row.cost]));
  const ended = rows.length - active.length;
  const tools = html`${rows.length > MANY && html`<${Field} label="Find a key" hideLabel type="search" placeholder="Find a key" value=${text} onValue=${setText} />`}
    ${ended > 0 && html`<${Check} label=${`Show ${plural(ended, "key")} that ended`} checked=${all} onValue=${setAll} />`}`;
  return html`<${Card} title="Keys" note=${`${plural(active.length, "key")} in use`} tools=${tools} flush>
    ${shown.length === 0
      ? html`<${Empty} title="No such key" icon="search" />`
      : html`<${Table} caption="Keys" columns=${columns(spent)} rows=${shown} rowKey=${(row) => row.id} open=${(row) => href(["keys", row.id])} />`}
  <//>`;
}

function Named({ row }) {
  const more = [row.team, row.prefix].filter(Boolean).join(" · ");
  return html`<span class="named"><b>${row.name}</b><span class="faint small">${more}</span></span>`;
}

const columns = (spent) => [
  { key: "name", title: "Key", wide: true, show: (row) => html`<${Named} row=${row} />` },
  { key: "role", title: "Role", minor: true, show: (row) => html`<${Badge} tone=${row.role === "admin" ? "accent" : "plain"}>${row.role}<//>` },
  { key: "label", title: "Label", minor: true, show: (row) => (row.label ? html`<${LabelBadge} label=${row.label} />` : html`<span class="faint">default</span>`) },
  { key: "models", title: "May ask", minor: true, show: (row) => (row.models === null ? html`<span class="faint">all</span>` : row.models.join(", ") || "nothing") },
  { key: "state", title: "State", minor: true, show: (row) => html`<${Badge} tone=${keyState(row).tone}>${keyState(row).word}<//>` },
  { key: "cost", title: "30 days", number: true, show: (row) => (spent.has(row.id) ? html`<${Money} amount=${spent.get(row.id)} />` : html`<span class="faint">–</span>`) },
];
