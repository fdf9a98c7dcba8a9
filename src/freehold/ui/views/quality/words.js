// How runs and watches are told in words: pure.

import { count, plural } from "../../parts/format.js";

const CANNOT = { waiting: "Has not begun", partial: "Ended early", stopped: "Was stopped", failed: "Failed" };

/** With a full stop, and otherwise as it came: it may begin with a name. */
export function whole(text) {
  return !text || /[.!?]$/.test(text) ? text : `${text}.`;
}

/** With a capital too. */
export function sentence(text) {
  return whole(text.charAt(0).toUpperCase() + text.slice(1));
}

/** Whether requests are like those of the calibration, as far as was looked. */
export function inputs({ seen, alarm, measures, calibration }) {
  const beside = `over ${plural(seen, "prompt")}, beside ${count(calibration)} of the calibration`;
  if (!alarm) return `No sign that requests have become unlike those of the calibration, ${beside}.`;
  const [most] = Object.entries(measures).sort(([, one], [, other]) => other - one);
  return `Requests have become unlike those of the calibration, most of all in their ${most[0]}, ${beside}: calibrate anew.`;
}

/** What became of a run's examples, where that is more than that all were answered. `run`: with its `counts` and `total`. */
export function outcome({ state, note, counts, total }) {
  const { answered, refused, failed } = counts;
  const seen = answered + refused + failed;
  const short = state !== "running" && state !== "waiting" && seen < total;
  const parts = [
    whole([CANNOT[state], note].filter(Boolean).join(": ")),
    short && `${count(seen)} of ${count(total)} examples were asked.`,
    (refused || failed) && `${count(answered)} answered${refused ? `, ${count(refused)} refused` : ""}${failed ? `, ${count(failed)} failed` : ""}.`,
  ];
  return parts.filter(Boolean).join(" ");
}

/** Those rows that are on a page, counted from nought, and which page that is where there are fewer. */
export function turned(rows, page, size) {
  const last = Math.max(0, Math.ceil(rows.length / size) - 1);
  const here = Math.min(page, last);
  return { here, last, rows: rows.slice(here * size, (here + 1) * size) };
}

const TONES = { waiting: "plain", running: "accent", done: "good", partial: "warn", stopped: "warn", failed: "bad" };

/** The colour of a run's state; green only where nothing is to be said of it. */
export function tone({ state, note }) {
  return state === "done" && note ? "warn" : TONES[state] ?? "plain";
}

/** What a promise comes to; why it is not in force stands beside it, and is not said twice. */
export function comesTo({ said, state, why }) {
  return whole(said.replace(`; ${state}: ${why}`, ""));
}
