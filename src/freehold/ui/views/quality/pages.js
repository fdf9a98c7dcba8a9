// A long list, a page at a time.

import { html, useState } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { count } from "../../parts/format.js";
import { turned } from "./words.js";

/** A button at an end stays where the keyboard is, and does nothing. `children(rows)` draws those of the page; `name`: what they are, for a screen reader. */
export function Pages({ name, rows, size = 10, children }) {
  const [page, turn] = useState(0);
  const { here, last, rows: shown } = turned(rows, page, size);
  const first = here * size + 1;
  return html`${children(shown)}
    ${last > 0 && html`<nav class="pages" aria-label=${`Pages of ${name}`}>
      <${Button} small icon="left" aria-disabled=${here === 0 ? "true" : undefined} onClick=${() => turn(Math.max(0, here - 1))}>Newer<//>
      <span class="small faint" aria-live="polite">${count(first)} to ${count(first + shown.length - 1)} of ${count(rows.length)}</span>
      <${Button} small icon="right" aria-disabled=${here === last ? "true" : undefined} onClick=${() => turn(Math.min(last, here + 1))}>Older<//>
    </nav>`}`;
}
