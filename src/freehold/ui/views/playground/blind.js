// Two answers without names: pure; who stands where, what is hidden until when, and what a vote says.

import { isOpen } from "./answer.js";

/** What a person may say of two answers, in the order in which it is offered. */
export const CHOICES = [
  { choice: "left", text: "Left is better" },
  { choice: "tie", text: "Both as good" },
  { choice: "bad", text: "Neither will do" },
  { choice: "right", text: "Right is better" },
];

/** Whether the next question can be asked blind: of two that are not the same. */
export function canBlind(models) {
  return models.length === 2 && models[0] !== models[1];
}

/** The two in an order of which nobody knows. */
export function shuffled(models, random = crypto.getRandomValues(new Uint8Array(1))[0]) {
  return random % 2 ? [...models].reverse() : [...models];
}

/** A turn as it is asked: `blind` is null, or what is hidden and what was said of it. */
export function hidden(blind) {
  return blind ? { shown: false, choice: null } : null;
}

/** The turn once an answer has changed: where one came to nothing there is nothing to compare, and names are told. */
export function looked(turn) {
  const lost = turn.answers.some((answer) => answer.state === "failed" || answer.state === "stopped");
  return turn.blind && !turn.blind.shown && lost ? { ...turn, blind: { ...turn.blind, shown: true } } : turn;
}

/** Whether whose answers these are is not to be seen yet. */
export function isHidden(turn) {
  return Boolean(turn.blind) && !turn.blind.shown;
}

/** Whether both answers are whole, so that they may be read: one by one would tell which is quicker. */
export function isReady(turn) {
  return turn.answers.every((answer) => !isOpen(answer));
}

/** Whether the ledger has both records: before that there is nothing to vote on. */
export function canVote(turn) {
  return isReady(turn) && turn.answers.every((answer) => answer.id && answer.record?.ending === "completed");
}

/** What is sent: requests and words as they stood, of which Freehold keeps figures alone. */
export function ballot(turn, choice) {
  const [left, right] = turn.answers.map(({ id, text }) => ({ id, text }));
  return { left, right, choice };
}

/** How an answer is called while it has no name, and what its heading says. */
export const SIDES = ["Left answer", "Right answer"];

/** What became of a vote, in a sentence. */
export function told(turn) {
  const [left, right] = turn.answers.map((answer) => answer.model);
  const said = {
    left: `You found ${left} better than ${right}.`,
    right: `You found ${right} better than ${left}.`,
    tie: `You found ${left} and ${right} as good as one another.`,
    bad: `You found that neither ${left} nor ${right} will do.`,
  }[turn.blind.choice];
  return said ?? `Left was ${left}, right was ${right}; no vote was given.`;
}
