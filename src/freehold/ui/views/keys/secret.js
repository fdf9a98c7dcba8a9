// A key's secret, the one time that it is shown.

import { html, useState } from "../../parts/html.js";
import { Button, Check, Code } from "../../parts/controls.js";
import { Dialog } from "../../parts/dialog.js";
import { Notice } from "../../parts/states.js";

/** `issued`: the API's answer, with the secret in `key`. It cannot be left by accident: there is no second time. */
export function SecretDialog({ issued, trouble, onClose }) {
  const [kept, setKept] = useState(false);
  const foot = html`<${Button} kind="primary" disabled=${!kept} onClick=${onClose}>Done<//>`;
  return html`<${Dialog} title="The key of ${issued.name}" locked foot=${foot}>
    <${Notice} tone="warn">This is the one time that it is shown. Freehold keeps only a hash of it, so nobody can show it again.<//>
    <div class="secret"><${Code} text=${issued.key} label="Copy the key" /></div>
    <p class="hint">Programs send it as <code>authorization: Bearer KEY</code>; a person signs in to this page with it.</p>
    ${trouble && html`<${Notice} tone="bad">${trouble}<//>`}
    <${Check} label="I have kept it" checked=${kept} onValue=${setKept} />
  <//>`;
}
