// How good each subject is on one dataset, at what cost and in what time; and how they differ from the first.

import { html } from "../../parts/html.js";
import { useAction, useAnswer } from "../../parts/asking.js";
import { Button, Field } from "../../parts/controls.js";
import { Badge } from "../../parts/figures.js";
import { count, duration, money, percent } from "../../parts/format.js";
import { Card } from "../../parts/page.js";
import { Failure, Loading, Notice } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Differences } from "./differences.js";
import { download } from "./download.js";
import { Begin, Part } from "./part.js";
import { Span } from "./span.js";

/** `choices`: of `comparable`; `chosen`: one of them, or null. */
export function Scorecards({ answer, choices, chosen, onChoose }) {
  if (!chosen) return html`<${Part} title="Scorecards" answer=${answer} none=${none}>${() => null}<//>`;
  return html`<${Compared} key=${chosen.runs.join()} choices=${choices} chosen=${chosen} onChoose=${onChoose} />`;
}

function none() {
  return html`<${Begin} title="Nothing measured yet" command="freehold eval compare A B --data work.jsonl --scorer exact">
    Ask two targets for the same examples, and see which is good enough here.
  <//>`;
}

function Compared({ choices, chosen, onChoose }) {
  const runs = chosen.runs.join(",");
  const { data, error, again } = useAnswer("/api/eval/comparison", { query: { runs } });
  const saving = useAction(() => download(runs, `${chosen.name}.html`));
  const options = choices.map((each) => ({ value: each.dataset, text: `${each.name} (${each.runs.length})` }));
  const tools = html`<${Button} small icon="file" busy=${saving.busy} disabled=${!data} onClick=${saving.run}>Download the report<//>`;
  return html`
    <${Card} title="Scorecards" note="intervals hold with 95%" tools=${tools}>
      ${saving.error && html`<${Notice} tone="bad">${saving.error.message}<//>`}
      <div class="quality-choice"><${Field} label="Dataset" as="select" options=${options} value=${chosen.dataset} onValue=${onChoose} /></div>
      ${error && !data && html`<${Failure} error=${error} retry=${again} />`}
      ${!data && !error && html`<${Loading} lines=${3} label="Scorecards: loading" />`}
      ${data && html`<div class="stack">
        ${data.notes.length > 0 && html`<${Notice}>${data.notes.map((each) => html`<p key=${each}>${each}</p>`)}<//>`}
        <${Table} caption=${`Scorecards of ${data.dataset_name}`} columns=${COLUMNS} rows=${rows(data)} rowKey=${(row) => `${row.subject.run}/${row.score?.scorer}`} />
        <p class="faint small">${count(data.dataset_size)} examples; <span class="once">${data.dataset}</span></p>
      </div>`}
    <//>
    ${data?.pairs.length > 0 && html`<${Differences} pairs=${data.pairs} />`}`;
}

/** One for each subject and scorer; a subject that nobody scored has one too. */
function rows(comparison) {
  return comparison.subjects.flatMap((subject) => (subject.scores.length ? subject.scores : [null]).map((score) => ({ subject, score })));
}

const COLUMNS = [
  { key: "subject", title: "Subject", wide: true, show: ({ subject }) => html`<${Named} subject=${subject} />` },
  { key: "quality", title: "Quality", show: ({ score }) => html`<${Quality} score=${score} />` },
  { key: "cost", title: "Cost of an answer", number: true, show: ({ subject }) => (subject.cost ? money(subject.cost.value) : "–") },
  { key: "p50", title: "Half within", number: true, minor: true, show: ({ subject }) => duration(subject.p50_ms?.value) },
  { key: "p95", title: "95 of 100 within", number: true, minor: true, show: ({ subject }) => duration(subject.p95_ms?.value) },
  { key: "answered", title: "Answered", number: true, minor: true, show: ({ subject }) => `${count(subject.answered)} of ${count(subject.asked)}` },
];

function Named({ subject }) {
  return html`<span class="target"><span class="row"><b>${subject.name}</b>${subject.state !== "done" && html`<${Badge} tone="warn" title=${subject.note}>${subject.state}<//>`}</span>
    ${subject.escalations && subject.escalations.value > 0 && html`<span class="faint small">${percent(subject.escalations.value)} escalated</span>`}</span>`;
}

function Quality({ score }) {
  if (!score) return html`<span class="faint">not scored</span>`;
  return html`<span class="quality-score"><span class="row"><span class="faint small once">${score.scorer}</span>
    ${!score.gates && html`<${Badge} tone="warn" title="Its judge is not certified: it decides nothing">uncertified<//>`}</span><${Span} figure=${score.quality} /></span>`;
}
