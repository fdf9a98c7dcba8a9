// What a limit is set on: one key, team, route or target.

import { html } from "../../parts/html.js";
import { Field } from "../../parts/controls.js";

const WORDS = { key: "a key", team: "a team", route: "a route", target: "a target" };

/** `value`: `{ scope, subject }`; `known`: `{ keys, teams, routes, targets }`, of which keys are `{ value, text }`. */
export function SubjectFields({ value, onValue, known, scopes }) {
  const all = { key: known.keys, team: known.teams, route: known.routes, target: known.targets }[value.scope];
  const choose = (scope) => onValue({ scope, subject: "" });
  const set = (subject) => onValue({ ...value, subject });
  return html`<div class="pair">
    <${Field} label="Of" as="select" value=${value.scope} options=${scopes.map((scope) => ({ value: scope, text: WORDS[scope] }))} onValue=${choose} />
    ${value.scope === "team"
      ? html`<${Field} key="team" label="Which" value=${value.subject} onValue=${set} list="limit-teams" maxlength="100" />
          <datalist id="limit-teams">${all.map((team) => html`<option value=${team} />`)}</datalist>`
      : html`<${Field} key=${value.scope} label="Which" as="select" value=${value.subject} options=${[{ value: "", text: "choose" }, ...all]} onValue=${set} />`}
  </div>`;
}
