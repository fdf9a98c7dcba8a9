// Where files are given: dropped, or chosen with a button. And what becomes of each.

import { href } from "../../router.js";
import { html, useEffect, useRef, useState } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { Badge, Meter } from "../../parts/figures.js";
import { bytes, plural } from "../../parts/format.js";
import { Icon } from "../../parts/icons.js";
import { Card } from "../../parts/page.js";
import { Notice } from "../../parts/states.js";
import { tell } from "../../parts/toast.js";
import { LabelField } from "../fields/label.js";
import { Words } from "../fields/words.js";
import { share, tally } from "./queue.js";
import { dismiss, give, stop, useUploads } from "./sending.js";

const TONES = { done: "good", unchanged: "plain", failed: "bad", stopped: "plain" };

/** `onRead()` is called each time a file has been read. */
export function Uploader({ collection, tags, onRead }) {
  const uploads = useUploads();
  const here = uploads.collection === collection.name ? uploads : { items: [], held: [] };
  const counts = tally(here.items);
  const [label, setLabel] = useState("");
  const [groups, setGroups] = useState([]);
  const busy = tally(uploads.items).open > 0;
  const read = counts.done + counts.unchanged;
  useEffect(() => void (read && onRead()), [read]);
  const take = (files) => give(files, { collection: collection.name, label, groups: groups.length ? groups : null });
  return html`<${Card} title="Add documents">
    <${Drop} onFiles=${take} busy=${busy} />
    <details class="small"><summary>Label and groups of what you add</summary>
      <div class="pair">
        <${LabelField} unset=${`as the collection has it (${collection.label ?? "the policy's label for documents"})`} value=${label} onValue=${setLabel} tags=${tags} />
        <${Words} label="Groups that may read it" value=${groups} onValue=${setGroups}
          hint=${collection.groups.length ? `Empty: as the collection has it (${collection.groups.join(", ")}).` : "Empty: as the collection has it (everyone with a key)."} />
      </div>
    </details>
    ${here.items.length > 0 && html`<${Files} items=${here.items} held=${here.held} counts=${counts} collection=${collection.name} />`}
  <//>`;
}

function Drop({ onFiles, busy }) {
  const input = useRef(null);
  const [over, setOver] = useState(false);
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    if (!busy) onFiles(dropped(event.dataTransfer));
  };
  const drag = (event) => {
    event.preventDefault();
    setOver(true);
  };
  const chosen = (event) => {
    onFiles([...event.currentTarget.files]);
    event.currentTarget.value = ""; // So that the same file can be chosen again.
  };
  return html`<div class=${over ? "drop over" : "drop"} onDragOver=${drag} onDragLeave=${() => setOver(false)} onDrop=${drop}>
    <${Icon} name="up" size=${22} />
    <p>Drop files here, or <${Button} small busy=${busy} onClick=${() => input.current.click()}>Choose files<//></p>
    <p class="hint">PDF, Word, slides, tables, mail, web pages, text, scans, and archives of them.</p>
    <input ref=${input} type="file" multiple hidden aria-label="Files to add" onChange=${chosen} />
  </div>`;
}

/** The files of a drop. A folder comes as a file that cannot be read, so it is left out, and that is said. */
function dropped(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const files = items.filter((item) => !item.webkitGetAsEntry?.()?.isDirectory).map((item) => item.getAsFile());
  if (files.length < items.length) tell("A folder cannot be dropped here; add it with freehold docs add.", "bad");
  return files.filter(Boolean);
}

function Files({ items, held, counts, collection }) {
  const said = summary(counts);
  return html`<div class="uploads">
    <header class="row"><p role="status"><b>${said}</b></p>
      ${counts.open > 0
        ? items.some((item) => item.state === "waiting") && html`<${Button} small kind="quiet" icon="stop" onClick=${stop}>Stop<//>`
        : html`<${Button} small kind="quiet" icon="close" label="Close this list" onClick=${dismiss} />`}
    </header>
    ${counts.failed > 0 && html`<p class="unseen" role="alert">${items.filter((item) => item.state === "failed").map((item) => `${item.name}: ${item.reason}. `)}</p>`}
    ${counts.open > 0 && held.map((note) => html`<${Notice} key=${note}>${note}<//>`)}
    <ul>${ordered(items).map((item) => html`<${File} key=${item.id} item=${item} collection=${collection} />`)}</ul>
  </div>`;
}

function summary({ all, open, done, unchanged, failed }) {
  if (open) return `${plural(all - open, "file")} of ${all} done`;
  return [done && `${done} added`, unchanged && `${unchanged} unchanged`, failed && `${failed} failed`].filter(Boolean).join(", ") || "nothing was sent";
}

/** Failures first: they are what somebody has to do something about. */
function ordered(items) {
  const failed = items.filter((item) => item.state === "failed");
  return [...failed, ...items.filter((item) => item.state !== "failed")];
}

function File({ item, collection }) {
  const name = item.document
    ? html`<a href=${href(["knowledge", collection, "documents", item.document])}>${item.name}</a>`
    : html`<span>${item.name}</span>`;
  return html`<li class="upload">
    <div class="row"><span class="clip">${name}</span><span class="faint small">${bytes(item.size)}</span>
      ${item.state in TONES ? html`<${Badge} tone=${TONES[item.state]}>${item.state}<//>` : html`<span class="faint small">${item.state}</span>`}</div>
    ${(item.state === "sending" || item.state === "reading") && html`<${Meter} share=${share(item)} label=${`${item.name}: ${item.state}`} />`}
    ${item.reason && html`<p class=${item.state === "failed" ? "error" : "hint"}>${item.reason}</p>`}
    ${item.notes.map((note) => html`<p class="hint">${note}</p>`)}
  </li>`;
}
