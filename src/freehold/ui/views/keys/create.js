// A new key: what it may do, and how much of it.

import { api } from "../../api.js";
import { html, useState } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { Dialog } from "../../parts/dialog.js";
import { useAction } from "../../parts/asking.js";
import { KeyFields } from "./fields.js";
import { BLANK, creation, number } from "./forms.js";
import { AllotmentFields, allotmentOf, RateFields, UNLIMITED } from "./limits.js";

/** `onMade(issued, trouble)`: the answer with the secret, and what went wrong with its limits, if anything did. */
export function CreateDialog({ known, onMade, onClose }) {
  const [form, setForm] = useState(BLANK);
  const [limits, setLimits] = useState(UNLIMITED);
  const { run, busy, error } = useAction(async () => {
    const issued = await api("/api/keys", { body: creation(form) });
    onMade(issued, await limited(issued, limits));
  });
  const submit = (event) => {
    event.preventDefault();
    if (!busy) run();
  };
  const foot = html`<${Button} onClick=${onClose}>Cancel<//>
    <${Button} kind="primary" type="submit" form="new-key" busy=${busy} disabled=${!form.name.trim()}>Make the key<//>`;
  return html`<${Dialog} title="New key" onClose=${onClose} foot=${foot}>
    <form id="new-key" onSubmit=${submit}>
      <${KeyFields} form=${form} set=${(change) => setForm({ ...form, ...change })} known=${known} />
      <details><summary>Limits</summary><div class="form">
        <${AllotmentFields} value=${limits} onValue=${setLimits} optional />
        <${RateFields} value=${limits} onValue=${setLimits} />
      </div></details>
      ${error && html`<p class="error" role="alert">${error.message}</p>`}
    </form>
  <//>`;
}

/** Set what was asked for. The key is there already, so what fails is told and not thrown. */
async function limited(issued, limits) {
  const subject = { scope: "key", subject: issued.id };
  const budget = allotmentOf(limits);
  const rate = { requests: number(limits.requests), tokens: number(limits.tokens), parallel: number(limits.parallel) };
  try {
    if (budget) await api("/api/budgets", { body: { ...subject, ...budget } });
    if (rate.requests || rate.tokens || rate.parallel) await api("/api/rates", { body: { ...subject, ...rate } });
    return null;
  } catch (error) {
    return `The key is made, and its limits are not all set: ${error.message}`;
  }
}
