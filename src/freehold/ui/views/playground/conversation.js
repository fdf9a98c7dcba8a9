// A conversation: what was asked, and what one target or two, side by side, have answered. Pure; nothing here waits.

import { asked, isOpen, stopped } from "./answer.js";
import { hidden, looked } from "./blind.js";

/** How the next question is to be asked. `collections` is `null` where the key's or the route's own shall hold. */
export const FRESH = {
  models: [null],
  blind: false,
  label: "",
  collections: null,
  system: "",
  draft: "",
  turns: [],
};

/** Changes to a conversation: each names itself in `type`, and says no more than it needs. */
export function reduce(state, action) {
  switch (action.type) {
    case "choose":
      return { ...state, ...action.choice };
    case "ask":
      return { ...state, draft: "", turns: [...state.turns, turn(action)] };
    case "answer":
      return answered(state, action);
    case "reveal":
      return changed(state, action.turn, (turn) => ({ ...turn, blind: { shown: true, choice: action.choice } }));
    case "clear":
      return { ...state, draft: "", turns: [] };
    default:
      throw new Error(`a conversation knows no ${action.type}`);
  }
}

function turn({ id, prompt, at, models, blind = false }) {
  return { id, prompt, blind: hidden(blind), answers: models.map((model) => asked(model, at)) };
}

/** One answer, changed by `action.change`, which takes it and gives it back. */
function answered(state, { turn: id, lane, change }) {
  return changed(state, id, (each) =>
    looked({ ...each, answers: each.answers.map((one, at) => (at === lane ? change(one) : one)) }),
  );
}

function changed(state, id, change) {
  return { ...state, turns: state.turns.map((each) => (each.id === id ? change(each) : each)) };
}

/** Whether any answer is still coming. */
export function isBusy(state) {
  return state.turns.some((each) => each.answers.some(isOpen));
}

/**
 * What a lane is asked: the system prompt, then what was said in that lane. A turn that this lane had no part in is
 * told as the first lane had it; one that came to nothing is left out, question and all. In a blind turn the two
 * stand in any order, so whoever is asked is told what the same one said.
 */
export function messages(state, lane, upTo = state.turns.length) {
  const { model } = state.turns[upTo - 1]?.answers[lane] ?? {};
  const said = state.system.trim() ? [{ role: "system", content: state.system }] : [];
  const blind = state.turns.slice(0, upTo).some((each) => each.blind);
  state.turns.slice(0, upTo).forEach((each, at) => {
    const last = at === upTo - 1;
    const same = blind ? each.answers.find((one) => one.model === model) : null;
    const answer = same ?? each.answers[lane] ?? each.answers[0];
    if (!last && !answer.text) return;
    said.push({ role: "user", content: each.prompt });
    if (!last) said.push({ role: "assistant", content: answer.text });
  });
  return said;
}

const STORE = "freehold.playground";

/** Keep it in this tab, for its owner alone. Past what a browser keeps, only the latest turns are kept. */
export function keep(storage, owner, state) {
  for (let turns = state.turns; ; turns = turns.slice(Math.ceil(turns.length / 2))) {
    try {
      storage.setItem(STORE, JSON.stringify({ owner, state: { ...state, turns } }));
      return;
    } catch (error) {
      if (error.name !== "QuotaExceededError") throw error;
      storage.removeItem(STORE);
      if (!turns.length) return;
    }
  }
}

/** What this tab has kept for its owner. What was still coming when the page went has stopped. */
export function kept(storage, owner) {
  let found;
  try {
    found = JSON.parse(storage.getItem(STORE) ?? "null");
  } catch {
    found = null; // Not what was kept: begin afresh.
  }
  if (found?.owner !== owner || !Array.isArray(found.state?.turns)) {
    storage.removeItem(STORE);
    return FRESH;
  }
  const turns = found.state.turns.map((each) => looked({ ...each, answers: each.answers.map((one) => stopped(one, null)) }));
  return { ...FRESH, ...found.state, turns };
}
