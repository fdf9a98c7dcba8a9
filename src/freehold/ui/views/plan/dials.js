// The inputs to move, those that the choice hangs on first.

import { html, newId, useState } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { isShare, quantity, unitOf } from "./figures.js";
import { along, valueAt } from "./inputs.js";

const FIRST = 8;
const STEPS = 100;

/** `moved`: values by the ids of `dials`; `onMove` is told an id and its value, or `null` for as it was. */
export function Dials({ dials, moved, onMove, onReset }) {
  const some = Object.keys(moved).length;
  const show = (dial) => html`<${Dial} key=${dial.id} dial=${dial} value=${moved[dial.id] ?? dial.value} changed=${dial.id in moved} onMove=${onMove} />`;
  return html`<div class="plan-dials">
    <div class="row"><p class="hint">Move an input, and the plan is made anew.</p>
      <${Button} small icon="refresh" disabled=${!some} onClick=${onReset}>Reset<//></div>
    ${dials.slice(0, FIRST).map(show)}
    ${dials.length > FIRST && html`<details><summary>${dials.length - FIRST} more</summary><div class="plan-dials">${dials.slice(FIRST).map(show)}</div></details>`}
  </div>`;
}

function Dial({ dial, value, changed, onMove }) {
  const [id] = useState(() => newId("dial"));
  const factor = isShare(dial.unit) ? 100 : 1;
  const put = (next) => onMove(dial.id, next === dial.value ? null : next);
  const typed = (event) => {
    const said = event.currentTarget.valueAsNumber;
    if (Number.isFinite(said)) put(said / factor);
  };
  const name = dial.whose ? `${dial.name}, ${dial.whose}` : dial.name;
  const shown = Number((value * factor).toPrecision(6));
  return html`<div class=${changed ? "dial changed" : "dial"}>
    <label for=${id}>${dial.name}${dial.whose && html`<span class="faint">${dial.whose}</span>`}</label>
    <input id=${id} class="number" type="number" inputmode="decimal" step="any" value=${shown} onChange=${typed} aria-describedby="${id}-unit" />
    <input type="range" min="0" max=${STEPS} step="1" value=${Math.round(STEPS * along(dial, value))} aria-label=${name}
      aria-valuetext="${quantity(value, dial.unit)} ${unitOf(dial.unit)}" onInput=${(event) => put(valueAt(dial, event.currentTarget.valueAsNumber / STEPS))} />
    <span class="hint" id="${id}-unit">${isShare(dial.unit) ? "% " : ""}${unitOf(dial.unit)}</span>
  </div>`;
}
