// Why there is no answer, said so that a person knows what to do next.

import { html } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { LabelBadge } from "../../parts/figures.js";
import { shortly } from "../../parts/format.js";
import { Icon } from "../../parts/icons.js";

const TITLES = {
  label_forbidden: "This may not go there",
  guard_forbidden: "A guard refused this",
  budget_spent: "The budget is spent",
  rate_limited: "Too much at once",
  model_not_found: "There is no such model",
  upstream_failed: "No target could answer",
  upstream_timeout: "No target answered in time",
  invalid_request: "This cannot be asked so",
  cut_short: "The answer broke off",
  unavailable: "Freehold is starting or stopping",
};
const MOST_OFFERED = 6;

/** `error`: as answer.js has it. `ask(model)`: ask again, another where one is named; null where that is not possible. */
export function Fault({ error, broken, ask }) {
  const title = broken ? "The answer broke off" : (TITLES[error.code] ?? "There is no answer");
  return html`<div class="fault" role="alert">
    <h3><${Icon} name="warn" size=${16} />${title}</h3>
    ${error.code === "label_forbidden" ? html`<${Forbidden} error=${error} ask=${ask} />` : html`<p>${error.message}</p>`}
    ${error.attempts.length > 0 && html`<${Attempts} attempts=${error.attempts} />`}
    ${error.renews && html`<p>It renews <time datetime=${error.renews}>${shortly(error.renews)}</time>.</p>`}
    ${error.retryAfter && !error.renews && html`<p>Try again in ${Math.ceil(error.retryAfter)} seconds.</p>`}
    ${ask && error.code !== "label_forbidden" && html`<div class="row"><${Button} small icon="refresh" onClick=${() => ask(null)}>Ask again<//></div>`}
  </div>`;
}

/** Who may not is known; what helps is who may. */
function Forbidden({ error, ask }) {
  const offered = error.allowed.slice(0, MOST_OFFERED);
  const label = html`<${LabelBadge} label=${error.label} />`;
  return html`<div class="allowed">
    ${offered.length > 0
      ? html`<p>This question is ${label}, which only these may see:</p>`
      : html`<p>This question is ${label}, which no target that there is may see. Whoever runs this Freehold can clear one for it.</p>`}
    <div class="row">${offered.map((name) => (ask ? html`<${Button} small onClick=${() => ask(name)}>Ask ${name}<//>` : html`<code>${name}</code>`))}
    ${error.allowed.length > MOST_OFFERED && html`<span class="faint">and ${error.allowed.length - MOST_OFFERED} more</span>`}</div>
    <details><summary>In Freehold's words</summary><p>${error.message}</p></details>
  </div>`;
}

function Attempts({ attempts }) {
  return html`<ul class="attempts">${attempts.map(
    (each) => html`<li><b>${each.target}</b> <code>${each.fault}</code> <span class="faint">${each.message}</span></li>`,
  )}</ul>`;
}
