// Names apart by commas, such as groups or models, in one field.

import { html, useState } from "../../parts/html.js";
import { Field } from "../../parts/controls.js";

/** The names in a text, each once. */
function wordsOf(text) {
  return [...new Set(text.split(",").map((word) => word.trim()).filter(Boolean))];
}

/** `value`: a list of names. What is being typed stays as it is typed. */
export function Words({ value, onValue, ...rest }) {
  const [text, setText] = useState(value.join(", "));
  const change = (typed) => {
    setText(typed);
    onValue(wordsOf(typed));
  };
  return html`<${Field} ...${rest} value=${text} onValue=${change} autocapitalize="none" spellcheck=${false} />`;
}
