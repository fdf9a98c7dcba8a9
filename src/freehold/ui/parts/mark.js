// Freehold's mark: a house with an open door.

import { html } from "./html.js";

/** Drawn, not fetched, so that it takes the colours of the theme. */
export function Mark({ size = 28 }) {
  return html`<svg class="mark" viewBox="0 0 32 32" width=${size} height=${size} aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="8" />
    <path d="M7 15.5 16 8l9 7.5M10 14v10h12V14M16 24v-6" />
  </svg>`;
}
