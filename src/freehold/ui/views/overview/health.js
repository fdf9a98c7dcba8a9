// Whether each target answers, in one line each.

import { href } from "../../router.js";
import { html } from "../../parts/html.js";
import { Badge } from "../../parts/figures.js";
import { Icon } from "../../parts/icons.js";
import { duration, plural } from "../../parts/format.js";
import { Card } from "../../parts/page.js";
import { Empty, Failure, Loading } from "../../parts/states.js";
import { standing, urgency } from "../targets/state.js";

/** The targets, those in trouble first. `rows`: what each was asked in the span. */
export function Health({ answer, rows }) {
  return html`<${Card} title="Targets">${
    answer.data ? html`<${List} targets=${answer.data.data} rows=${rows} />` : answer.error ? html`<${Failure} error=${answer.error} retry=${answer.again} />` : html`<${Loading} />`
  }<//>`;
}

function List({ targets, rows }) {
  if (!targets.length) return html`<${Empty} title="No target yet"><p>Nothing can answer: add a <code>[[target]]</code> to the configuration.</p><//>`;
  const used = new Map(rows.map((row) => [row.group, row]));
  const all = targets.map((target) => ({ target, stands: standing(target), row: used.get(target.name) }));
  all.sort((a, b) => urgency(a.target) - urgency(b.target) || (b.row?.requests ?? 0) - (a.row?.requests ?? 0));
  return html`<ul class="lines">${all.map(
    ({ target, stands, row }) => html`<li key=${target.name}>
      <span class="place" title=${target.owned ? "on your own machines" : "outside"}><${Icon} name=${target.owned ? "home" : "away"} size=${16} /><span class="unseen">${target.owned ? "at home" : "outside"}</span></span>
      <div><a class="clip" href=${href(["requests"], { target: target.name })} title=${target.name}>${target.name}</a>
        <span class="faint small">${row ? `${plural(row.requests, "request")}, median ${duration(row.p50_ms)}` : "not asked"}</span></div>
      <${Badge} tone=${stands.tone} title=${stands.why}>${stands.word}<//>
    </li>`,
  )}</ul>`;
}
