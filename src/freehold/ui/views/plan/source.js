// What is planned for: a scenario that comes with Freehold, one's own, or the team's own traffic.

import { html, useState } from "../../parts/html.js";
import { Button, Choice, Field } from "../../parts/controls.js";

const MOST = 256 * 1024;
const KINDS = [
  { value: "shipped", text: "Example" },
  { value: "own", text: "Your own" },
  { value: "ledger", text: "Traffic" },
];

/** `source`: `{ kind, name, text }`; `onChange` is told what replaces it. */
export function Source({ source, shipped, onChange }) {
  const [kind, setKind] = useState(source.kind);
  const choose = (value) => {
    setKind(value);
    if (value !== "own" || source.text) onChange({ ...source, kind: value });
  };
  return html`<div class="plan-source">
    <${Choice} label="What to plan for" options=${KINDS} value=${kind} onValue=${choose} />
    ${kind === "shipped" && html`<${Field} label="Scenario" as="select" value=${source.name}
      options=${shipped.map((each) => ({ value: each.name, text: each.title ?? each.name }))} onValue=${(name) => onChange({ ...source, kind, name })} />`}
    ${kind === "own" && html`<${Own} source=${source} shipped=${shipped} onUse=${(text) => onChange({ ...source, kind, text })} />`}
    ${kind === "ledger" && html`<p class="hint">The requests of the last weeks that Freehold remembers, with the options that a plan assumes.</p>`}
  </div>`;
}

// The text is sent when its writer says so, for half of a word is no scenario.
function Own({ source, shipped, onUse }) {
  const [text, setText] = useState(source.text || (shipped.find((each) => each.name === source.name)?.text ?? ""));
  const [error, setError] = useState(null);
  const take = async (event) => {
    const [file] = event.currentTarget.files;
    if (!file) return;
    if (file.size > MOST) setError(`${file.name} is larger than 256 KiB, which no scenario is.`);
    else {
      setError(null);
      setText(await file.text());
    }
  };
  return html`<form class="plan-own" onSubmit=${(event) => (event.preventDefault(), onUse(text))}>
    <${Field} label="Scenario, as TOML" as="textarea" rows="12" spellcheck=${false} value=${text} onValue=${setText} error=${error}
      hint="It may name no other files; leave out the options to have those that a plan assumes." />
    <${Field} label="Or a file" type="file" accept=".toml" onChange=${take} />
    <${Button} kind="primary" type="submit" disabled=${!text.trim()}>Plan it<//>
  </form>`;
}
