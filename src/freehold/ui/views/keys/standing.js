// How keys and budgets stand, reckoned from their rows. Pure.

const DAY = 86_400_000;
const SOON = 14 * DAY;

/** `{ tone, word }` of a key: in use, ending soon, at its end, or revoked. */
export function keyState(row, now = Date.now()) {
  if (row.revoked) return { tone: "plain", word: "revoked" };
  const left = row.expires ? Date.parse(row.expires) - now : Infinity;
  if (left <= 0) return { tone: "bad", word: "expired" };
  if (left < SOON) return { tone: "warn", word: `ends in ${days(left)}` };
  return { tone: "good", word: "active" };
}

function days(ms) {
  const number = Math.ceil(ms / DAY);
  return number === 1 ? "a day" : `${number} days`;
}

/** Whether a key can still ask. */
export function isActive(row, now = Date.now()) {
  return !row.revoked && !(row.expires && Date.parse(row.expires) <= now);
}

/** What of a budget is spent, held back and left, as shares that are never more than 1 together; and how alarming. */
export function shares(budget) {
  const whole = Number(budget.amount);
  const part = (amount) => (whole > 0 ? Math.max(0, Number(amount)) / whole : 1);
  const spent = Math.min(1, part(budget.spent));
  const held = Math.min(1 - spent, part(budget.held));
  const near = budget.warn_at ?? 0.8;
  const tone = Number(budget.left) <= 0 ? "bad" : spent >= near ? "warn" : "accent";
  return { spent, held, tone };
}

const ORDER = ["key", "team", "route", "target"];

/** Budgets or rates in the order in which they are shown: by what they are of, then by name, then by period. */
export function sorted(rows) {
  const place = ({ scope, name, subject, period = "" }) => [ORDER.indexOf(scope), name ?? subject, ["day", "week", "month"].indexOf(period)];
  return [...rows].sort((one, other) => {
    const [a, b] = [place(one), place(other)];
    return a[0] - b[0] || String(a[1]).localeCompare(String(b[1])) || a[2] - b[2];
  });
}

/** A rate in words, such as `60 requests and 10,000 tokens a minute, 4 at once`. */
export function rateWords({ requests, tokens, parallel }, count) {
  const minute = [requests && `${count(requests)} requests`, tokens && `${count(tokens)} tokens`].filter(Boolean).join(" and ");
  return [minute && `${minute} a minute`, parallel && `${count(parallel)} at once`].filter(Boolean).join(", ");
}
