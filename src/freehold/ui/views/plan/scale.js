// From numbers to places on a picture, and which numbers to write beside an axis.

/** An axis that holds what is above zero of `values`, from `start` to `end` in pixels, where equal steps are equal ratios. */
export function logarithmic(values, start, end, room = 1.15) {
  const seen = values.filter((value) => value > 0 && Number.isFinite(value));
  const [low, high] = seen.length ? [Math.min(...seen) / room, Math.max(...seen) * room] : [1, 10];
  const along = (value) => Math.log(Math.min(Math.max(value, low), high) / low) / Math.log(high / low);
  return { low, high, ticks: (most) => powers(low, high, most), place: (value) => start + along(value) * (end - start) };
}

/** An axis from zero that holds all of `values`. */
export function linear(values, start, end, room = 1.05) {
  const high = Math.max(0, ...values.filter(Number.isFinite)) * room || 1;
  return { low: 0, high, ticks: (most) => rounds(high, most), place: (value) => start + (Math.min(Math.max(value, 0), high) / high) * (end - start) };
}

function powers(low, high, most) {
  for (const inside of [[1, 2, 5], [1, 3], [1]]) {
    const found = between(low, high, inside);
    if (found.length <= most) return found;
  }
  const found = between(low, high, [1]);
  return found.filter((_, place) => place % Math.ceil(found.length / most) === 0);
}

function between(low, high, inside) {
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    found.push(...inside.map((digit) => Number(`${digit}e${power}`)));
  }
  return found.filter((value) => value >= low && value <= high);
}

function rounds(high, most) {
  const size = 10 ** Math.floor(Math.log10(high / most));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * size).find((each) => high / each <= most);
  return Array.from({ length: Math.floor(high / step + 1e-9) + 1 }, (_, place) => Number((place * step).toPrecision(12)));
}

/** Places at least `gap` apart, in the order of and as near as may be to the wanted ones, from `low` to `high`. */
export function apart(wanted, gap, low, high) {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b]);
  const found = [...wanted];
  let least = low;
  for (const index of order) {
    found[index] = Math.max(wanted[index], least);
    least = found[index] + gap;
  }
  let most = high;
  for (const index of order.reverse()) {
    found[index] = Math.min(found[index], most);
    most = found[index] - gap;
  }
  return found;
}
