// Who is signed in. The key is sent once and kept nowhere: a cookie that scripts cannot read stands for it.

import { api, useToken, whenLost } from "./api.js";
import { useEffect, useState } from "./parts/html.js";

const LADDER = ["user", "viewer", "operator", "admin"];

let state = { phase: "asking", me: null };
let waiting = null;
const listeners = new Set();

function become(next) {
  state = next;
  listeners.forEach((listen) => listen(state));
}

/** `phase` is `asking`, `out`, `in` or `lost`; `me` is what `/api/session` says of the key while someone is in. */
export function useSession() {
  const [found, set] = useState(state);
  useEffect(() => {
    listeners.add(set);
    set(state);
    return () => listeners.delete(set);
  }, []);
  return found;
}

/** Whether who is signed in may do what `role` may. */
export function may(role) {
  return LADDER.indexOf(state.me?.role ?? "user") >= LADDER.indexOf(role);
}

/** Who is signed in, as `/api/session` says it; null while nobody is. */
export function me() {
  return state.me;
}

/** Ask who is in, when the page opens. Throws what is no answer to that. */
export async function recall() {
  try {
    accept(await api("/api/session", { entering: true }));
  } catch (error) {
    if (error.status !== 401) throw error;
    become({ phase: "out", me: null });
  }
}

/** Sign in with a key; throws `ApiError`. */
export async function enter(key) {
  accept(await api("/api/session", { body: { key }, entering: true }));
}

function accept(found) {
  if (state.me && state.me.key !== found.key) {
    location.reload(); // Nothing that one person saw or typed may stay for another.
    return;
  }
  useToken(found.csrf);
  become({ phase: "in", me: found });
  waiting?.done();
  waiting = null;
}

/** Sign out here, also where the session has ended by itself; throws `ApiError`. */
export async function leave() {
  try {
    await api("/api/session", { method: "DELETE", entering: true });
  } catch (error) {
    if (error.status !== 401) throw error;
  }
  become({ phase: "out", me: null }); // Whoever keeps something for this person keeps it no longer.
  sessionStorage.clear();
  location.hash = "";
  location.reload();
}

// However many requests meet the lost session at once, one dialog asks, and all of them go on when it is answered.
function again() {
  if (!waiting) {
    waiting = {};
    waiting.promise = new Promise((resolve) => (waiting.done = resolve));
    become({ ...state, phase: "lost" });
  }
  return waiting.promise;
}

whenLost(again, recall);
