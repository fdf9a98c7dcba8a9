// One answer on the page: who gave it, its words and sources, its numbers, why it went where it went.

import { href } from "../../router.js";
import { html, useMemo } from "../../parts/html.js";
import { Copy } from "../../parts/controls.js";
import { LabelBadge, Money } from "../../parts/figures.js";
import { count, duration } from "../../parts/format.js";
import { isOpen, numbers } from "./answer.js";
import { rated, retry } from "./desk.js";
import { Fault } from "./faults.js";
import { Markdown } from "./markdown.js";
import { citations, marked } from "./marks.js";
import { Sign, Sources, usePassage } from "./sources.js";
import { Thumbs } from "./thumbs.js";

/** `last`: nothing has been asked since, so that it may be asked for again. */
export function Reply({ answer, turn, lane, last }) {
  const again = last && !isOpen(answer) ? (model) => retry(turn, lane, model) : null;
  const [open, dialog] = usePassage();
  const broken = answer.state === "failed" && answer.text !== "";
  return html`<article class="reply ${answer.state}" aria-label="Answer of ${answer.target ?? answer.model}" aria-busy=${isOpen(answer)}>
    <header>
      <b>${answer.target ?? answer.model}</b>
      ${answer.target && answer.target !== answer.model && html`<span class="faint small">asked as ${answer.model}</span>`}
      ${answer.label && html`<${LabelBadge} label=${answer.label} />`}
    </header>
    ${answer.state === "waiting" && html`<p class="typing"><span></span><span></span><span></span><span class="unseen">Waiting for the first word</span></p>`}
    ${answer.thought && html`<details class="thought"><summary>Its reasoning</summary><p>${answer.thought}</p></details>`}
    <${Words} answer=${answer} onOpen=${open} />
    ${answer.calls.map((call) => html`<pre class="call" tabindex="0">${call.name}(${call.arguments})</pre>`)}
    ${answer.state === "stopped" && html`<p class="faint small">Stopped${answer.text ? "; what had come is kept" : " before its first word"}.</p>`}
    ${answer.finish === "length" && html`<p class="faint small">The answer ends at its longest allowed length.</p>`}
    ${answer.error && html`<${Fault} error=${answer.error} broken=${broken} ask=${again} />`}
    ${!isOpen(answer) && html`<${Foot} answer=${answer} turn=${turn} lane=${lane} />`}
    ${dialog}
  </article>`;
}

/** The same while nobody may know whose it is: its words and their sources, once both answers are whole. */
export function Nameless({ answer, name, ready }) {
  const [open, dialog] = usePassage();
  return html`<article class="reply" aria-label=${name} aria-busy=${!ready}>
    <header><b>${name}</b></header>
    ${ready
      ? html`<${Words} answer=${answer} onOpen=${open} />`
      : html`<p class="typing"><span></span><span></span><span></span><span class="unseen">Waiting for both answers</span></p>`}
    ${dialog}
  </article>`;
}

function Words({ answer, onOpen }) {
  const cited = useMemo(() => citations(answer.annotations), [answer.annotations]);
  const text = useMemo(() => marked(answer.text, cited), [answer.text, cited]);
  if (!answer.text) return null;
  const sign = (index) => html`<${Sign} cited=${cited[index]} onOpen=${onOpen} />`;
  return html`<${Markdown} text=${text} cite=${sign} />${!isOpen(answer) && html`<${Sources} cited=${cited} onOpen=${onOpen} />`}`;
}

function Foot({ answer, turn, lane }) {
  return html`<footer>
    <${Numbers} answer=${answer} />
    ${answer.record?.reason && html`<p class="why">${answer.record.reason}</p>`}
    <div class="row">
      ${answer.id && html`<a class="small" href=${href(["requests", answer.id])}>Why this answer</a>`}
      ${answer.text && html`<${Copy} text=${answer.text} label="Copy the answer" />`}
      ${answer.id && answer.text && html`<${Thumbs} id=${answer.id} said=${answer.feedback} onSaid=${(said) => rated(turn, lane, said)} />`}
    </div>
  </footer>`;
}

function Numbers({ answer }) {
  const { firstMs, totalMs, input, output, cost, estimated } = numbers(answer);
  if (!answer.text && answer.state !== "done") return null;
  const about = estimated ? "about " : "";
  return html`<dl class="numbers">
    <div><dt>First token</dt><dd>${duration(firstMs)}</dd></div>
    <div><dt>Total</dt><dd>${duration(totalMs)}</dd></div>
    <div><dt>Tokens</dt><dd>${about}${count(input)}<span class="unseen"> in,</span>${" "}
      <span aria-hidden="true">→</span> ${count(output)}<span class="unseen"> out</span></dd></div>
    <div><dt>Cost</dt><dd><${Money} amount=${cost} /></dd></div>
  </dl>`;
}
