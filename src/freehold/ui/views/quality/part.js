// A part of the view that asks for its own rows, and stands by itself where they cannot be had.

import { html } from "../../parts/html.js";
import { Code } from "../../parts/controls.js";
import { Card } from "../../parts/page.js";
import { Empty, Failure, Loading } from "../../parts/states.js";

/** `answer`: of `useAnswer`; `none(data)`: what to show in place of children, or null; `children(data)`: the rows. */
export function Part({ title, note, answer, none, children, flush = false }) {
  const { data, error, again } = answer;
  const empty = data && none(data);
  return html`<${Card} title=${title} note=${note} flush=${flush && Boolean(data) && !empty}>
    ${error && !data && html`<${Failure} error=${error} retry=${again} />`}
    ${!data && !error && html`<${Loading} lines=${2} label=${`${title}: loading`} />`}
    ${data && (empty || children(data))}
  <//>`;
}

/** Nothing yet, with the command that brings the first. */
export function Begin({ title, icon = "quality", command, children }) {
  return html`<${Empty} title=${title} icon=${icon}><p>${children}</p>${command && html`<${Code} text=${command} />`}<//>`;
}

/** The same where nothing may well stay nothing: it takes no more room than a row would. */
export function None({ title, command, children }) {
  return html`<div class="none"><h3>${title}</h3><p class="faint small">${children}</p>${command && html`<${Code} text=${command} />`}</div>`;
}
