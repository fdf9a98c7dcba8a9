// Numbers, money and times as people read them, in the browser's own language and time zone.

const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const NONE = "–";

/** A count in full: `12,345`. */
export function count(number) {
  return known(number) ? WHOLE.format(number) : NONE;
}

/** A count that has little room: `12.3K`. */
export function brief(number) {
  return known(number) ? (Math.abs(number) < 10_000 ? WHOLE : SHORT).format(number) : NONE;
}

/** US dollars from the decimal text of the API; the smaller the sum, the more digits, never fewer than two that count. */
export function money(amount) {
  if (!known(amount)) return NONE;
  const value = Number(amount);
  const size = Math.abs(value);
  if (size === 0) return "$0";
  const digits = size >= 1000 ? 0 : size >= 0.1 ? 2 : Math.min(9, 1 - Math.floor(Math.log10(size)));
  const text = size.toLocaleString(undefined, { minimumFractionDigits: Math.min(digits, 2), maximumFractionDigits: digits });
  return `${value < 0 ? "−" : ""}$${text}`;
}

/** A share from 0 to 1: `87%`; below one in a hundred and near the whole, with one more digit. */
export function percent(share) {
  if (!known(share)) return NONE;
  const value = share * 100;
  const near = (value > 0 && value < 1) || (value > 99 && value < 100);
  return `${value.toLocaleString(undefined, { maximumFractionDigits: near ? 1 : 0 })}%`;
}

/** A span in milliseconds: `840 ms`, `2.4 s`, `3 min`. */
export function duration(ms) {
  if (!known(ms)) return NONE;
  if (Number(ms) === 0) return "0 ms";
  if (ms < 1) return "< 1 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** Bytes: `3.4 MB`. */
export function bytes(size) {
  if (!known(size)) return NONE;
  const units = ["B", "KB", "MB", "GB", "TB"];
  const step = Math.min(units.length - 1, size > 0 ? Math.floor(Math.log10(size) / 3) : 0);
  const value = size / 1000 ** step;
  return `${value.toLocaleString(undefined, { maximumFractionDigits: value < 10 && step ? 1 : 0 })} ${units[step]}`;
}

/** A moment in full, for a title: day and time to the second. */
export function moment(at) {
  return MOMENT.format(new Date(at));
}

/** A moment in few letters: the time today, else the day and the time. */
export function shortly(at, now = new Date()) {
  const date = new Date(at);
  const today = date.toDateString() === now.toDateString();
  return today ? CLOCK.format(date) : `${DAY.format(date)}, ${CLOCK.format(date)}`;
}

/** A day: `3 Nov`. */
export function day(at) {
  return DAY.format(new Date(at));
}

/** How much more or less than before, as a share of before; `null` where there was nothing to compare with. */
export function change(now, before) {
  if (!known(now) || !known(before) || Number(before) === 0) return null;
  return (Number(now) - Number(before)) / Math.abs(Number(before));
}

/** `1 request`, `2 requests`. */
export function plural(number, word, words = `${word}s`) {
  return `${count(number)} ${number === 1 ? word : words}`;
}

function known(value) {
  return value !== null && value !== undefined && value !== "" && Number.isFinite(Number(value));
}
