// What routes were calibrated to: the promise in a sentence, on what it rests, and whether an alarm was raised.

import { html } from "../../parts/html.js";
import { useAnswer } from "../../parts/asking.js";
import { Badge } from "../../parts/figures.js";
import { count, percent } from "../../parts/format.js";
import { Notice } from "../../parts/states.js";
import { Fact } from "./fact.js";
import { Begin, Part } from "./part.js";
import { Watched } from "./watched.js";
import { comesTo, sentence, whole } from "./words.js";

const EVERY = 15_000;
const TONES = { active: "good", suspended: "bad", "set aside": "warn", replaced: "plain", withdrawn: "plain" };
const WORDS = { active: "in force" };

/** `watch`: the answer of `/api/eval/watch`, beside which promises stand even where it cannot be had. */
export function Promises({ watch }) {
  const answer = useAnswer("/api/eval/promises", { every: EVERY });
  return html`<${Part} title="Promises" note="when a route keeps the owned answer, and how rarely that may be wrong" answer=${answer} none=${none}>
    ${({ data }) => {
      const now = data.filter(isCurrent);
      const past = data.filter((each) => !isCurrent(each));
      return html`<div class="stack">
        ${now.length > 0 && html`<ul class="promises">${now.map((each) => html`<${Promised} key=${each.id} promise=${each} stands=${stands(watch, each)} />`)}</ul>`}
        ${now.length === 0 && html`<p class="faint">No promise is in force.</p>`}
        ${past.length > 0 && html`<details><summary>${past.length} earlier</summary>
          <ul class="promises">${past.map((each) => html`<${Promised} key=${each.id} promise=${each} />`)}</ul></details>`}
      </div>`;
    }}
  <//>`;
}

/** How the watch has this promise, and the inputs of its route; null where it has not. */
function stands({ data }, { id, route }) {
  const found = data?.routes.find((each) => each.route === route);
  return found?.promise?.promise === id ? { watched: found.promise, like: found.inputs } : null;
}

function isCurrent({ state }) {
  return state !== "replaced" && state !== "withdrawn";
}

function none({ data }) {
  if (data.length) return null;
  return html`<${Begin} title="No promise yet" icon="shield" command="freehold eval calibrate ROUTE --data DATASET --scorer exact --harm 2% --confidence 90%">
    Calibrate a route on your own examples: Freehold then chooses when the owned answer may be kept, and says what that promises.
  <//>`;
}

function Promised({ promise, stands = null }) {
  const { state, route, why, keeping, assumptions } = promise;
  return html`<li>
    <div class="row"><h3>${route}</h3><${Badge} tone=${TONES[state] ?? "plain"} icon=${state === "suspended" ? "warn" : null}>${WORDS[state] ?? state}<//></div>
    ${state === "suspended" && html`<${Notice} tone="warn">${sentence(why) || "An alarm was raised."} The route keeps only what the safe side allows until it is calibrated anew.<//>`}
    <p>${comesTo(promise)}</p>
    ${stands && html`<${Watched} ...${stands} />`}
    <dl class="facts">
      ${promise.harm !== null && html`<${Fact} name="Harm at most">${percent(promise.harm)} with ${percent(promise.confidence)} confidence<//>`}
      ${keeping && html`<${Fact} name="Kept from">a chance of ${threshold(keeping.threshold)}<//>`}
      ${promise.single && html`<${Fact} name="Enough alone">${promise.single}<//>`}
      <${Fact} name="Seen">harm ${percent(promise.observed)}, at most ${percent(promise.bound)}<//>
      <${Fact} name="Escalated">${percent(promise.escalated)} to ${promise.stronger}<//>
      <${Fact} name="Rests on">${count(promise.size)} questions of <span class="once">${promise.data}</span><//>
      <${Fact} name="Made"><time datetime=${promise.made}>${promise.made}</time><//>
    </dl>
    ${assumptions.length > 0 && html`<details><summary>What it assumes</summary><ul class="faint small">${assumptions.map((each) => html`<li key=${each}>${each}</li>`)}</ul></details>`}
    ${state !== "suspended" && why && html`<p class="faint small">${whole(why)}</p>`}
  </li>`;
}

function threshold(value) {
  return value > 1 ? "more than there is: never" : value.toFixed(3);
}
