// One document: what it is, who may read it, and its text, at a passage where the address names one.

import { go, href } from "../../router.js";
import { may } from "../../session.js";
import { html, useState } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { LabelBadge, Time } from "../../parts/figures.js";
import { bytes, count } from "../../parts/format.js";
import { Icon } from "../../parts/icons.js";
import { Card, Page } from "../../parts/page.js";
import { Empty, Failure, Loading, Notice } from "../../parts/states.js";
import { useAnswer } from "../../parts/asking.js";
import { DocumentText } from "../documents/text.js";
import { RelabelDialog, RemoveDocument } from "./settings.js";
import { useTags } from "./tags.js";

/** `query`: `version`, `start`, `end` and `digest` of a passage, or none of them. */
export function Document({ id, collection, query }) {
  const { data, error, again } = useAnswer(`/api/documents/${encodeURIComponent(id)}`);
  const [dialog, setDialog] = useState(null);
  const tags = useTags();
  const tends = may("operator") && data && data.collection !== "freehold";
  const tools = tends && html`<${Button} icon="shield" onClick=${() => setDialog("label")}>Label and groups<//><${Button} icon="trash" onClick=${() => setDialog("remove")}>Remove<//>`;
  const back = html`<a class="back" href=${href(["knowledge", collection])}><${Icon} name="left" size=${15} />${collection}</a>`;
  if (error?.status === 404) {
    return html`<${Page} title="Document" back=${back}><${Empty} title="There is no such document" icon="file"><p>It was removed, or your key may not read it.</p><//><//>`;
  }
  return html`<${Page} title=${data ? data.title || data.name : "Document"} back=${back} tools=${tools}>
    ${error && !data && html`<${Failure} error=${error} retry=${again} />`}
    ${!data && !error && html`<${Loading} lines=${6} />`}
    ${data && html`<${Facts} document=${data} /><${Text} document=${data} query=${query} />`}
    ${dialog === "label" && html`<${RelabelDialog} document=${data} tags=${tags} onClose=${() => setDialog(null)} onDone=${() => (setDialog(null), again())} />`}
    ${dialog === "remove" && html`<${RemoveDocument} document=${data} onClose=${() => setDialog(null)} onDone=${() => go(["knowledge", collection])} />`}
  <//>`;
}

function Facts({ document }) {
  const waiting = document.chunks - document.embedded;
  return html`<${Card}>
    <dl class="facts">
      <div><dt>Name</dt><dd>${document.name}</dd></div>
      <div><dt>Label</dt><dd><${LabelBadge} label=${document.label} /></dd></div>
      <div><dt>Read by</dt><dd>${document.groups.join(", ") || "everyone who holds a key"}</dd></div>
      <div><dt>Kind</dt><dd>${document.media_type}</dd></div>
      <div><dt>Size</dt><dd>${bytes(document.bytes)}${document.pages ? `, ${count(document.pages)} pages` : ""}</dd></div>
      <div><dt>Passages</dt><dd>${count(document.chunks)}${waiting > 0 ? `, ${count(waiting)} not yet found by meaning` : ""}</dd></div>
      <div><dt>Version</dt><dd>${document.version}</dd></div>
      <div><dt>Changed</dt><dd><${Time} at=${document.changed} /></dd></div>
    </dl>
    ${document.notes.map((note) => html`<${Notice} key=${note} tone="warn">${note}<//>`)}
  <//>`;
}

function Text({ document, query }) {
  const asked = query.start !== undefined && query.end !== undefined;
  const { version, start, end, digest } = query;
  const check = asked && digest ? { document: document.id, version, start, end, digest } : null;
  const { data: verdict, error } = useAnswer(check && "/api/citations/check", { query: check ?? {} });
  if (check && !verdict && !error) return html`<${Loading} lines=${6} />`;
  const passage = placed(query, asked, verdict);
  return html`<${Card} title="Its text" note="as Freehold has read it">
    ${verdict?.state === "moved" && html`<${Notice}>The document has changed since it was cited; the words are shown where they stand now.<//>`}
    ${verdict?.state === "changed" && html`<${Notice} tone="warn">The document has changed since it was cited, and holds the words no more.<//>`}
    <${DocumentText} key=${[passage?.start, passage?.end].join()} id=${document.id} version=${document.version} passage=${passage} characters=${document.characters} />
  <//>`;
}

function placed({ start, end }, asked, verdict) {
  if (verdict?.state === "moved") return { start: verdict.start, end: verdict.end };
  if (!asked || verdict?.state === "changed" || verdict?.state === "gone") return null;
  const [from, to] = [Number(start), Number(end)];
  return Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to ? { start: from, end: to } : null;
}
