// Which of two nameless answers is better: asked once both are whole, and then it is told whose they were.

import { api } from "../../api.js";
import { html, useEffect, useRef } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { Notice } from "../../parts/states.js";
import { useAction } from "../../parts/asking.js";
import { CHOICES, ballot, canVote, isHidden, isReady, told } from "./blind.js";
import { reveal } from "./desk.js";

/** Stands below the two answers of a blind turn. */
export function Ballot({ turn }) {
  const asked = useRef(false);
  const { run, busy, error } = useAction(async (choice) => {
    asked.current = true;
    if (choice) await api("/api/eval/arena/votes", { body: ballot(turn, choice) });
    reveal(turn.id, choice);
  });
  if (!isHidden(turn)) return html`<${Told} turn=${turn} focus=${asked.current} />`;
  if (!isReady(turn)) return null;
  const wait = busy || !canVote(turn);
  return html`<fieldset class="ballot">
    <legend>Which answer is better?</legend>
    ${error && html`<${Notice} tone="bad">${error.message}<//>`}
    <div class="row">
      ${CHOICES.map(({ choice, text }) => html`<${Button} key=${choice} disabled=${wait} onClick=${() => run(choice)}>${text}<//>`)}
      <${Button} kind="quiet" disabled=${busy} onClick=${() => run(null)}>Tell me without a vote<//>
    </div>
    <p class="hint">Whose they are is told once you have said it. Kept are your choice and how long and how formatted both answers are, none of their words.</p>
  </fieldset>`;
}

function Told({ turn, focus }) {
  const self = useRef(null);
  // The buttons that had the focus are gone; what they led to has it now, and is read out.
  useEffect(() => focus && self.current.focus(), []);
  return html`<p class="ballot-told" ref=${self} tabindex="-1">${told(turn)}</p>`;
}
