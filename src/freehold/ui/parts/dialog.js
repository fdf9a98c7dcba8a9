// A question in front of the page. The browser's own dialog keeps the focus inside and gives it back.

import { html, newId, useEffect, useRef, useState } from "./html.js";
import { Button } from "./controls.js";

/** `onClose` is called however it is left: by its button, by Escape. `foot`: its buttons. `locked`: it must be answered. */
export function Dialog({ title, onClose, foot, wide = false, locked = false, children }) {
  const [id] = useState(() => newId("dialog"));
  const self = useRef(null);
  useEffect(() => {
    const dialog = self.current;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  const cancel = (event) => {
    event.preventDefault(); // The owner takes it away by drawing the page without it.
    if (!locked) onClose();
  };
  // A browser asks before it closes a dialog, but not for each Escape of several; while it is drawn, it stands.
  const closed = () => {
    if (!self.current) return;
    if (locked) self.current.showModal();
    else onClose();
  };
  return html`<dialog ref=${self} class=${wide ? "wide" : undefined} aria-labelledby=${id} onCancel=${cancel} onClose=${closed}>
    <header><h2 id=${id}>${title}</h2>${!locked && html`<${Button} kind="quiet" icon="close" label="Close" onClick=${onClose} />`}</header>
    <div class="inside">${children}</div>
    ${foot && html`<footer>${foot}</footer>`}
  </dialog>`;
}

/** A question before what cannot be undone. `onYes` may return a promise, and what it throws is shown. */
export function Confirm({ title, action, onYes, onClose, children }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const yes = async () => {
    setBusy(true);
    try {
      await onYes();
      onClose();
    } catch (thrown) {
      setError(thrown.message);
      setBusy(false);
    }
  };
  const foot = html`<${Button} onClick=${onClose}>Cancel<//><${Button} kind="danger" busy=${busy} onClick=${yes}>${action}<//>`;
  return html`<${Dialog} title=${title} onClose=${onClose} foot=${foot}>
    ${children}${error && html`<p class="error" role="alert">${error}</p>`}
  <//>`;
}
