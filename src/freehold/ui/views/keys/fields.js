// What a key may do, as fields.

import { html } from "../../parts/html.js";
import { Check, Field } from "../../parts/controls.js";
import { LabelField } from "../fields/label.js";
import { Words } from "../fields/words.js";

const ROLES = [
  { value: "user", text: "user: asks models, sees its own" },
  { value: "viewer", text: "viewer: sees all records, changes nothing" },
  { value: "operator", text: "operator: sees all, tends documents and targets" },
  { value: "admin", text: "admin: everything" },
];

const MAY_ASK = [
  { value: "all", text: "every route and target" },
  { value: "some", text: "only these" },
];

/** `form`: as forms.js has it; `set(change)`. `known`: `{ models, collections, teams, tags }`, names to choose from. */
export function KeyFields({ form, set, known, row = null }) {
  return html`
    <${Field} label="Name" value=${form.name} onValue=${(name) => set({ name })} maxlength="100" autofocus required hint="Whose it is: a person's or a program's." />
    <${Field} label="Role" as="select" options=${ROLES} value=${form.role} onValue=${(role) => set({ role })} />
    <div class="pair">
      <${LabelField} label="Label of what it asks" unset="the policy's default" value=${form.label} onValue=${(label) => set({ label })} tags=${known.tags} />
      <${Field} label="Team" value=${form.team} onValue=${(team) => set({ team })} list="known-teams" maxlength="100" hint="Its use is counted for it." />
      <datalist id="known-teams">${known.teams.map((team) => html`<option value=${team} />`)}</datalist>
    </div>
    <${Models} chosen=${form.models} all=${known.models} onValue=${(models) => set({ models })} />
    <details open=${row !== null && hasMore(row)}><summary>Documents, time and consent</summary>
      <div class="form">
        <${Words} label="Groups" value=${form.groups} onValue=${(groups) => set({ groups })} hint="Whose documents it may read. Apart by commas." />
        ${known.collections.length > 0 && html`<${Ticks} legend="Grounded in, where nobody says otherwise" chosen=${form.collections}
          all=${known.collections} onValue=${(collections) => set({ collections })} />`}
        <${Ends} form=${form} set=${set} row=${row} />
        <${Check} label="May state a label below its own" checked=${form.may_declare} onValue=${(may_declare) => set({ may_declare })}
          hint="For programs that are trusted to know what their data is." />
        <${Check} label="Consents to its texts being kept" checked=${form.capture} onValue=${(capture) => set({ capture })}
          hint="Prompts, answers and comments, where capture is configured." />
      </div>
    </details>`;
}

function hasMore(row) {
  return row.groups.length > 0 || row.collections.length > 0 || row.may_declare || row.capture || row.expires !== null;
}

function Models({ chosen, all, onValue }) {
  return html`<div class="ticks">
    <${Field} label="May ask" as="select" value=${chosen === null ? "all" : "some"} options=${MAY_ASK}
      onValue=${(value) => onValue(value === "all" ? null : [])} />
    ${chosen !== null && html`<${Ticks} legend="Routes and targets" chosen=${chosen} all=${[...new Set([...all, ...chosen])]} onValue=${onValue} />`}
  </div>`;
}

function Ticks({ legend, chosen, all, onValue }) {
  const tick = (name, on) => onValue(on ? [...chosen, name] : chosen.filter((each) => each !== name));
  return html`<fieldset class="ticks"><legend>${legend}</legend>
    <div class="ticks-many">${all.map((name) => html`<${Check} key=${name} label=${name} checked=${chosen.includes(name)} onValue=${(on) => tick(name, on)} />`)}</div>
  </fieldset>`;
}

function Ends({ form, set, row }) {
  const hint = row?.expires ? "Days from now; empty: as it is." : "Days from now; empty: it does not end by itself.";
  return html`<div class="pair">
    <${Field} label="Ends after" type="number" min="1" max="36500" step="1" inputmode="numeric" disabled=${form.days === "never"}
      value=${form.days === "never" ? "" : form.days} onValue=${(days) => set({ days })} hint=${hint} />
    ${row?.expires && html`<${Check} label="It does not end by itself" checked=${form.days === "never"} onValue=${(on) => set({ days: on ? "never" : "" })} />`}
  </div>`;
}
