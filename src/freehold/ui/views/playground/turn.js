// A question and what became of it, one answer or two beside each other.

import { html, useEffect, useRef, useState } from "../../parts/html.js";
import { isOpen } from "./answer.js";
import { Ballot } from "./ballot.js";
import { SIDES, isHidden, isReady } from "./blind.js";
import { Nameless, Reply } from "./reply.js";

const LONGEST_SAID = 1000;

/** `last`: nothing has been asked since. */
export function Turn({ turn, last }) {
  return html`<div class="turn">
    <div class="asked"><h2 class="unseen">You asked</h2><p>${turn.prompt}</p></div>
    <div class="replies" data-lanes=${turn.answers.length}>
      ${turn.answers.map((answer, lane) =>
        isHidden(turn)
          ? html`<${Nameless} key=${`hidden-${lane}`} answer=${answer} name=${SIDES[lane]} ready=${isReady(turn)} />`
          : html`<${Reply} key=${lane} answer=${answer} turn=${turn.id} lane=${lane} last=${last} />`,
      )}
    </div>
    ${turn.blind && html`<${Ballot} turn=${turn} />`}
  </div>`;
}

/** Reads each answer out once, when it is whole: a screen reader that is told every token says nothing but those. */
export function Announcer({ turn }) {
  const [said, say] = useState("");
  const before = useRef({});
  useEffect(() => {
    if (!turn) return;
    const waits = (answer) => (isHidden(turn) ? !isReady(turn) : isOpen(answer));
    const done = turn.answers.flatMap((answer, lane) => {
      const key = `${turn.id}/${lane}`;
      const ends = before.current[key] === true && !waits(answer);
      before.current[key] = waits(answer);
      return ends ? [spoken(answer, isHidden(turn) ? SIDES[lane] : (answer.target ?? answer.model))] : [];
    });
    if (done.length) say(done.join(" "));
  }, [turn]);
  return html`<div class="unseen" role="status">${said}</div>`;
}

function spoken({ state, text }, who) {
  if (state === "failed") return `${who} gave no whole answer.`;
  if (state === "stopped") return `The answer of ${who} was stopped.`;
  return `${who} has answered: ${text.slice(0, LONGEST_SAID)}`;
}
