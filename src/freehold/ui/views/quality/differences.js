// Each subject against the first, on the examples that both answered.

import { html } from "../../parts/html.js";
import { Badge } from "../../parts/figures.js";
import { count } from "../../parts/format.js";
import { Card } from "../../parts/page.js";
import { Table } from "../../parts/table.js";
import { Span } from "./span.js";

const ALPHA = 0.05;

/** `pairs`: of a comparison. */
export function Differences({ pairs }) {
  const rows = pairs.flatMap((pair) => pair.scores.map((score) => ({ pair, score })));
  const most = Math.max(...rows.map(({ score: { delta } }) => Math.max(Math.abs(delta?.low ?? 0), Math.abs(delta?.high ?? 0), Math.abs(delta?.value ?? 0))), 0.05);
  return html`<${Card} title="Compared" note=${`with ${pairs[0].first}, on the same examples; corrected for all differences shown`} flush>
    <${Table} caption="Differences" columns=${columns(most)} rows=${rows} rowKey=${({ pair, score }) => `${pair.other}/${score.scorer}`} />
  <//>`;
}

function columns(most) {
  return [
    { key: "other", title: "Subject", wide: true, show: ({ pair, score }) => html`<b>${pair.other}</b> <span class="faint small once">${score.scorer}</span>` },
    { key: "told", title: "Is", show: ({ score }) => html`<${Told} score=${score} />` },
    { key: "delta", title: "By points", show: ({ score }) => html`<${Span} figure=${score.delta} show=${points} least=${-most} most=${most} />` },
    { key: "won", title: "Won, lost, tied", number: true, minor: true, show: ({ score }) => `${count(score.won)}, ${count(score.lost)}, ${count(score.tied)}` },
    { key: "needed", title: "Examples to see 5 points", number: true, minor: true, show: ({ score }) => count(score.needed) },
  ];
}

/** A difference of shares: `+2.5`, in hundredths. */
export function points(value) {
  const shown = (100 * Math.abs(value)).toFixed(1);
  return `${value < 0 ? "−" : "+"}${shown}`;
}

function Told({ score }) {
  if (!score.delta) return html`<${Badge}>nothing to compare<//>`;
  if (score.corrected > ALPHA) return html`<${Badge}>not told apart<//>`;
  return score.delta.value > 0 ? html`<${Badge} tone="good" icon="up">better<//>` : html`<${Badge} tone="bad" icon="down">worse<//>`;
}
