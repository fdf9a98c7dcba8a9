// Money in a period, and how much a minute: the fields of a budget and of a rate.

import { html } from "../../parts/html.js";
import { Field } from "../../parts/controls.js";
import { isAmount } from "./forms.js";

/** Fields that limit nothing. */
export const UNLIMITED = { amount: "", period: "month", warn: "80", spent: "refuse", requests: "", tokens: "", parallel: "" };

const PERIODS = ["day", "week", "month"].map((period) => ({ value: period, text: `a ${period}` }));
const SPENT = [
  { value: "refuse", text: "refuse requests" },
  { value: "owned", text: "go on at home" },
];

/** The fields of a budget that there is. */
export function limitsOf(budget) {
  const warn = budget.warn_at === null ? "" : String(Math.round(budget.warn_at * 100));
  return { ...UNLIMITED, amount: budget.amount, period: budget.period, warn, spent: budget.when_spent };
}

/** What the API takes for a budget; null where no amount is said. */
export function allotmentOf({ amount, period, warn, spent }) {
  if (!isAmount(amount)) return null;
  const share = Number(warn) / 100;
  return { budget: `${amount.trim()}/${period}`, warn_at: share > 0 && share <= 1 ? share : null, when_spent: spent };
}

/** `fixed`: the period is part of which budget it is, and cannot be changed. */
export function AllotmentFields({ value, onValue, optional = false, fixed = false }) {
  const set = (change) => onValue({ ...value, ...change });
  const wrong = value.amount.trim() !== "" && !isAmount(value.amount);
  return html`<div class="pair">
      <${Field} label=${optional ? "Budget, in US dollars" : "US dollars"} inputmode="decimal" value=${value.amount} onValue=${(amount) => set({ amount })}
        placeholder=${optional ? "none" : "25"} error=${wrong ? "An amount such as 25 or 0.10." : null} />
      <${Field} label="In" as="select" options=${PERIODS} value=${value.period} disabled=${fixed} onValue=${(period) => set({ period })} />
    </div>
    ${(!optional || value.amount) && html`<div class="pair">
      <${Field} label="Warn at, in percent" type="number" min="1" max="100" value=${value.warn} onValue=${(warn) => set({ warn })}
        placeholder="never" hint="Somebody is told, once in a period." />
      <${Field} label="Once it is spent" as="select" options=${SPENT} value=${value.spent} onValue=${(spent) => set({ spent })} />
    </div>`}`;
}

/** Empty fields limit nothing. */
export function RateFields({ value, onValue }) {
  const field = (name, label) => html`<${Field} label=${label} type="number" min="1" step="1" inputmode="numeric"
    placeholder="no limit" value=${value[name]} onValue=${(text) => onValue({ ...value, [name]: text })} />`;
  return html`<div class="pair">${field("requests", "Requests a minute")}${field("tokens", "Tokens a minute")}${field("parallel", "Requests at once")}</div>`;
}
