// What a person presses and fills in.

import { html, newId, useState } from "./html.js";
import { Icon } from "./icons.js";

/** A button. `kind`: `primary`, `plain`, `danger` or `quiet`; `busy`: its work is under way, and it cannot be pressed. */
export function Button({ kind = "plain", busy = false, icon, label, children, disabled, type = "button", small, ...rest }) {
  const name = ["button", kind, small && "small", !children && "square"].filter(Boolean).join(" ");
  return html`<button ...${rest} type=${type} class=${name} disabled=${disabled || busy} aria-busy=${busy ? "true" : undefined}
    aria-label=${label} title=${children ? undefined : label}>
    ${busy ? html`<span class="spinner" aria-hidden="true"></span>` : icon && html`<${Icon} name=${icon} />`}
    ${children && html`<span>${children}</span>`}
  </button>`;
}

/** A labelled field. `as`: `input`, `textarea` or `select` (whose `options` are texts or `{ value, text }`). `onValue`
 * is told the new text. `hint` and `error` stand below it, and are read out with it. */
export function Field({ label, hint, error, as = "input", options, onValue, hideLabel, value, ...rest }) {
  const [id] = useState(() => newId("field"));
  const notes = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const all = {
    ...rest,
    id,
    value: as === "select" ? undefined : value,
    onInput: onValue && ((event) => onValue(event.currentTarget.value)),
    "aria-describedby": notes || undefined,
    "aria-invalid": error ? "true" : undefined,
  };
  return html`<div class=${error ? "field wrong" : "field"}>
    <label for=${id} class=${hideLabel ? "unseen" : undefined}>${label}</label>
    ${as === "select" && html`<select ...${all}>${options.map((each) => option(each, value))}</select>`}
    ${as === "textarea" && html`<textarea ...${all}></textarea>`}
    ${as === "input" && html`<input ...${all} />`}
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
    ${error && html`<p class="error" id="${id}-error">${error}</p>`}
  </div>`;
}

function option(each, chosen) {
  const { value, text } = typeof each === "object" ? each : { value: each, text: each };
  return html`<option value=${value} selected=${value === chosen}>${text}</option>`;
}

/** A box to tick. */
export function Check({ label, hint, checked, onValue, ...rest }) {
  const [id] = useState(() => newId("check"));
  return html`<div class="check">
    <input ...${rest} type="checkbox" id=${id} checked=${checked} aria-describedby=${hint ? `${id}-hint` : undefined}
      onChange=${(event) => onValue(event.currentTarget.checked)} />
    <label for=${id}>${label}</label>
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
  </div>`;
}

/** A few choices side by side, of which one holds. `options`: `{ value, text, icon }`. */
export function Choice({ label, options, value, onValue, iconsOnly = false }) {
  const [name] = useState(() => newId("choice"));
  return html`<fieldset class="choice">
    <legend class="unseen">${label}</legend>
    ${options.map(
      (each) => html`<label class=${each.value === value ? "chosen" : undefined} title=${iconsOnly ? each.text : undefined}>
        <input type="radio" name=${name} value=${each.value} checked=${each.value === value} onChange=${() => onValue(each.value)} />
        ${each.icon && html`<${Icon} name=${each.icon} size=${16} />`}
        <span class=${iconsOnly ? "unseen" : undefined}>${each.text}</span>
      </label>`,
    )}
  </fieldset>`;
}

/** A text to take along, such as a command: shown whole, copied with a press. */
export function Code({ text, label = "Copy" }) {
  return html`<div class="code"><pre tabindex="0"><code>${text}</code></pre><${Copy} text=${text} label=${label} /></div>`;
}

/** A button that copies a text, and says that it did. */
export function Copy({ text, label = "Copy" }) {
  const [done, set] = useState(false);
  const copy = async ({ currentTarget }) => {
    if (!(await copied(text, currentTarget))) return;
    set(true);
    setTimeout(() => set(false), 1500);
  };
  return html`<${Button} kind="quiet" small icon=${done ? "check" : "copy"} label=${done ? "Copied" : label} onClick=${copy} />`;
}

/** Whether it could be copied. Without TLS a browser offers no clipboard, yet copies what is selected; and selects
 * nothing behind an open dialog, so the text is put beside the button for that moment. */
async function copied(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    button.after(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    button.focus();
    return done;
  }
}
