// A citation opened: the document at the cited words, and whether it still says them.

import { href } from "../../router.js";
import { html } from "../../parts/html.js";
import { Dialog } from "../../parts/dialog.js";
import { Badge } from "../../parts/figures.js";
import { Notice } from "../../parts/states.js";
import { useAnswer } from "../../parts/asking.js";
import { DocumentText } from "./text.js";

const SAID = {
  moved: "The document has changed since: the words stand elsewhere in it now, and are shown there.",
  changed: "The document has changed since, and holds these words no more.",
  gone: "The document is no more, or your key may not read it.",
};

/** `cited`: a citation of one's own documents, as marks.js has it. */
export function PassageDialog({ cited, onClose }) {
  const { document, version, start, end, digest } = cited;
  const { data: verdict, error } = useAnswer("/api/citations/check", { query: { document, version, start, end, digest } });
  const there = href(["knowledge", cited.collection, "documents", document], { version, start, end, digest });
  return html`<${Dialog} title=${cited.title} onClose=${onClose} wide>
    <p class="row faint small">
      <span>${where(cited)}</span>${verdict?.state === "holds" && html`<${Badge} tone="good" icon="check">word for word<//>`}
      <a href=${there} onClick=${onClose}>Open in Knowledge</a>
    </p>
    ${error && html`<${Notice} tone="warn">${error.message}<//>`}
    ${verdict && SAID[verdict.state] && html`<${Notice} tone="warn">${SAID[verdict.state]}<//>`}
    <${Body} cited=${cited} verdict=${error ? { state: "holds" } : verdict} />
  <//>`;
}

function Body({ cited, verdict }) {
  if (!verdict) return null;
  if (verdict.state === "changed" || verdict.state === "gone") {
    return html`<figure><figcaption class="small faint">What it said</figcaption><blockquote>${cited.quote}</blockquote></figure>`;
  }
  const passage = verdict.state === "moved" ? verdict : cited;
  return html`<${DocumentText} id=${cited.document} version=${passage.version} passage=${{ start: passage.start, end: passage.end }} />`;
}

/** Where in its collection a passage stands, in words. */
export function where({ collection, page, heading = [], name }) {
  return [collection, name, page && `page ${page}`, ...heading].filter(Boolean).join(" › ");
}
