// One question to one target or route: sent, heard as it comes, and looked up in the ledger once it has ended.

import { api, stream } from "../../api.js";
import { ended, failed, faultOf, headed, heard, stopped } from "./answer.js";

const BETWEEN = 40; // Milliseconds between two drawings of a stream; many tokens come in that time.
const LOOKS = [60, 250, 700, 1500, 3000];

/** The body and the headers of a question. `collections` of `null` leaves the choice to the route and the key. */
export function question({ model, messages, label, collections }) {
  const headers = {};
  if (label) headers["x-freehold-label"] = label;
  if (collections) headers["x-freehold-collections"] = collections.join(",");
  return { headers, body: { model, messages, stream: true, stream_options: { include_usage: true } } };
}

/**
 * Ask, and tell every change of the answer to `change(fold)`, where `fold` takes the answer and gives the next one.
 * Aborting `signal` closes the connection, and Freehold then leaves the target. Resolves when all is known.
 */
export async function ask(asked, { signal, change }) {
  const { body, headers } = question(asked);
  let id = null;
  try {
    const opened = await stream("/v1/chat/completions", { body, headers, signal });
    id = opened.headers.get("x-freehold-id");
    change((answer) => headed(answer, (name) => opened.headers.get(name)));
    await listen(opened.events, change);
  } catch (error) {
    id ??= error.id ?? null;
    change((answer) => broken(answer, error, signal, id));
  }
  if (id) await settle(id, change);
}

function broken(answer, error, signal, id) {
  const now = performance.now();
  if (signal.aborted) return stopped(answer, now);
  const told = faultOf(error.body?.error ?? { message: said(error), code: error.kind }, error.status ?? null);
  return failed({ ...answer, id }, { ...told, retryAfter: error.retryAfter ?? null }, now);
}

function said(error) {
  return error.status === undefined ? "The connection broke in the middle of the answer." : error.message;
}

/** Hear a stream to its end. Chunks are folded in together, a few times a second. */
async function listen(events, change) {
  let waiting = [];
  let timer = null;
  let whole = false;
  const flush = () => {
    clearTimeout(timer);
    timer = null;
    const taken = waiting;
    waiting = [];
    if (taken.length) change((answer) => taken.reduce((one, { chunk, at }) => heard(one, chunk, at), answer));
  };
  try {
    for await (const { data } of events) {
      if (data === "[DONE]") {
        whole = true;
        break;
      }
      waiting.push({ chunk: JSON.parse(data), at: performance.now() });
      timer ??= setTimeout(flush, BETWEEN);
    }
  } finally {
    flush();
  }
  change((answer) => ended(answer, performance.now(), whole));
}

/** What the ledger says of it. A record settles a moment after its answer, so it is looked for more than once. */
async function settle(id, change) {
  for (const wait of LOOKS) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      const record = await api(`/api/requests/${encodeURIComponent(id)}`);
      if (record.ending === "open") continue;
      change((answer) => ({ ...answer, record: brief(record) }));
      return;
    } catch (error) {
      if (error.status !== 404) return; // The answer stands without it; its story is a link away.
    }
  }
}

function brief(record) {
  const { ending, reason, target, cost, usage, first_ms, total_ms, attempts, label } = record;
  const tried = attempts.map(({ target, fault, note, score, shown, owned }) => ({ target, fault, note, score, shown, owned }));
  return { ending, reason, target, cost, usage, first_ms, total_ms, label: label.value, attempts: tried };
}
