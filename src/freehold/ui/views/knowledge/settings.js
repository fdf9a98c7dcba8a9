// Dialogs that say what a collection gives its new documents, and what one document has.

import { api } from "../../api.js";
import { html, useState } from "../../parts/html.js";
import { Button, Field } from "../../parts/controls.js";
import { Confirm, Dialog } from "../../parts/dialog.js";
import { plural } from "../../parts/format.js";
import { useAction } from "../../parts/asking.js";
import { tell } from "../../parts/toast.js";
import { LabelField } from "../fields/label.js";
import { Words } from "../fields/words.js";

const GROUPS_HINT = "Apart by commas; empty: everyone who holds a key.";

/** Make a collection, or change what its new documents get. `collection`: the one there is, or null. */
export function CollectionDialog({ collection, tags, onDone, onClose }) {
  const [name, setName] = useState(collection?.name ?? "");
  const [label, setLabel] = useState(collection?.label ?? "");
  const [groups, setGroups] = useState(collection?.groups ?? []);
  const { run, busy, error } = useAction(async () => {
    const saved = await api("/api/collections", { body: { name: name.trim(), groups, ...(label ? { label } : {}) } });
    tell(collection ? `${saved.name} is changed.` : `${saved.name} is made.`);
    onDone(saved);
  });
  const submit = (event) => {
    event.preventDefault();
    if (!busy) run();
  };
  const foot = html`<${Button} onClick=${onClose}>Cancel<//>
    <${Button} kind="primary" type="submit" form="collection-form" busy=${busy} disabled=${!name.trim()}>${collection ? "Save" : "Make it"}<//>`;
  return html`<${Dialog} title=${collection ? `New documents of ${collection.name}` : "New collection"} onClose=${onClose} foot=${foot}>
    <form id="collection-form" onSubmit=${submit}>
      ${!collection && html`<${Field} label="Name" value=${name} onValue=${setName} autofocus autocapitalize="none" spellcheck=${false} maxlength="64"
        hint="Small letters, digits, dots, dashes: it stands in addresses and in what programs ask." />`}
      <${LabelField} label="Label of new documents" unset=${collection?.label ? undefined : "the policy's label for documents"} value=${label} onValue=${setLabel} tags=${tags} />
      <${Words} label="Groups that may read new documents" value=${groups} onValue=${setGroups} hint=${GROUPS_HINT} />
      ${error && html`<p class="error" role="alert">${error.message}</p>`}
    </form>
  <//>`;
}

/** Another label for a document, or other groups, from the next request on. */
export function RelabelDialog({ document, tags, onDone, onClose }) {
  const [label, setLabel] = useState(document.label);
  const [groups, setGroups] = useState(document.groups);
  const { run, busy, error } = useAction(async () => {
    const row = await api(`/api/documents/${encodeURIComponent(document.id)}`, { body: { label, groups } });
    tell(`${document.name} is changed, from the next request on.`);
    onDone(row);
  });
  const submit = (event) => {
    event.preventDefault();
    if (!busy) run();
  };
  const foot = html`<${Button} onClick=${onClose}>Cancel<//><${Button} kind="primary" type="submit" form="relabel-form" busy=${busy}>Save<//>`;
  return html`<${Dialog} title="Label and groups" onClose=${onClose} foot=${foot}>
    <form id="relabel-form" onSubmit=${submit}>
      <p class="faint">${document.name}</p>
      <${LabelField} value=${label} onValue=${setLabel} tags=${tags} />
      <${Words} label="Groups that may read it" value=${groups} onValue=${setGroups} hint=${GROUPS_HINT} />
      ${error && html`<p class="error" role="alert">${error.message}</p>`}
    </form>
  <//>`;
}

/** The last word before a document is gone. */
export function RemoveDocument({ document, onDone, onClose }) {
  const yes = async () => {
    await api(`/api/documents/${encodeURIComponent(document.id)}`, { method: "DELETE" });
    tell(`${document.name} is removed.`);
    onDone();
  };
  return html`<${Confirm} title="Remove this document?" action="Remove" onYes=${yes} onClose=${onClose}>
    <p><b>${document.name}</b> is removed from <b>${document.collection}</b> at once and for good: its text, its passages, its place in the index.</p>
  <//>`;
}

/** The last word before a collection is gone. */
export function RemoveCollection({ collection, onDone, onClose }) {
  const yes = async () => {
    await api(`/api/collections/${encodeURIComponent(collection.name)}`, { method: "DELETE" });
    tell(`${collection.name} is removed.`);
    onDone();
  };
  return html`<${Confirm} title="Remove this collection?" action="Remove all of it" onYes=${yes} onClose=${onClose}>
    <p><b>${collection.name}</b> is removed with ${plural(collection.documents ?? 0, "document")}, at once and for good.</p>
  <//>`;
}
