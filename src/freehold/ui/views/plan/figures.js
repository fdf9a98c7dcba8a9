// How a plan's numbers are written: as many digits as they can bear, and with their unit.

const SIGNS = { USD: "$", EUR: "€", GBP: "£" };
const NONE = "–";

/** A sum in a plan's currency: whole from 100 up, with cents below, with two digits that count below a tenth. */
export function sum(amount, currency) {
  if (!Number.isFinite(amount)) return NONE;
  return `${amount < 0 ? "−" : ""}${SIGNS[currency] ?? `${currency} `}${digits(Math.abs(amount))}`;
}

function digits(size) {
  if (size >= 99.995 || size === 0) return size.toLocaleString("en", { maximumFractionDigits: 0 });
  if (size >= 0.0995) return size.toFixed(2);
  return String(Number(size.toPrecision(2)));
}

/** The two ends of an interval of money: `$342 to $1,278`. */
export function sums(interval, currency) {
  return `${sum(interval.low, currency)} to ${sum(interval.high, currency)}`;
}

/** A sum that has little room: `$3.4k`. */
export function shortSum(amount, currency) {
  return `${amount < 0 ? "−" : ""}${SIGNS[currency] ?? ""}${short(Math.abs(amount))}`;
}

/** A number beside an axis: `250`, `3.3k`, `1M`. */
export function short(number) {
  for (const [size, sign] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (number >= 0.9995 * size) return `${brief(number / size)}${sign}`;
  }
  return brief(number);
}

function brief(number) {
  return number >= 99.5 ? String(Math.round(number)) : String(Number(number.toPrecision(number < 1 ? 2 : 3)));
}

/** A number of things: whole from 100 up, three digits that count below. */
export function number(value) {
  if (!Number.isFinite(value)) return NONE;
  return Math.abs(value) >= 99.95 ? value.toLocaleString("en", { maximumFractionDigits: 0 }) : String(Number(value.toPrecision(3)));
}

/** A time: `21 ms`, `840 ms`, `1.3 s`. */
export function seconds(span) {
  if (!Number.isFinite(span)) return NONE;
  if (span < 0.9995) return `${Number((1000 * span).toPrecision(span < 0.0995 ? 2 : 3))} ms`;
  return span < 9.95 ? `${span.toFixed(1)} s` : `${Math.round(span).toLocaleString("en")} s`;
}

/** A part of a whole: `35%`; near its ends with one digit more. */
export function share(part) {
  const size = 100 * part;
  const near = (Math.abs(size) > 0 && Math.abs(size) < 1) || (size > 99 && size < 100);
  return `${size < 0 ? "−" : ""}${Math.abs(size).toFixed(near ? 1 : 0)}%`;
}

/** An input's number: hundredths for a share, else its digits; its unit stands beside it. */
export function quantity(value, unit) {
  return isShare(unit) ? share(value) : number(value);
}

/** Whether a unit is a part of a whole, written in hundredths: `share`, `share/month`. */
export function isShare(unit) {
  return unit.split("/")[0] === "share";
}

/** A unit beside its number, where a share has become per cent. */
export function unitOf(unit) {
  return isShare(unit) ? unit.replace(/^share\/?/, "").replace(/^(?=.)/, "a ") : unit;
}
