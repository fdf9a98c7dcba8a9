// The text that Freehold read from a document, with a passage marked and brought into view.

import { html, useEffect, useRef, useState } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { Empty, Failure, Loading } from "../../parts/states.js";
import { useAnswer } from "../../parts/asking.js";
import { around, cut, wider } from "./window.js";

/** `characters`: how many the document has, where that is known; `passage`: `{ start, end }` of what to mark. */
export function DocumentText({ id, version, passage, characters = Infinity }) {
  const [span, setSpan] = useState(() => around(passage));
  const { data, error, again } = useAnswer(`/api/documents/${encodeURIComponent(id)}/text`, { query: { version, ...span } });
  const [piece, setPiece] = useState(null);
  useEffect(() => void (data && setPiece(data)), [data]);
  if (error && !piece) return html`<${Failure} error=${error} retry=${error.status === 404 ? undefined : again} />`;
  if (!piece) return html`<${Loading} lines=${6} label="Loading the text" />`;
  if (!piece.text && piece.start === 0) return html`<${Empty} title="No text was read from this document" icon="file" />`;
  const more = (side) => setSpan(wider(span, side));
  const ended = piece.end < span.end || piece.end >= characters;
  return html`<div class="document-text">
    ${piece.start > 0 && html`<${Button} small icon="up" onClick=${() => more("before")}>Show what stands before<//>`}
    <${Text} piece=${piece} passage=${passage} />
    ${!ended && html`<${Button} small icon="down" onClick=${() => more("after")}>Show what follows<//>`}
  </div>`;
}

function Text({ piece, passage }) {
  const parts = cut(piece, passage);
  const mark = useRef(null);
  useEffect(() => void mark.current?.scrollIntoView({ block: "center" }), []);
  return html`<div class="document-words">${piece.start > 0 && "… "}${parts.before}${
    parts.passage && html`<mark ref=${mark} tabindex="-1">${parts.passage}</mark>`
  }${parts.after}</div>`;
}
