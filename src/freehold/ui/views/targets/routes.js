// The routes, each as the way a request takes through it.

import { html } from "../../parts/html.js";
import { Badge } from "../../parts/figures.js";
import { percent } from "../../parts/format.js";
import { Icon } from "../../parts/icons.js";
import { Card } from "../../parts/page.js";
import { Empty } from "../../parts/states.js";

const FLOWS = {
  fixed: "Its one target answers, or nobody does.",
  fallback: "The first that may answers; where it fails, the next is asked.",
  cascade: "The first answers; where its answer does not measure up, the next is asked.",
  race: "All are asked at once, and the first to begin answers.",
  split: "Requests are shared out among them by weight.",
};

/** `owned`: whether a target is at home, by name; `null` where that is not known. */
export function RouteList({ rows, owned }) {
  return html`<${Card} title="Routes" note="what clients ask for as their model">
    ${rows.length === 0 && html`<${Empty} title="No routes" icon="targets"><p>A route of the configuration names the targets that may answer, and in what order.</p><//>`}
    <ul class="routes">${rows.map((row) => html`<${Route} key=${row.name} row=${row} owned=${owned} />`)}</ul>
  <//>`;
}

function Route({ row, owned }) {
  return html`<li class="route">
    <div class="row"><h3>${row.name}</h3><${Badge} tone="accent">${row.flow}<//>
      ${row.made_by === "freehold" && html`<${Badge} title="The configuration names no route of this name">made by Freehold<//>`}
      ${!row.may_ask && html`<${Badge} tone="warn">not for your key<//>`}</div>
    <p class="faint small">${FLOWS[row.flow] ?? ""}${row.promise ? "" : measure(row.accept)}</p>
    ${row.promise && html`<${Promised} promise=${row.promise} />`}
    <ol class="way" data-flow=${row.flow}>${row.targets.map((name, at) => html`<li key=${name}>
      ${at > 0 && html`<span class="then">${between(row)}</span>`}
      <span class="stop"><${Icon} name=${owned(name) === false ? "away" : "home"} size=${14} />${name}
        ${row.weights[at] !== undefined && html`<span class="faint">${share(row.weights, at)}</span>`}</span>
    </li>`)}</ol>
    ${["user", "key"].includes(row.sticky) && html`<p class="faint small">The same ${row.sticky} always gets the same one.</p>`}
    ${row.collections.length > 0 && html`<p class="faint small">Grounded in ${row.collections.join(", ")}.</p>`}
  </li>`;
}

/** What the route was calibrated to: in a sentence, with what it rests on beneath. */
function Promised({ promise }) {
  return html`<details class="promise"><summary class="small">
      <${Badge} tone=${promise.state === "active" ? "good" : "warn"}>promise<//> ${promise.said}</summary>
    <p class="faint small">Harm ${percent(promise.observed)} on those questions, at most ${percent(promise.bound)}; ${percent(promise.escalated)} went to ${promise.stronger}.</p>
    <ul class="faint small">${promise.assumptions.map((each) => html`<li key=${each}>${each}</li>`)}</ul>
  </details>`;
}

function measure(accept) {
  if (!accept) return "";
  if (accept.score === "structure") return " Kept is what has a sound form.";
  return ` Kept is what has a ${accept.score} of ${accept.at_least} or more.`;
}

function between({ flow }) {
  return { fallback: "else", cascade: "in doubt", race: "or", split: "or" }[flow] ?? "then";
}

function share(weights, at) {
  return percent(weights[at] / weights.reduce((sum, each) => sum + each, 0));
}
