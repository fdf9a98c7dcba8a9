// A budget as a bar: what is spent, what requests under way hold back, what is left; and the same in words.

import { html } from "../../parts/html.js";
import { Badge } from "../../parts/figures.js";
import { money, percent, shortly } from "../../parts/format.js";
import { shares } from "./standing.js";

/** `budget`: a row of `/api/budgets`. */
export function BudgetBar({ budget }) {
  const { spent, held, tone } = shares(budget);
  const over = Number(budget.left) < 0;
  return html`<div class="budget-bar">
    <div class="bar ${tone}" aria-hidden="true"><i style=${{ width: `${spent * 100}%` }}></i><i class="held" style=${{ width: `${held * 100}%` }}></i></div>
    <p class="small"><b>${money(budget.spent)}</b> spent of ${money(budget.amount)}${Number(budget.amount) > 0 && ` (${percent(Number(budget.spent) / Number(budget.amount))})`}${
      Number(budget.held) > 0 ? `, ${money(budget.held)} held for requests under way` : ""
    }, ${over ? `${money(-Number(budget.left))} more than there is` : `${money(budget.left)} left`}
      ${tone === "bad" && html` <${Badge} tone="bad">spent<//>`}${tone === "warn" && html` <${Badge} tone="warn">nearly spent<//>`}</p>
    <p class="small faint">Renews <time datetime=${budget.renews}>${shortly(budget.renews)}</time>; once spent, ${
      budget.when_spent === "owned" ? "targets at home go on" : "requests that it would pay are refused"
    }${budget.warn_at === null ? "" : `; warns at ${percent(budget.warn_at)}`}.</p>
  </div>`;
}
