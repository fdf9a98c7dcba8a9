// A piece of a document's text with a passage in it. The API counts characters, and so does this.

// Characters that are shown before a passage and behind it, and as many as are added when somebody asks for more.
const AROUND = 1200;
const OPENING = 6000;

/** What to fetch for a passage: `{ start, end }`. Without one, the document's beginning. */
export function around(passage) {
  if (!passage) return { start: 0, end: OPENING };
  return { start: Math.max(0, passage.start - AROUND), end: passage.end + AROUND };
}

/** The same, with more of it before or behind. */
export function wider(shown, side, more = OPENING) {
  return side === "before" ? { ...shown, start: Math.max(0, shown.start - more) } : { ...shown, end: shown.end + more };
}

/**
 * A piece that came, cut at the passage: `before`, `passage` and `after`, of which the last two may be empty. A piece
 * that is shorter than what was asked for ends where the document does.
 */
export function cut(piece, passage) {
  const characters = Array.from(piece.text);
  const text = (from, to) => characters.slice(Math.max(0, from - piece.start), Math.max(0, to - piece.start)).join("");
  if (!passage) return { before: piece.text, passage: "", after: "" };
  return {
    before: text(piece.start, passage.start),
    passage: text(passage.start, passage.end),
    after: text(passage.end, piece.end),
  };
}
