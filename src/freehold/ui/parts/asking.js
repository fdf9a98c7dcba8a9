// Asking the API from within a view.

import { api } from "../api.js";
import { useCallback, useEffect, useRef, useState } from "./html.js";

const PATIENCE = 3_600_000; // A page that nobody has touched for so long asks no more until somebody does.
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "focus"];

let touched = Date.now();
for (const sign of SIGNS) {
  addEventListener(sign, () => (touched = Date.now()), { passive: true });
}

/** What is at a path: `{ data, error, loading, again }`. `every`: asked again each so many milliseconds, not while the
 * page is hidden nor once it has lain untouched for an hour. What was there stays while the next is on its way, and after
 * a failure. `path` may be null: nothing is asked. */
export function useAnswer(path, { query = {}, every = 0 } = {}) {
  const [state, set] = useState({ data: null, error: null, loading: true });
  const [round, next] = useState(0);
  const asked = JSON.stringify([path, query]);
  const before = useRef(asked);
  const again = useCallback(() => next((number) => number + 1), []);

  useEffect(() => {
    if (path === null) return undefined;
    const stop = new AbortController();
    const other = before.current !== asked;
    before.current = asked;
    set((old) => ({ data: other ? null : old.data, error: other ? null : old.error, loading: true }));
    api(path, { query, signal: stop.signal }).then(
      (data) => stop.signal.aborted || set({ data, error: null, loading: false }),
      (error) => stop.signal.aborted || set((old) => ({ data: old.data, error, loading: false })),
    );
    return () => stop.abort();
  }, [asked, round]);

  useEffect(() => {
    if (!every) return undefined;
    const watch = setInterval(() => awake() && again(), every);
    const shown = () => !document.hidden && again();
    document.addEventListener("visibilitychange", shown);
    return () => {
      clearInterval(watch);
      document.removeEventListener("visibilitychange", shown);
    };
  }, [every]);

  return { ...state, again };
}

/** Whether somebody may be looking. */
export function awake(now = Date.now()) {
  return !document.hidden && now - touched < PATIENCE;
}

/** Something to do once it is asked for: `{ run, busy, error }`. `run` resolves to what `work` does, or to undefined
 * where that failed, which `error` then says, and where the work was under way already: a double click does it once. */
export function useAction(work) {
  const [state, set] = useState({ busy: false, error: null });
  const working = useRef(false);
  const run = async (...given) => {
    if (working.current) return undefined;
    working.current = true;
    set({ busy: true, error: null });
    try {
      const found = await work(...given);
      set({ busy: false, error: null });
      return found;
    } catch (error) {
      set({ busy: false, error });
      return undefined;
    } finally {
      working.current = false;
    }
  };
  return { ...state, run };
}
