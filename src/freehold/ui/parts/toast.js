// A word on what was just done, read out and gone in a few seconds.

import { html, useEffect, useState } from "./html.js";
import { Icon } from "./icons.js";

const STAYS = 5000;
let show = () => {};

/** Say it. `tone`: `good` or `bad`. */
export function tell(text, tone = "good") {
  show({ text, tone });
}

/** Where it is said; once a page. */
export function Toast() {
  const [said, set] = useState(null);
  useEffect(() => {
    show = set;
  }, []);
  useEffect(() => {
    if (!said) return undefined;
    const timer = setTimeout(() => set(null), STAYS);
    return () => clearTimeout(timer);
  }, [said]);
  return html`<div class="toasts" role="status">
    ${said && html`<div class="toast ${said.tone}"><${Icon} name=${said.tone === "bad" ? "warn" : "check"} />${said.text}</div>`}
  </div>`;
}
