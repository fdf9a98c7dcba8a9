// Asking for a plan: after a moment's rest, one at a time, the last one asked for.

import { answer, api } from "../../api.js";
import { useEffect, useState } from "../../parts/html.js";

const REST = 350; // Milliseconds for which nothing may be moved before a plan is asked for.
const WAIT = 2; // Seconds before asking again where another plan is under way and Freehold does not say how long.
const LONG = 120;

/** The plan of a request: `{ plan, error, working, again }`. What was there stays until the next has come. `request` may be
 * null: nothing is asked. */
export function usePlan(request) {
  const [state, set] = useState({ plan: null, error: null, working: true });
  const [round, next] = useState(0);
  const asked = JSON.stringify(request);
  useEffect(() => {
    if (request === null) return undefined;
    const stop = new AbortController();
    set((old) => ({ ...old, working: true }));
    const timer = setTimeout(() => {
      patient(request, stop.signal).then(
        (plan) => stop.signal.aborted || set({ plan, error: null, working: false }),
        (error) => stop.signal.aborted || set((old) => ({ plan: old.plan, error, working: false })),
      );
    }, state.plan ? REST : 0);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [asked, round]);
  return { ...state, again: () => next((number) => number + 1) };
}

// Where somebody else's plan is under way, or one of ours that is not wanted any more, this one waits for it.
async function patient(request, signal) {
  const until = Date.now() + 1000 * LONG;
  for (;;) {
    try {
      return await api("/api/plan", { body: request, signal });
    } catch (error) {
      if (error.status !== 429 || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000 * Math.min(error.retryAfter ?? WAIT, WAIT)));
      if (signal.aborted) throw error;
    }
  }
}

/** Have the browser keep the report of a request as a file. */
export async function download(request, name) {
  const response = await answer("/api/plan", { body: { ...request, form: "html" }, headers: { accept: "text/html" } });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = `${name}.html`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
