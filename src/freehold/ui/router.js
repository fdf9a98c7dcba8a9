// Where the page is, in the part of its address after "#": `#/requests/fh_1?ending=failed`.

import { useEffect, useMemo, useState } from "./parts/html.js";

/** The present place: `path` without the slash before it, its `parts`, and `query` as plain names and values. */
export function place(hash = location.hash) {
  const [path, search = ""] = hash.replace(/^#\/?/, "").split("?");
  const parts = path.split("/").filter(Boolean).map(decoded);
  return { path, parts, query: Object.fromEntries(new URLSearchParams(search)) };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // What someone typed by hand need not be well formed.
  }
}

/** The address of a place: `href(["requests", id], { ending: "failed" })`. Empty values are left out. */
export function href(parts, query = {}) {
  const path = [].concat(parts).map(encodeURIComponent).join("/");
  const kept = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const search = new URLSearchParams(kept).toString();
  return `#/${path}${search ? `?${search}` : ""}`;
}

/** Go there, as a click on a link would. */
export function go(parts, query) {
  location.hash = href(parts, query);
}

/** Change some of the query where the page is, without a new step in the browser's history. */
export function amend(changes) {
  const { parts, query } = place();
  history.replaceState(null, "", href(parts, { ...query, ...changes }));
  dispatchEvent(new Event("hashchange"));
}

/** The present place, drawn anew whenever it changes. */
export function usePlace() {
  const [hash, set] = useState(location.hash);
  useEffect(() => {
    const look = () => set(location.hash);
    look(); // It may have changed since this was drawn.
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  return useMemo(() => place(hash), [hash]);
}
