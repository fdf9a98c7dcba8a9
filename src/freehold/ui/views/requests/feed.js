// A list that goes on by itself: what is new is asked for every few seconds, what is older when somebody wants it.

import { api } from "../../api.js";
import { useEffect, useRef, useState } from "../../parts/html.js";
import { awake } from "../../parts/asking.js";

const EVERY = 3000;
const PAGE = 50;
const NEWER = 200; // At a time, of what came since: those under way come again each time, until they have ended.
const MOST = 1000; // Rows that are kept on the page; a browser that draws more of them gets slow.

const NONE = { rows: null, next: null, error: null, more: false };

/** The rows of `path` that `filter` leaves, newest first: `{ rows, error, next, older, loadingOlder, again }`. While
 * `paused`, or while nobody can be looking, nothing is asked. */
export function useFeed(path, filter, paused) {
  const [state, set] = useState(NONE);
  const [round, again] = useState(0);
  const newest = useRef(null);
  const asking = useRef(null);
  const asked = JSON.stringify(filter);

  useEffect(() => {
    const stop = new AbortController();
    let timer = null;
    let first = true;
    newest.current = null;
    asking.current = stop;
    set(NONE);
    const look = async () => {
      try {
        if (first || (!paused.current && awake())) {
          const query = { ...filter, limit: newest.current ? NEWER : PAGE, newer_than: newest.current };
          const found = await api(path, { query, signal: stop.signal });
          first = false;
          newest.current = found.newest ?? null;
          set((old) => ({ ...old, error: null, ...joined(old, found) }));
        }
      } catch (error) {
        if (stop.signal.aborted) return;
        set((old) => ({ ...old, error }));
      }
      timer = setTimeout(look, EVERY);
    };
    look();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [path, asked, round]);

  const older = async () => {
    const { signal } = asking.current;
    const cursor = state.next;
    set((old) => ({ ...old, more: true }));
    try {
      const found = await api(path, { query: { ...filter, limit: PAGE, cursor }, signal });
      const fits = (old) => old.next === cursor && { rows: merged(old.rows, found.data), next: found.next };
      set((old) => ({ ...old, more: false, ...fits(old) }));
    } catch (error) {
      if (!signal.aborted) set((old) => ({ ...old, more: false, error }));
    }
  };
  const { rows, error, next, more } = state;
  return { rows, error, next: rows && rows.length < MOST ? next : null, older, loadingOlder: more, again: () => again((number) => number + 1) };
}

/** The list with what came since. Where that is more than came at once, the list begins anew: it would have a gap. */
export function joined({ rows, next }, found) {
  const held = new Set((rows ?? []).map((row) => row.id));
  const meets = found.next === null || found.data.some((row) => held.has(row.id));
  return rows && meets ? { rows: merged(rows, found.data), next } : { rows: merged([], found.data), next: found.next };
}

/** Both, each request once and as it was last told, newest first. An id sorts by the time it was made. */
export function merged(held, found) {
  const all = new Map(held.map((row) => [row.id, row]));
  found.forEach((row) => all.set(row.id, row));
  const later = (a, b) => (a.started < b.started ? 1 : a.started > b.started ? -1 : a.id < b.id ? 1 : -1);
  return [...all.values()].sort(later).slice(0, MOST);
}
