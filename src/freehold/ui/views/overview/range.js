// The span of time that is looked at, in the browser's own time zone, kept in the page's address.

import { html, useState } from "../../parts/html.js";
import { Choice, Field } from "../../parts/controls.js";

const RANGES = [
  { value: "today", text: "Today" },
  { value: "7d", text: "7 days", days: 7 },
  { value: "30d", text: "30 days", days: 30 },
  { value: "custom", text: "Custom" },
];
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });

/** The browser's time zone, as IANA names it. */
export function zone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** `YYYY-MM-DD` of a day so many days after one, here. */
export function isoDay(date, days = 0) {
  const moved = new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);
  const two = (number) => String(number).padStart(2, "0");
  return `${moved.getFullYear()}-${two(moved.getMonth() + 1)}-${two(moved.getDate())}`;
}

/** What the API is asked for: `since`, `until` and `tz`. Days begin here, and the last of a custom span counts whole. */
export function spanOf({ range = "today", from, to }, now = new Date()) {
  const tz = zone();
  if (range === "custom" && from) return { since: from, until: to && isoDay(parsed(to), 1), tz };
  const days = RANGES.find((each) => each.value === range)?.days ?? 1;
  return { since: isoDay(now, 1 - days), tz };
}

/** The same for people. */
export function words({ range = "today", from, to }, now = new Date()) {
  const days = RANGES.find((each) => each.value === range)?.days;
  if (range === "custom" && from) return `${DATE.format(parsed(from))} to ${to ? DATE.format(parsed(to)) : "now"}`;
  return days ? `The last ${days} days, beside the ${days} before` : `${DAY.format(now)}, beside as many hours before it`;
}

function parsed(text) {
  const [year, month, day] = text.split("-").map(Number);
  return new Date(year, month - 1, day);
}

/** The choice of it. `onChange` is told what to change in the address. */
export function RangePicker({ query, onChange }) {
  const [now] = useState(() => new Date());
  const chosen = query.range ?? "today";
  const choose = (range) => {
    const custom = range === "custom";
    onChange({ range: range === "today" ? null : range, from: custom ? isoDay(now, -13) : null, to: custom ? isoDay(now) : null });
  };
  return html`<div class="row">
    ${chosen === "custom" &&
    html`<${Field} label="From" hideLabel type="date" value=${query.from} max=${query.to} onValue=${(from) => onChange({ from })} />
      <span class="faint">to</span>
      <${Field} label="To" hideLabel type="date" value=${query.to} min=${query.from} onValue=${(to) => onChange({ to })} />`}
    <${Choice} label="Span of time" options=${RANGES} value=${chosen} onValue=${choose} />
  </div>`;
}
