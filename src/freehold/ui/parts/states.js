// What stands where there is nothing to show: not yet, not at all, not this time.

import { html } from "./html.js";
import { Button } from "./controls.js";
import { Icon } from "./icons.js";

/** Nothing here yet, and what to do about it. */
export function Empty({ title, icon = "info", children }) {
  return html`<div class="state"><span class="sign"><${Icon} name=${icon} size=${26} /></span><h3>${title}</h3>${children}</div>`;
}

/** Something went wrong: in one sentence, with a way to try again where there is one. */
export function Failure({ error, retry }) {
  return html`<div class="state failed" role="alert">
    <span class="sign"><${Icon} name="warn" size=${26} /></span>
    <h3>This could not be loaded</h3>
    <p>${error.message}</p>
    ${retry && html`<${Button} icon="refresh" onClick=${retry}>Try again<//>`}
  </div>`;
}

/** On its way: as many grey lines as there will be rows, about. */
export function Loading({ lines = 3, label = "Loading" }) {
  return html`<div class="loading" role="status"><span class="unseen">${label}</span>${Array.from({ length: lines }, () => html`<i></i>`)}</div>`;
}

/** One sentence that needs attention, within a page. `tone`: `info`, `warn`, `bad` or `good`. */
export function Notice({ tone = "info", children, action }) {
  const icons = { info: "info", warn: "warn", bad: "warn", good: "check" };
  return html`<div class="notice ${tone}" role=${tone === "bad" ? "alert" : undefined}>
    <${Icon} name=${icons[tone]} /><div>${children}</div>${action}
  </div>`;
}
