// `explain` as a form: who would answer, who may not and why. Nothing is sent to any target.

import { api } from "../../api.js";
import { html, useState } from "../../parts/html.js";
import { Button, Field } from "../../parts/controls.js";
import { Badge, LabelBadge } from "../../parts/figures.js";
import { Icon } from "../../parts/icons.js";
import { Card } from "../../parts/page.js";
import { Notice } from "../../parts/states.js";
import { useAction } from "../../parts/asking.js";
import { LabelField } from "../fields/label.js";
import { options, tags, usual } from "../fields/models.js";

const ACTIONS = { raise: "raises the label", refuse: "refuses the request", redact: "is taken out", record: "is recorded" };

/** `models`: rows of `/v1/models`. */
export function Explain({ models }) {
  const [text, setText] = useState("");
  const [model, setModel] = useState(null);
  const [label, setLabel] = useState("");
  const [found, setFound] = useState(null);
  const chosen = model ?? usual(models);
  const { run, busy, error } = useAction(async () => {
    setFound(await api("/api/explain", { body: { text, model: chosen, label: label || null } }));
  });
  const submit = (event) => {
    event.preventDefault();
    if (text.trim() && !busy) run();
  };
  return html`<${Card} title="Explain" note="who would answer; nothing is sent to anybody">
    <form class="explain" onSubmit=${submit}>
      <${Field} label="A question" as="textarea" rows="3" value=${text} onValue=${setText} placeholder="Summarise the contract of ada@example.org" />
      <div class="pair">
        <${Field} label="Asked of" as="select" options=${options(models)} value=${chosen} onValue=${setModel} />
        <${LabelField} label="Label" unset="as usual" value=${label} onValue=${setLabel} tags=${tags(models)} />
      </div>
      <div><${Button} kind="primary" type="submit" busy=${busy} disabled=${!text.trim()}>Explain<//></div>
    </form>
    ${error && html`<${Notice} tone="bad">${error.message}<//>`}
    ${found && !error && html`<${Explained} found=${found} />`}
  <//>`;
}

function Explained({ found }) {
  const { label, sources, first, then, refusals, findings, views } = found;
  return html`<div class="explained" role="status">
    ${found.error && html`<${Notice} tone="warn">${found.error}<//>`}
    <dl class="facts">
      <div><dt>Label</dt><dd><${LabelBadge} label=${label} /></dd></div>
      ${found.route && html`<div><dt>Route</dt><dd>${found.route}${found.flow && html` <${Badge} tone="accent">${found.flow}<//>`}</dd></div>`}
      ${first.length > 0 && html`<div><dt>Asked first</dt><dd>${first.join(", ")}</dd></div>`}
      ${then.length > 0 && html`<div><dt>Then, if need be</dt><dd>${then.join(", ")}</dd></div>`}
    </dl>
    <${Part} title="Where the label comes from" rows=${sources} show=${({ origin, label: each }) => html`<span>${origin}</span><${LabelBadge} label=${each} />`} />
    <${Part} title="Who may not, and why" rows=${refusals} icon="shield" show=${({ target, reason }) => html`<b>${target}</b><span>${reason}</span>`} />
    <${Part} title="What guards found" rows=${findings} icon="warn"
      show=${({ kind, field, action }) => html`<b>${kind}</b><span>in <code>${field}</code> ${ACTIONS[action] ?? action}</span>`} />
    <${Part} title="What some would see instead" rows=${views} show=${({ target, label: each, by }) => html`<b>${target}</b><span>${by}</span><${LabelBadge} label=${each} />`} />
  </div>`;
}

function Part({ title, rows, show, icon }) {
  if (!rows.length) return null;
  return html`<section><h3>${icon && html`<${Icon} name=${icon} size=${15} />`}${title}</h3><ul>${rows.map((row) => html`<li>${show(row)}</li>`)}</ul></section>`;
}
