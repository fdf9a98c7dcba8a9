// The recommendation in plain words, and what would overturn it.

import { html } from "../../parts/html.js";
import { Card } from "../../parts/page.js";
import { Icon } from "../../parts/icons.js";

const FIRST = 3;

/** `plan.recommendation`, its first sentences large and the rest folded. */
export function Answer({ plan }) {
  const { sentences, overturned_by: overturned } = plan.recommendation;
  const [first, ...rest] = sentences;
  return html`<${Card} title="In plain words">
    <div class="plan-answer">
      ${plan.warnings.map((each) => html`<p key=${each} role="note"><strong>Warning: ${each}</strong></p>`)}
      <p class="why"><${Icon} name=${plan.recommendation.option ? "check" : "info"} /><span>${first}</span></p>
      ${rest.slice(0, FIRST).map((each) => html`<p key=${each}>${each}</p>`)}
      <${More} title="What else to know" all=${rest.slice(FIRST)} />
      <${More} title="What would overturn it" all=${overturned} open />
      <${More} title="What was planned for" all=${[...plan.workload, ...plan.notes]} />
    </div>
  <//>`;
}

function More({ title, all, open = false }) {
  if (!all.length) return null;
  return html`<details open=${open}><summary>${title}</summary><ul>${all.map((each) => html`<li key=${each}>${each}</li>`)}</ul></details>`;
}
