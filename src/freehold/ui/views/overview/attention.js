// What somebody should look at, and nothing when there is nothing.

import { ApiError } from "../../api.js";
import { href } from "../../router.js";
import { may } from "../../session.js";
import { html } from "../../parts/html.js";
import { useAnswer } from "../../parts/asking.js";
import { money, percent } from "../../parts/format.js";
import { Notice } from "../../parts/states.js";
import { standing } from "../targets/state.js";

const EVERY = 30_000;
const MANY_FAIL = 0.05;
const FEW = 20;
const NEAR = 0.8;

/** Targets that are down, budgets that are nearly spent, failures that are many, and what `/readyz` warns of. */
export function Attention({ targets = [], totals }) {
  const ready = useAnswer("/readyz", { every: EVERY });
  const budgets = useAnswer(may("viewer") ? "/api/budgets" : null, { every: EVERY });
  const all = [...warnings(ready), ...down(targets), ...spent(budgets.data?.data ?? []), ...failing(totals)];
  if (!all.length) return null;
  return html`<section class="stack attention" aria-label="Needs attention">
    ${all.map(({ tone, text, to, word }) => html`<${Notice} key=${text} tone=${tone} action=${to && html`<a href=${to}>${word}</a>`}>${text}<//>`)}
  </section>`;
}

function warnings({ data, error }) {
  const body = data ?? (error instanceof ApiError ? error.body : null);
  const why = body?.why ? [{ tone: "bad", text: `Freehold takes no requests: ${body.why}` }] : [];
  return [...why, ...(body?.warnings ?? []).map((text) => ({ tone: "warn", text }))];
}

function down(targets) {
  return targets
    .map((target) => ({ target, stands: standing(target) }))
    .filter(({ stands }) => stands.tone === "bad")
    .map(({ target, stands }) => ({
      tone: "bad",
      text: `${target.name} is ${stands.word}. ${stands.why ?? ""}`,
      to: href(["requests"], { target: target.name, ending: "failed" }),
      word: "What failed",
    }));
}

function spent(budgets) {
  return budgets
    .filter((budget) => Number(budget.amount) > 0) // One of nothing is spent from the beginning, and is meant so.
    .map((budget) => ({ budget, share: Number(budget.spent) / Number(budget.amount) }))
    .filter(({ budget, share }) => share >= (budget.warn_at ?? NEAR))
    .map(({ budget, share }) => ({
      tone: share >= 1 ? "bad" : "warn",
      text: `The budget of ${budget.scope} ${budget.name ?? budget.subject} is ${percent(share)} spent: ${money(budget.spent)} of ${money(budget.amount)} this ${budget.period}`,
      to: may("admin") ? href(["keys"]) : null,
      word: "Budgets",
    }));
}

function failing(totals) {
  if (!totals || totals.requests < FEW) return [];
  const share = (totals.failed + totals.lost) / totals.requests;
  if (share < MANY_FAIL) return [];
  return [{ tone: "warn", text: `${percent(share)} of requests failed in this span`, to: href(["requests"], { ending: "failed" }), word: "Which" }];
}
