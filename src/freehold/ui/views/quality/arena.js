// What people prefer when they do not know whose an answer is.

import { html } from "../../parts/html.js";
import { useAnswer } from "../../parts/asking.js";
import { count, plural } from "../../parts/format.js";
import { Notice } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { Begin, Part } from "./part.js";
import { Span } from "./span.js";

export function Arena() {
  const answer = useAnswer("/api/eval/arena");
  const votes = answer.data?.votes;
  return html`<${Part} title="Arena" note=${votes ? `${plural(votes, "blind vote")}` : "blind votes"} answer=${answer} none=${none}>
    ${({ groups, warnings }) => html`<div class="stack">
      ${warnings.map((each) => html`<${Notice} key=${each} tone="warn">${each}<//>`)}
      ${groups.map((group) => html`<${Group} key=${group.ranked[0].subject} group=${group} />`)}
    </div>`}
  <//>`;
}

function none({ votes }) {
  if (votes) return null;
  return html`<${Begin} title="No votes yet" icon="playground">Ask two targets side by side in the <a href="#/playground">playground</a>, tick “Blind”, and say which answer is better.<//>`;
}

function Group({ group }) {
  const all = group.ranked.flatMap(({ rating, adjusted }) => [rating, adjusted].filter(Boolean));
  const [least, most] = [Math.min(...all.map((each) => each.low)), Math.max(...all.map((each) => each.high))];
  const styled = group.ranked.some((each) => each.adjusted);
  const rating = (figure) => html`<${Span} figure=${figure} show=${whole} least=${least} most=${most} />`;
  const columns = [
    { key: "subject", title: "Subject", wide: true, show: (row) => html`<b>${row.subject}</b>` },
    { key: "rank", title: "Rank", number: true, show: (row) => (row.best_rank === row.worst_rank ? row.best_rank : `${row.best_rank} to ${row.worst_rank}`) },
    { key: "rating", title: "Rating", show: (row) => rating(row.rating) },
    ...(styled ? [{ key: "adjusted", title: "At equal style", minor: true, show: (row) => rating(row.adjusted) }] : []),
    { key: "votes", title: "Votes", number: true, minor: true, show: (row) => count(row.votes) },
  ];
  const undecided = group.pairs.filter((pair) => !pair.decided);
  return html`<section class="stack" aria-label=${`Ranking of ${group.ranked.map((each) => each.subject).join(", ")}`}>
    <${Table} caption="Ranking by blind votes" columns=${columns} rows=${group.ranked} rowKey=${(row) => row.subject} />
    ${group.warnings.map((each) => html`<${Notice} key=${each} tone="warn">${each}<//>`)}
    ${undecided.length > 0 && html`<details><summary>${plural(undecided.length, "undecided pair")}</summary><ul class="small">
      ${undecided.map((pair) => html`<li key=${`${pair.stronger}/${pair.weaker}`}>${undone(pair)}</li>`)}</ul></details>`}
    ${group.style.length > 0 && html`<details><summary>What style adds</summary><ul class="small">${group.style.map(
      (each) => html`<li key=${each.name}>A standard deviation more of ${each.name} changes the log-odds by ${two(each.value)} (${two(each.low)} to ${two(each.high)}).</li>`,
    )}</ul></details>`}
    <p class="faint small">${group.method}. 400 points are odds of ten to one; 1,000 is the middle of the group.</p>
  </section>`;
}

function undone({ stronger, weaker, votes, more_votes: more }) {
  const needed = more === null ? "no number of votes that can be said would tell them apart" : `about ${plural(more, "more vote")} between them would tell`;
  return `${stronger} before ${weaker}, ${plural(votes, "vote")} between them: ${needed}.`;
}

function whole(value) {
  return value.toFixed(0);
}

function two(value) {
  return value.toFixed(2).replace("-", "−");
}
