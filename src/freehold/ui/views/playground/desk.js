// The one conversation of this tab. It lives beside the view, so that an answer goes on while another view is open.

import { me } from "../../session.js";
import { useEffect, useState } from "../../parts/html.js";
import { ask } from "./ask.js";
import { asked } from "./answer.js";
import { canBlind, shuffled } from "./blind.js";
import { FRESH, keep, kept, messages, reduce } from "./conversation.js";

const KEEP_AFTER = 400;

let owner = null;
let state = FRESH;
let timer = null;
const listeners = new Set();
const running = new Map();

/** The conversation, drawn anew with every change, and what can be done with it. */
export function useDesk() {
  open();
  const [found, set] = useState(state);
  useEffect(() => {
    listeners.add(set);
    set(state);
    return () => listeners.delete(set);
  }, []);
  return found;
}

function open() {
  const key = me()?.key ?? null;
  if (key === owner) return;
  owner = key;
  state = kept(sessionStorage, owner);
}

function act(action) {
  state = reduce(state, action);
  listeners.forEach((listen) => listen(state));
  timer ??= setTimeout(save, KEEP_AFTER);
}

function save() {
  clearTimeout(timer);
  timer = null;
  if (me()) keep(sessionStorage, owner, state);
}

addEventListener("pagehide", () => timer !== null && save());

/** Change how the next question is asked. */
export function choose(choice) {
  act({ type: "choose", choice });
}

/** Ask every chosen target, side by side; where it is to be blind, in an order that nobody knows. */
export function send(prompt, chosen) {
  const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const blind = state.blind && canBlind(chosen);
  const models = blind ? shuffled(chosen) : chosen;
  act({ type: "ask", id, prompt, at: performance.now(), models, blind });
  models.forEach((_, lane) => begin(id, lane));
}

/** Ask once more for an answer that came to nothing; `model` asks another instead. Only of the last question. */
export function retry(id, lane, model = null) {
  // What is still told of the answer that came to nothing, such as its record, is waited for no longer.
  running.get(`${id}/${lane}`)?.abort();
  const fresh = (answer) => asked(model ?? answer.model, performance.now());
  act({ type: "answer", turn: id, lane, change: fresh });
  begin(id, lane);
}

async function begin(id, lane) {
  const at = state.turns.findIndex((turn) => turn.id === id);
  const { model } = state.turns[at].answers[lane];
  const control = new AbortController();
  running.set(`${id}/${lane}`, control);
  const change = (fold) => running.get(`${id}/${lane}`) === control && act({ type: "answer", turn: id, lane, change: fold });
  const { label, collections } = state;
  try {
    await ask({ model, label, collections, messages: messages(state, lane, at + 1) }, { signal: control.signal, change });
  } finally {
    if (running.get(`${id}/${lane}`) === control) running.delete(`${id}/${lane}`);
  }
}

/** Tell whose the answers of a blind turn are; `choice` is what was said of them, or null. */
export function reveal(id, choice) {
  act({ type: "reveal", turn: id, choice });
}

/** Stop whatever is coming. What has come stays. */
export function stop() {
  for (const control of running.values()) control.abort();
}

/** Begin a new conversation, with the same choices. */
export function clear() {
  stop();
  act({ type: "clear" });
}

/** Keep what was said of an answer beside it. */
export function rated(id, lane, feedback) {
  act({ type: "answer", turn: id, lane, change: (answer) => ({ ...answer, feedback }) });
}
