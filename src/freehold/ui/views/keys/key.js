// One key: what it may do, how much, what it has done; and what an admin can do about it.

import { api } from "../../api.js";
import { go, href } from "../../router.js";
import { leave, may, me } from "../../session.js";
import { html, useState } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { Confirm, Dialog } from "../../parts/dialog.js";
import { Badge, LabelBadge, Stat, Time } from "../../parts/figures.js";
import { brief, count, duration, money, percent } from "../../parts/format.js";
import { Icon } from "../../parts/icons.js";
import { Card, Page } from "../../parts/page.js";
import { Empty, Failure, Loading } from "../../parts/states.js";
import { useAction, useAnswer } from "../../parts/asking.js";
import { tell } from "../../parts/toast.js";
import { Budgets } from "./budgets.js";
import { KeyFields } from "./fields.js";
import { changes, formOf } from "./forms.js";
import { useKnown } from "./known.js";
import { Rates } from "./rates.js";
import { SecretDialog } from "./secret.js";
import { isActive, keyState } from "./standing.js";

/** `id`: the key's id, as it stands in the address. */
export function KeyPage({ id }) {
  const keys = useAnswer("/api/keys");
  const rows = keys.data?.data ?? [];
  const row = rows.find((each) => each.id === id);
  const known = useKnown(rows);
  const [open, setOpen] = useState(null);
  const tends = may("admin") && row && isActive(row);
  const tools = tends && html`<${Button} icon="edit" onClick=${() => setOpen({ kind: "change" })}>Change<//>
    <${Button} icon="refresh" onClick=${() => setOpen({ kind: "rotate" })}>New secret<//>
    <${Button} icon="trash" onClick=${() => setOpen({ kind: "revoke" })}>Revoke<//>`;
  return html`<${Page} title=${row?.name ?? "Key"} back=${html`<a class="back" href=${href(["keys"])}><${Icon} name="left" size=${15} />Keys and budgets</a>`} tools=${tools}>
    ${keys.error && !keys.data && html`<${Failure} error=${keys.error} retry=${keys.again} />`}
    ${!keys.data && !keys.error && html`<${Loading} lines=${5} />`}
    ${keys.data && !row && html`<${Empty} title="There is no such key" icon="keys" />`}
    ${row && html`<${KeyFacts} row=${row} /><${KeyUse} id=${id} /><${KeyLimits} id=${id} known=${known} tends=${Boolean(tends)} />`}
    ${open && html`<${Asked} open=${open} setOpen=${setOpen} row=${row} known=${known} again=${keys.again} />`}
  <//>`;
}

function Asked({ open, setOpen, row, known, again }) {
  const close = () => setOpen(null);
  const done = () => (close(), again());
  switch (open.kind) {
    case "change":
      return html`<${ChangeDialog} row=${row} known=${known} onDone=${done} onClose=${close} />`;
    case "rotate":
      return html`<${Rotate} row=${row} onDone=${(issued) => setOpen({ kind: "secret", issued })} onClose=${() => setOpen((now) => (now?.kind === "rotate" ? null : now))} />`;
    case "secret":
      return html`<${SecretDialog} issued=${open.issued} onClose=${done} />`;
    default:
      return html`<${Revoke} row=${row} onClose=${close} />`;
  }
}

/** What a key may do, as `/api/keys` or `/api/session` says it. */
export function KeyFacts({ row }) {
  const state = keyState(row);
  return html`<${Card}><dl class="facts">
    <div><dt>State</dt><dd><${Badge} tone=${state.tone}>${state.word}<//></dd></div>
    <div><dt>Role</dt><dd>${row.role}</dd></div>
    <div><dt>Label of what it asks</dt><dd>${row.label ? html`<${LabelBadge} label=${row.label} />` : "the policy's default"}</dd></div>
    <div><dt>May ask</dt><dd>${row.models === null ? "every route and target" : row.models.join(", ") || "nothing"}</dd></div>
    <div><dt>Team</dt><dd>${row.team ?? "none"}</dd></div>
    <div><dt>Groups</dt><dd>${row.groups.join(", ") || "none"}</dd></div>
    <div><dt>Grounded in</dt><dd>${row.collections.join(", ") || "what is asked for"}</dd></div>
    <div><dt>Texts kept</dt><dd>${row.capture ? "its holder consents" : "no"}</dd></div>
    ${row.created && html`<div><dt>Made</dt><dd><${Time} at=${row.created} /></dd></div>`}
    ${row.expires && row.id && html`<div><dt>Ends</dt><dd><${Time} at=${row.expires} /></dd></div>`}
    ${row.prefix && html`<div><dt>Begins with</dt><dd><code>${row.prefix}</code></dd></div>`}
  </dl><//>`;
}

function KeyUse({ id }) {
  const { data, error } = useAnswer("/api/usage", { query: { by: "key", since: "30d" } });
  if (error) return null; // Its limits and facts stand without it.
  const row = data?.data.find((each) => each.id === id);
  const tools = html`<a class="small" href=${href(["requests"], { key: id })}>Its requests</a>`;
  return html`<${Card} title="Use" note="in the last 30 days" tools=${tools}>
    ${!data && html`<${Loading} lines=${2} />`}
    ${data && !row && html`<p class="faint">Nothing was asked with it.</p>`}
    ${row && html`<dl class="stats">
      <${Stat} name="Requests" value=${row.requests} show=${count} />
      <${Stat} name="Cost" value=${row.cost} show=${money} />
      <${Stat} name="Tokens" value=${row.input_tokens + row.output_tokens} show=${brief} />
      <${Stat} name="Answered at home" value=${row.share_home} show=${percent} />
      <${Stat} name="Half take less than" value=${row.p50_ms} show=${duration} />
    </dl>`}
  <//>`;
}

/** The limits of one key. */
export function KeyLimits({ id, known, tends }) {
  const budgets = useAnswer("/api/budgets");
  const rates = useAnswer("/api/rates");
  const only = { scope: "key", subject: id };
  return html`<div class="columns"><${Budgets} answer=${budgets} known=${known} tends=${tends} only=${only} />
    <${Rates} answer=${rates} known=${known} tends=${tends} only=${only} /></div>`;
}

function ChangeDialog({ row, known, onDone, onClose }) {
  const [form, setForm] = useState(() => formOf(row));
  const body = changes(row, form);
  const { run, busy, error } = useAction(async () => {
    await api(`/api/keys/${encodeURIComponent(row.id)}`, { body });
    tell(`${form.name} is changed, from the next request on.`);
    onDone();
  });
  const submit = (event) => {
    event.preventDefault();
    if (!busy) run();
  };
  const foot = html`<${Button} onClick=${onClose}>Cancel<//>
    <${Button} kind="primary" type="submit" form="key-form" busy=${busy} disabled=${!form.name.trim() || !Object.keys(body).length}>Save<//>`;
  return html`<${Dialog} title="Change ${row.name}" onClose=${onClose} foot=${foot}>
    <form id="key-form" onSubmit=${submit}>
      <${KeyFields} form=${form} set=${(change) => setForm({ ...form, ...change })} known=${known} row=${row} />
      ${error && html`<p class="error" role="alert">${error.message}</p>`}
    </form>
  <//>`;
}

function Rotate({ row, onDone, onClose }) {
  const yes = async () => onDone(await api(`/api/keys/${encodeURIComponent(row.id)}/rotate`, { method: "POST" }));
  return html`<${Confirm} title="A new secret for ${row.name}?" action="Make a new secret" onYes=${yes} onClose=${onClose}>
    <p>The present one ends at once: whatever uses it is refused until it has the new one. Its limits and its records stay.</p>
    ${row.id === me()?.key && html`<p><b>You are signed in with it</b>, and will be asked to sign in again with the new one.</p>`}
  <//>`;
}

function Revoke({ row, onClose }) {
  const own = row.id === me()?.key;
  const yes = async () => {
    await api(`/api/keys/${encodeURIComponent(row.id)}`, { method: "DELETE" });
    tell(`${row.name} is revoked.`);
    if (own) await leave().catch(() => location.reload()); // The session has ended with its key.
    else go(["keys"]);
  };
  return html`<${Confirm} title="Revoke ${row.name}?" action="Revoke for good" onYes=${yes} onClose=${onClose}>
    <p><b>${row.name}</b> ends at once and for good: whatever uses it is refused from now on. Its records stay.</p>
    ${own && html`<p><b>You are signed in with it</b>, and will be signed out.</p>`}
  <//>`;
}
