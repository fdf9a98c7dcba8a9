// The charts of the overview, each over the same steps of time.

import { html, useMemo } from "../../parts/html.js";
import { Chart } from "../../parts/chart.js";
import { brief, count, duration, money, plural } from "../../parts/format.js";

const SECONDS = { hour: 3600, day: 86_400 };

// Charts redraw when what they are given is another object, so it is made once for each answer.
function useSeries(found, choose) {
  return useMemo(() => {
    const times = found.series.map((each) => Date.parse(each.start) / 1000);
    return { times, series: choose(found.series), step: SECONDS[found.step] };
  }, [found]);
}

/** Requests, and how many of them failed. */
export function RequestChart({ found }) {
  const drawn = useSeries(found, (rows) => [
    { name: "Requests", tone: "accent", kind: "bars", values: rows.map((row) => row.requests) },
    { name: "Escalated", tone: "second", kind: "bars", values: rows.map((row) => row.escalated) },
    { name: "Failed", tone: "bad", kind: "bars", values: rows.map((row) => row.failed) },
  ]);
  const { totals } = found;
  const summary = `${plural(totals.requests, "request")}, ${count(totals.escalated)} of them escalated and ${count(totals.failed + totals.lost)} failed.`;
  return html`<${Chart} title="Requests" summary=${summary} ...${drawn} show=${brief} height=${236} whole />`;
}

/** What was spent, and what would have been without the targets at home. */
export function CostChart({ found }) {
  const drawn = useSeries(found, (rows) => {
    const cost = { name: "Cost", tone: "accent", kind: "line", values: rows.map((row) => Number(row.cost)) };
    if (found.totals.saved === null) return [cost];
    return [{ name: "Saved", tone: "second", kind: "line", values: rows.map((row) => Number(row.saved ?? 0)) }, cost];
  });
  const saved = found.totals.saved === null ? "" : `, ${money(found.totals.saved)} saved`;
  return html`<${Chart} title="Cost" summary="${money(found.totals.cost)} spent${saved}." ...${drawn} show=${money} />`;
}

/** How long answers took: one in two, and all but the slowest twentieth. */
export function LatencyChart({ found }) {
  const drawn = useSeries(found, (rows) => [
    { name: "95% within", tone: "third", kind: "line", values: rows.map((row) => row.p95_ms) },
    { name: "Median", tone: "accent", kind: "line", values: rows.map((row) => row.p50_ms) },
  ]);
  const summary = `Half of the answers came within ${duration(found.totals.p50_ms)}, 95 in 100 within ${duration(found.totals.p95_ms)}.`;
  return html`<${Chart} title="Latency" summary=${summary} ...${drawn} show=${duration} />`;
}
