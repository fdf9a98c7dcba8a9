// What each way of running the models would cost a month, with the ranges shown, and what would change the answer.

import { amend, usePlace } from "../router.js";
import { html, useEffect, useMemo, useRef, useState } from "../parts/html.js";
import { useAction, useAnswer } from "../parts/asking.js";
import { Button } from "../parts/controls.js";
import { Card, Page } from "../parts/page.js";
import { Failure, Loading, Notice } from "../parts/states.js";
import { Answer } from "./plan/answer.js";
import { download, usePlan } from "./plan/ask.js";
import { Assumed } from "./plan/assumed.js";
import { Claims } from "./plan/claims.js";
import { Dials } from "./plan/dials.js";
import { changes, movable } from "./plan/inputs.js";
import { Latency } from "./plan/latency.js";
import { Options } from "./plan/options.js";
import { Source } from "./plan/source.js";
import { Split } from "./plan/split.js";
import { palette } from "./plan/tones.js";
import { TornadoChart } from "./plan/tornado.js";
import { Volume } from "./plan/volume.js";

const LEAD = "What each way to run your models costs, and what would change that.";
const USUAL = "moderate";

export default function Plan() {
  const { data, error, again } = useAnswer("/api/plan/scenarios");
  if (data) return html`<${Desk} shipped=${data.data} />`;
  return html`<${Page} title="Plan" lead=${LEAD}>${error ? html`<${Failure} error=${error} retry=${again} />` : html`<${Loading} lines=${5} />`}<//>`;
}

function Desk({ shipped }) {
  const { query } = usePlace();
  const [source, setSource] = useState(() => first(query, shipped));
  const [moved, setMoved] = useState({});
  const [dials, setDials] = useState([]);
  const request = useMemo(() => ({ ...asked(source), changes: changes(dials, moved) }), [source, dials, moved]);
  const { plan, error, working, again } = usePlan(request);
  const saving = useAction(() => download(request, `plan-${plan.scenario}`));
  const untouched = Object.keys(moved).length === 0;
  // What can be moved, and from where, is what the plan has before anything was.
  useEffect(() => {
    if (plan && untouched && !working) setDials(movable(plan));
  }, [plan, untouched, working]);
  const choose = (next) => {
    setMoved({});
    setSource(next);
    amend({ scenario: next.kind === "shipped" ? next.name : null, from: next.kind === "shipped" ? null : next.kind });
  };
  const move = (id, value) => setMoved(({ [id]: _, ...rest }) => (value === null ? rest : { ...rest, [id]: value }));
  const tools = html`<${Button} icon="file" disabled=${!plan || Boolean(error)} busy=${saving.busy} onClick=${saving.run}>Download the report<//>`;
  return html`<${Page} title="Plan" lead=${LEAD} tools=${tools}>
    <div class="bench plan-bench">
      <aside class="card" aria-label="What to plan for">
        <${Source} source=${source} shipped=${shipped} onChange=${choose} />
        ${dials.length > 0 && html`<${Folded}><${Dials} dials=${dials} moved=${moved} onMove=${move} onReset=${() => setMoved({})} /><//>`}
      </aside>
      <div class="stack">
        ${saving.error && html`<${Notice} tone="bad">${saving.error.message}<//>`}
        ${error && html`<${Faults} error=${error} again=${again} />`}
        <${Found} plan=${plan} working=${working} failed=${Boolean(error)} />
      </div>
    </div>
  <//>`;
}

/** What the address asks for, or the usual one. */
function first(query, shipped) {
  const name = shipped.some((each) => each.name === query.scenario) ? query.scenario : shipped.some((each) => each.name === USUAL) ? USUAL : shipped[0]?.name;
  return { kind: query.from === "ledger" || !name ? "ledger" : "shipped", name, text: "" };
}

function asked({ kind, name, text }) {
  return { shipped: { shipped: name }, own: { scenario: text }, ledger: { from_ledger: true } }[kind];
}

/** Where the window is narrow the dials fold away, so that the answer has the room. */
function Folded({ children }) {
  const self = useRef(null);
  useEffect(() => {
    self.current.open = matchMedia("(min-width: 64rem)").matches;
  }, []);
  return html`<details ref=${self} class="folded"><summary>What it is reckoned with</summary>${children}</details>`;
}

function Faults({ error, again }) {
  const all = error.message.split("\n").filter(Boolean);
  const action = error.status === 400 || error.status === 422 ? null : html`<${Button} small icon="refresh" onClick=${again}>Try again<//>`;
  return html`<${Notice} tone="bad" action=${action}>
    ${all.length > 1 ? html`<p>The scenario has ${all.length} faults:</p><ul>${all.map((each) => html`<li key=${each}>${each}</li>`)}</ul>` : all[0]}
  <//>`;
}

function Found({ plan, working, failed }) {
  if (!plan) return failed ? null : html`<${Card}><${Loading} lines=${6} label="The plan is being made" /><//>`;
  const { tone, title } = palette(plan);
  return html`<div class=${working || failed ? "stack stale" : "stack"} aria-busy=${working ? "true" : undefined}>
    <p class="plan-working-now" role="status">${working ? html`<span class="spinner" aria-hidden="true"></span>Working it out anew…` : `${plan.title}: ${plan.draws.toLocaleString("en")} draws over all ranges.`}</p>
    <${Answer} plan=${plan} />
    <${Options} plan=${plan} tone=${tone} />
    <${Volume} plan=${plan} tone=${tone} title=${title} />
    <${Split} plan=${plan} />
    <${TornadoChart} plan=${plan} title=${title} />
    <${Latency} plan=${plan} tone=${tone} />
    <${Claims} claims=${plan.claims} />
    <${Assumed} plan=${plan} title=${title} />
  </div>`;
}
