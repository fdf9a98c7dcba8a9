// One fact of a list of them.

import { html } from "../../parts/html.js";

/** Stands within a `dl`. */
export function Fact({ name, children }) {
  return html`<div><dt>${name}</dt><dd>${children}</dd></div>`;
}
