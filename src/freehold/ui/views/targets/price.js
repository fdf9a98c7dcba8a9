// What a target takes for its tokens.

import { html } from "../../parts/html.js";
import { money } from "../../parts/format.js";

const SOURCES = { configuration: "as configured", catalog: "as its provider's list has it" };

/** `row`: of `/api/targets`. Dollars for a million tokens, in and out. */
export function Price({ row }) {
  const { input, output } = row.price_per_million ?? {};
  if (row.price_source === "none") {
    if (row.owned) return html`<span class="faint">${row.watts > 0 ? "its electricity" : "nothing"}</span>`;
    return html`<span class="faint" title="No price is known, so it costs nothing in the books">not known</span>`;
  }
  const title = `US dollars for a million tokens, in and out, ${SOURCES[row.price_source] ?? row.price_source}`;
  return html`<span class="number once" title=${title}>${money(input)} <span class="faint">in</span> ${money(output)} <span class="faint">out</span></span>`;
}
