// What is often told of such a workload, checked.

import { html } from "../../parts/html.js";
import { Badge } from "../../parts/figures.js";
import { Card } from "../../parts/page.js";

const TONES = { holds: "good", "does not hold": "bad", "holds only if": "warn" };
const ICONS = { holds: "check", "does not hold": "close", "holds only if": "warn" };

export function Claims({ claims }) {
  if (!claims.length) return null;
  return html`<${Card} title="Claims, checked"><ul class="plan-claims">${claims.map(
    (each) => html`<li key=${each.name}><${Badge} tone=${TONES[each.verdict] ?? "plain"} icon=${ICONS[each.verdict]}>${each.verdict}<//>
      <div><b>${each.text}</b><p class="faint small">${each.sentence}</p></div></li>`,
  )}</ul><//>`;
}
