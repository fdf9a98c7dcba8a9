// How a target stands, in one word and one sentence.

const ENGINE = {
  starting: { tone: "accent", word: "starting" },
  restarting: { tone: "warn", word: "restarting" },
  failed: { tone: "bad", word: "failed" },
  stopped: { tone: "plain", word: "stopped" },
};
const BREAKER = {
  open: { tone: "bad", word: "down", why: "It failed several times in a row, and is left alone for a while." },
  "half-open": { tone: "warn", word: "being tried", why: "After failures, one request at a time is let through to see whether it answers again." },
};

/** `{ tone, word, why }` of a row of `/api/targets`; `why` is empty where nothing is amiss. */
export function standing({ engine, breaker, running }) {
  if (engine && ENGINE[engine.state]) return { ...ENGINE[engine.state], why: engine.reason };
  if (BREAKER[breaker]) return BREAKER[breaker];
  return running > 0 ? { tone: "good", word: `answering ${running}`, why: "" } : { tone: "good", word: "ready", why: "" };
}

/** Where a row stands among targets that are listed by how much somebody has to do about them. */
export function urgency(row) {
  return ["bad", "warn", "accent", "plain", "good"].indexOf(standing(row).tone);
}
