// What the holder of a key sees of it: what it may do, and its limits.

import { me } from "../../session.js";
import { html } from "../../parts/html.js";
import { Page } from "../../parts/page.js";
import { KeyFacts, KeyLimits } from "./key.js";

const NOTHING_KNOWN = { keys: [], teams: [], routes: [], targets: [] };

/** `/api/session` says of a key what `/api/keys` does; only its `expires` is the session's own. */
export function OwnKey() {
  const row = { ...me(), expires: null };
  return html`<${Page} title="Your key" lead=${`${row.name}: what it may do, and how much.`}>
    <${KeyFacts} row=${row} />
    <${KeyLimits} id=${row.key} known=${NOTHING_KNOWN} tends=${false} />
  <//>`;
}
