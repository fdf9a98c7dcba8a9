// Where an answer cites: its annotations as citations, and a mark in the text for each.

import { CITED, CITED_END, safe } from "./inline.js";

const MARKER = /[[【［][^[\]【】［］]{1,46}[\]】］]/g;
const PIECE = /(\d{1,3})(?:\s*[-–—]\s*(\d{1,3}))?/g;
const WIDEST = 32;

/**
 * The citations of an answer, in the order in which they came. Of one's own documents each has `document`, `version`,
 * `start`, `end`, `digest`, `title`, `collection`, `page`, `heading` and `quote`; of a page elsewhere `url` and
 * `title`; of nothing that was given, `valid` is false. `number` is what the answer says in brackets.
 */
export function citations(annotations) {
  return annotations.filter((each) => each?.type === "url_citation" && each.url_citation).map(citation);
}

function citation({ url_citation: cited, at }, index) {
  const own = typeof cited.document === "string";
  return {
    ...cited,
    index,
    at: at ?? cited.end_index ?? null,
    number: cited.number ?? index + 1,
    valid: cited.valid ?? true,
    url: own ? null : safe(cited.url ?? ""),
    own,
    title: cited.title || cited.url || "untitled",
  };
}

/**
 * The text with a mark in place of each marker that cites: `[1]` becomes a sign that inline.js reads. Offsets of
 * annotations count characters, as Python does, and those of the text count UTF-16 units, as JavaScript does.
 */
export function marked(text, cited) {
  const clean = text.replace(/[\uE000\uE001]/g, "\uFFFD");
  if (!cited.length) return clean;
  const unit = units(clean);
  const edits = [];
  for (const group of grouped(cited)) edits.push(...placed(clean, group, unit));
  edits.sort((one, other) => one.start - other.start);
  let written = "";
  let done = 0;
  for (const edit of edits) {
    if (edit.start < done) continue;
    written += clean.slice(done, edit.start) + edit.indexes.map((index) => CITED + index + CITED_END).join("");
    done = edit.end;
  }
  return written + clean.slice(done);
}

/** From characters to UTF-16 units; for a text without a character outside the first plane they are the same. */
function units(text) {
  if (!/[\uD800-\uDBFF]/.test(text)) return (place) => Math.min(place, text.length);
  const starts = [];
  let at = 0;
  for (const char of text) {
    starts.push(at);
    at += char.length;
  }
  return (place) => (place < starts.length ? starts[place] : text.length);
}

/** Citations that stand at one place come from the markers of one sentence. */
function grouped(cited) {
  const groups = new Map();
  for (const each of cited) {
    if (each.at === null) continue;
    groups.set(each.at, [...(groups.get(each.at) ?? []), each]);
  }
  return groups.values();
}

function placed(text, group, unit) {
  const end = unit(group[0].at);
  const from = unit(Math.min(...group.map((each) => each.end_index ?? each.at)));
  const left = new Set(group);
  const edits = [];
  for (const match of text.slice(from, end).matchAll(MARKER)) {
    const named = numbers(match[0]);
    const here = [...left].filter((each) => named.has(each.number));
    here.forEach((each) => left.delete(each));
    const start = from + match.index;
    if (here.length) edits.push({ start, end: start + match[0].length, indexes: here.map((each) => each.index) });
  }
  if (left.size) edits.push({ start: end, end, indexes: [...left].map((each) => each.index) });
  return edits;
}

function numbers(marker) {
  const found = new Set();
  for (const [, first, last] of marker.normalize("NFKC").matchAll(PIECE)) {
    const end = Math.min(Number(last ?? first), Number(first) + WIDEST);
    for (let number = Number(first); number <= end; number += 1) found.add(number);
  }
  return found;
}
