// What the stack did in a span of time: read in ten seconds, from the large numbers down.

import { may, me } from "../session.js";
import { amend, usePlace } from "../router.js";
import { html } from "../parts/html.js";
import { useAnswer } from "../parts/asking.js";
import { Code } from "../parts/controls.js";
import { Stat } from "../parts/figures.js";
import { brief, count, duration, money, percent, plural } from "../parts/format.js";
import { Card, Page } from "../parts/page.js";
import { Empty, Failure, Loading, Notice } from "../parts/states.js";
import { Attention } from "./overview/attention.js";
import { CostChart, LatencyChart, RequestChart } from "./overview/charts.js";
import { RangePicker, spanOf, words } from "./overview/range.js";
import { Health } from "./overview/health.js";
import { Errors, Share } from "./overview/tops.js";

const EVERY = 15_000;

export default function Overview() {
  const { query } = usePlace();
  const span = spanOf(query);
  const overview = useAnswer("/api/overview", { query: span, every: EVERY });
  const targets = useAnswer(may("viewer") ? "/api/targets" : null, { every: EVERY });
  const keys = useAnswer(may("viewer") ? "/api/usage" : null, { query: { ...span, by: "key" }, every: EVERY });
  const tools = html`<${RangePicker} query=${query} onChange=${amend} />`;
  return html`<${Page} title="Overview" lead=${may("viewer") ? words(query) : `${words(query)}, of your own key`} tools=${tools}>
    <${Attention} targets=${targets.data?.data} totals=${overview.data?.totals} />
    ${overview.error && overview.data && html`<${Notice} tone="warn">These numbers are not the latest: ${overview.error.message}<//>`}
    ${overview.data
      ? html`<${Numbers} found=${overview.data} targets=${targets} keys=${keys} />`
      : overview.error
        ? html`<${Card}><${Failure} error=${overview.error} retry=${overview.again} /><//>`
        : html`<${Card}><${Loading} lines=${6} /><//>`}
  <//>`;
}

function Numbers({ found, targets, keys }) {
  const { totals, before } = found;
  if (totals.requests === 0 && before.requests === 0) return html`<${Nothing} targets=${targets} />`;
  return html`
    <${Totals} totals=${totals} before=${before} />
    ${totals.requests === 0 && html`<${Notice}>Nothing was asked in this span; choose a longer one to see more.<//>`}
    <div class=${may("viewer") ? "overview-wide" : "stack"}>
      <${Card} title="Requests" note=${found.step === "hour" ? "by the hour" : "by day"}><${RequestChart} found=${found} /><//>
      ${may("viewer") && html`<${Health} answer=${targets} rows=${found.targets} />`}
    </div>
    <div class="columns">
      <${Card} title="Cost"><${CostChart} found=${found} /><//>
      <${Card} title="Latency"><${LatencyChart} found=${found} /><//>
    </div>
    <div class="columns">
      <${Share} title="By model" rows=${found.models} filter="model" />
      ${may("viewer") && html`<${Share} title="By key" rows=${keys.data?.data} filter="key" />`}
    </div>
    ${found.errors.length > 0 && html`<${Errors} errors=${found.errors} />`}`;
}

function Totals({ totals, before }) {
  const bad = (row) => row.failed + row.lost;
  const also = [totals.refused && `${count(totals.refused)} refused`, totals.cancelled && `${count(totals.cancelled)} left`];
  return html`<dl class="stats">
    <${Stat} name="Requests" value=${totals.requests} before=${before.requests} show=${brief} />
    <${Stat} name="Cost" value=${totals.cost} before=${before.cost} show=${money} better="less" />
    <${Stat} name="Saved" value=${totals.saved} before=${before.saved} show=${money} better="more"
      note=${totals.baseline === null ? "no baseline is set" : null} />
    <${Stat} name="Answered at home" value=${totals.share_home} before=${before.share_home} show=${percent} better="more" share />
    <${Stat} name="Latency, median" value=${totals.p50_ms} before=${before.p50_ms} show=${duration} better="less"
      note=${totals.p95_ms === null ? null : `95% within ${duration(totals.p95_ms)}`} />
    <${Stat} name="Failures" value=${bad(totals)} before=${bad(before)} show=${count} better="less"
      note=${also.filter(Boolean).join(", ") || null} />
  </dl>`;
}

function Nothing({ targets }) {
  const model = targets.data?.data?.[0]?.name ?? "auto";
  const line = `curl ${location.origin}/v1/chat/completions \\
  -H "authorization: Bearer $FREEHOLD_KEY" \\
  -H "content-type: application/json" \\
  -d '{"model": "auto", "messages": [{"role": "user", "content": "Hello"}]}'`;
  return html`<${Card}>
    <${Empty} title="No requests yet" icon="requests">
      <p>${me()?.role === "admin" ? "Put a key into FREEHOLD_KEY and send the first one:" : "Send the first one with your key:"}</p>
      <${Code} text=${line} />
      <p>Or ask in the <a href="#/playground">playground</a>. ${targets.data && `${plural(targets.data.data.length, "target")} can answer${targets.data.data.length ? `, ${model} among them` : ""}.`}</p>
    <//>
  <//>`;
}
