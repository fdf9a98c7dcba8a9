// How the next question is asked: of whom, under which label, with which documents, after which instructions.

import { html } from "../../parts/html.js";
import { Check, Field } from "../../parts/controls.js";
import { LabelField } from "../fields/label.js";
import { canBlind } from "./blind.js";
import { choose } from "./desk.js";
import { options, tags } from "../fields/models.js";

const GROUNDS = [
  { value: "usual", text: "as usual" },
  { value: "chosen", text: "chosen" },
  { value: "none", text: "none" },
];

/** `models`: rows of `/v1/models`; `collections`: names, or null where there are none to be had. */
export function Choices({ desk, models, asking, collections, own }) {
  const [first, second] = asking;
  const put = (lane, model) => choose({ models: lane ? [first, model] : [model, ...asking.slice(1)] });
  return html`<div class="choices">
    <${Field} label="Ask" as="select" options=${options(models)} value=${first} onValue=${(model) => put(0, model)} />
    <${Check} label="Side by side with another" checked=${asking.length > 1}
      onValue=${(on) => choose({ models: on ? [first, other(models, first)] : [first] })} />
    ${asking.length > 1 && html`<${Field} label="And ask" as="select" options=${options(models)} value=${second} onValue=${(model) => put(1, model)} />`}
    ${canBlind(asking) && html`<${Check} label="Blind" hint="Whose an answer is stays hidden until you have said which is better." checked=${desk.blind}
      onValue=${(blind) => choose({ blind })} />`}
    <${LabelField} label="Label" unset="as usual" value=${desk.label} tags=${tags(models)}
      hint=${`As usual: ${own ?? "the policy's default"}. It may be raised, not lowered.`} onValue=${(label) => choose({ label })} />
    ${collections?.length > 0 && html`<${Grounds} chosen=${desk.collections} all=${collections} />`}
    <${Field} label="Instructions" as="textarea" rows="3" value=${desk.system} hint="A system prompt; optional."
      onValue=${(system) => choose({ system })} />
  </div>`;
}

function Grounds({ chosen, all }) {
  const mode = chosen === null ? "usual" : chosen.length ? "chosen" : "none";
  const set = (value) => choose({ collections: { usual: null, none: [], chosen: [all[0]] }[value] });
  const tick = (name, on) => {
    const next = on ? [...chosen, name] : chosen.filter((each) => each !== name);
    choose({ collections: next });
  };
  return html`<fieldset class="grounds">
    <legend class="unseen">Documents</legend>
    <${Field} label="Documents" hint="As usual: what the route or your key names." as="select" options=${GROUNDS} value=${mode} onValue=${set} />
    ${mode === "chosen" && html`<div class="ticks">${all.map(
      (name) => html`<${Check} key=${name} label=${name} checked=${chosen.includes(name)} onValue=${(on) => tick(name, on)} />`,
    )}</div>`}
  </fieldset>`;
}

function other(models, first) {
  return (models.find((row) => row.id !== first && !row.freehold?.flow) ?? models.find((row) => row.id !== first) ?? models[0]).id;
}
