// What narrows the list, each kept in the page's address, so that a view of it can be sent to somebody.

import { may } from "../../session.js";
import { html, useEffect, useState } from "../../parts/html.js";
import { useAnswer } from "../../parts/asking.js";
import { Button, Check, Field } from "../../parts/controls.js";

const ENDINGS = ["completed", "failed", "refused", "cancelled", "lost", "open"];
const SINCE = [["", "any time"], ["1h", "the last hour"], ["24h", "the last 24 hours"], ["7d", "the last 7 days"], ["30d", "the last 30 days"]];
const NAMES = ["model", "target", "key", "label", "ending", "error", "escalated", "since", "route"];
const WAIT = 400; // Until somebody who types has stopped.

/** What the API is asked for, out of the page's address. */
export function filterOf(query) {
  return Object.fromEntries(NAMES.filter((name) => query[name]).map((name) => [name, query[name]]));
}

/** The fields. `onChange` is told what to change in the address. */
export function Filters({ query, onChange }) {
  const all = may("viewer");
  const models = useAnswer("/v1/models");
  const targets = useAnswer(all ? "/api/targets" : null);
  const keys = useAnswer(all ? "/api/keys" : null);
  const used = Object.keys(filterOf(query)).length;
  const set = (name) => (value) => onChange({ [name]: value || null });
  const cleared = () => onChange(Object.fromEntries(NAMES.map((name) => [name, null])));
  const ids = (found) => (found.data?.data ?? []).map((each) => each.id);
  const named = (keys.data?.data ?? []).map((key) => ({ value: key.id, text: key.name }));
  return html`<search class="filters" aria-label="Narrow the list">
    <${Pick} label="Ending" value=${query.ending} options=${ENDINGS} onValue=${set("ending")} />
    <${Pick} label="Model" value=${query.model} options=${ids(models)} onValue=${set("model")} />
    ${all && html`<${Pick} label="Target" value=${query.target} options=${(targets.data?.data ?? []).map((each) => each.name)} onValue=${set("target")} />`}
    ${all && html`<${Pick} label="Key" value=${query.key} options=${named} onValue=${set("key")} />`}
    <${Typed} label="Label" value=${query.label} placeholder="any" onValue=${set("label")} />
    <${Field} as="select" label="When" value=${query.since ?? ""} options=${SINCE.map(([value, text]) => ({ value, text }))} onValue=${set("since")} />
    <div class="filters-end">
      <${Check} label="Escalated" checked=${query.escalated === "true"} onValue=${(on) => onChange({ escalated: on ? "true" : null })} />
      ${query.error && html`<span class="small">Error: <b>${query.error.replaceAll("_", " ")}</b></span>`}
      ${used > 0 && html`<${Button} small kind="quiet" icon="close" onClick=${cleared}>Clear<//>`}
    </div>
  </search>`;
}

// A value from the address stands among the choices even where nothing of that name is there any more.
function Pick({ label, value, options, onValue }) {
  const all = options.map((each) => (typeof each === "object" ? each : { value: each, text: each }));
  if (value && !all.some((each) => each.value === value)) all.unshift({ value, text: value });
  return html`<${Field} as="select" label=${label} value=${value ?? ""} options=${[{ value: "", text: "any" }, ...all]} onValue=${onValue} />`;
}

function Typed({ label, value = "", placeholder, onValue }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onValue(text.trim()), WAIT);
    return () => clearTimeout(timer);
  }, [text]);
  return html`<${Field} label=${label} value=${text} placeholder=${placeholder} onValue=${setText} spellcheck=${false} />`;
}
