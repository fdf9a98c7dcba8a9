// What may be asked for: the routes and targets of this key, as `/v1/models` lists them.

import { partsOf } from "./label.js";

/** The rows as a choice: routes first, each said with what it is. */
export function options(rows) {
  return rows.map(({ id, freehold }) => ({ value: id, text: said(id, freehold) }));
}

function said(id, about) {
  if (about?.flow) return `${id} (route, ${about.flow})`;
  return about?.owned === false ? `${id} (outside)` : id;
}

/** The one to begin with: `auto`, else the first route, else the first of all; null where there is none. */
export function usual(rows) {
  const pick = rows.find((row) => row.id === "auto") ?? rows.find((row) => row.freehold?.flow) ?? rows[0];
  return pick?.id ?? null;
}

/** Those that can chat. What only embeds or ranks cannot, nor can a route of nothing else. */
export function chatting(rows) {
  const mute = new Set(rows.filter(({ freehold }) => freehold?.kinds && !freehold.kinds.includes("chat")).map((row) => row.id));
  return rows.filter(({ id, freehold }) => !mute.has(id) && !freehold?.targets?.every((target) => mute.has(target)));
}

/** The tags that clearances carry, which are those that a label may have. */
export function tags(rows) {
  return [...new Set(rows.flatMap((row) => partsOf(row.freehold?.clearance).tags))].sort();
}
