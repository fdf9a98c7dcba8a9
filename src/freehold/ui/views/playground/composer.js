// Where a question is written. Enter sends it, Shift+Enter begins a line.

import { html, useLayoutEffect, useRef } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { choose, stop } from "./desk.js";

const TALLEST = 240;

/** `text` is what is written so far; it is kept with the conversation. */
export function Composer({ text, busy, onSend, disabled }) {
  const field = useRef(null);
  useLayoutEffect(() => fit(field.current), [text]);
  const ready = text.trim() !== "" && !disabled;
  const send = (event) => {
    event.preventDefault();
    if (ready && !busy) onSend(text.trim());
    field.current.focus();
  };
  const key = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  };
  return html`<form class="composer" onSubmit=${send}>
    <label class="unseen" for="question">Your question</label>
    <textarea id="question" ref=${field} rows="1" value=${text} placeholder="Ask something" enterkeyhint="send" aria-describedby="question-hint"
      onInput=${(event) => choose({ draft: event.currentTarget.value })} onKeyDown=${key}></textarea>
    <span class="unseen" id="question-hint">Enter sends, Shift and Enter begin a line.</span>
    ${busy
      ? html`<${Button} key="stop" icon="stop" onClick=${stop}>Stop<//>`
      : html`<${Button} key="send" kind="primary" icon="send" type="submit" disabled=${!ready}>Send<//>`}
  </form>`;
}

function fit(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + 2, TALLEST)}px`;
}
