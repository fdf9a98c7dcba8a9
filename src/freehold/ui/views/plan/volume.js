// What each option costs a month against the volume, both in ratios, with the places where lines cross.

import { html } from "../../parts/html.js";
import { Card } from "../../parts/page.js";
import { Grid, Picture, between, through } from "./picture.js";
import { number, short, shortSum, sum } from "./figures.js";
import { apart, logarithmic } from "./scale.js";

const BESIDE = 620; // From which width on the names stand beside their lines.
const NAMES = 200;
const ROW = 18;
const SIGN = 7.2; // How wide a sign is, about.
const LINE = 14;
const PLOT = 300;

export function Volume({ plan, tone, title }) {
  const curves = plan.curves;
  if (!curves.length) return null;
  const crossed = plan.break_evens.filter((each) => each.variable === "volume" && each.at);
  const height = (width) => PLOT + (width < BESIDE ? 16 + ROW * curves.length : 0);
  return html`<${Card} title="Cost against volume" note="bands hold with 80%; a ring is where two options cost the same">
    <${Picture} title="Cost a month against requests a day" told=${told(plan, crossed, title)} height=${height}
      draw=${(width) => drawn({ plan, curves, crossed, tone, title, width })} />
    ${crossed.length > 0 && html`<details class="plan-more"><summary>Where they cross, in words</summary><ul>${crossed.map((each) => html`<li>${each.sentence}</li>`)}</ul></details>`}
  <//>`;
}

function drawn({ plan, curves, crossed, tone, title, width }) {
  const beside = width >= BESIDE;
  const marks = placed(crossed, width);
  const top = 14 + ROW * Math.max(1, marks.rows);
  const field = { left: 52, right: beside ? width - NAMES : width - 8, top, bottom: PLOT - 42 };
  const x = logarithmic(curves[0].requests_a_day, field.left, field.right, 1);
  const y = logarithmic(curves.flatMap((each) => each.month.flatMap((at) => [at.low, at.value, at.high])), field.bottom, field.top);
  const places = (curve, end) => curve.month.map((at, place) => [x.place(curve.requests_a_day[place]), y.place(at[end])]);
  const now = x.place(plan.requests_a_day.value);
  return html`
    <${Grid} field=${field} x=${x} y=${y} showX=${short} showY=${(tick) => shortSum(tick, plan.currency)} />
    <text class="axis" x=${(field.left + field.right) / 2} y=${field.bottom + 36} text-anchor="middle">requests a day</text>
    <path class="here" d="M${now} ${field.top}V${field.bottom}" />
    <text class="here" x=${now + (now > field.right - 60 ? -5 : 5)} y=${field.bottom - 6} text-anchor=${now > field.right - 60 ? "end" : undefined}>planned</text>
    ${curves.map((each) => html`<path class="band ${tone(each.option)}" d=${between(places(each, "low"), places(each, "high"))} />`)}
    ${curves.map((each) => html`<path class="curve ${tone(each.option)}" d=${through(places(each, "value"))} />`)}
    ${crossings({ marks: marks.at(x, field), curves, x, y })}
    ${beside ? namesBeside({ curves, field, y, tone, title }) : namesBelow({ curves, tone, title, width })}`;
}

// Volumes stand in rows above the plot, so that no two of them overlap.
function placed(crossed, width) {
  const rows = Math.max(1, Math.min(4, Math.ceil((crossed.length * 9 * SIGN) / (width / 2))));
  const at = (x) => {
    const free = Array(rows).fill(-Infinity);
    return [...crossed]
      .sort((a, b) => a.at.value - b.at.value)
      .map((mark) => {
        const label = short(mark.at.value);
        const half = (label.length * SIGN) / 2 + 4;
        const middle = Math.max(half, Math.min(width - half, x.place(mark.at.value)));
        const found = free.findIndex((until) => until <= middle - half);
        const row = found < 0 ? rows - 1 : found;
        const fits = found >= 0;
        free[row] = middle + half;
        return { mark, label: fits ? label : "", middle, y: 12 + ROW * row };
      });
  };
  return { rows: crossed.length ? rows : 0, at };
}

function crossings({ marks, curves, x, y }) {
  return marks.map(({ mark, label, middle, y: above }) => {
    const curve = curves.find((each) => each.option === mark.first) ?? curves.find((each) => each.option === mark.second);
    if (!curve) return null;
    const at = [x.place(mark.at.value), y.place(heightAt(curve, mark.at.value))];
    return html`<path class="lead" d="M${at[0]} ${above + 4}V${at[1]}" /><circle class="ring" cx=${at[0]} cy=${at[1]} r="5" /><text class="mark" x=${middle} y=${above} text-anchor="middle">${label}</text>`;
  });
}

/** What an option costs at a volume between two that were reckoned. */
export function heightAt(curve, volume) {
  const place = curve.requests_a_day.findIndex((each) => each >= volume);
  if (place <= 0) return curve.month.at(place < 0 ? -1 : 0).value;
  const [low, high] = [curve.requests_a_day[place - 1], curve.requests_a_day[place]];
  const [below, above] = [curve.month[place - 1].value, curve.month[place].value];
  if (below <= 0 || above <= 0) return above;
  return below * (above / below) ** (Math.log(volume / low) / Math.log(high / low));
}

function namesBeside({ curves, field, y, tone, title }) {
  const ends = curves.map((each) => y.place(each.month.at(-1).value));
  const gap = Math.min(2 * LINE + 4, (field.bottom - field.top) / curves.length);
  const lines = gap > 2 * LINE ? 2 : 1;
  return apart(ends, gap, field.top + LINE, field.bottom - 6).map((at, place) => {
    const { option } = curves[place];
    const words = broken(title(option), NAMES - 22, lines);
    return html`<path class="tie ${tone(option)}" d="M${field.right + 2} ${ends[place]}L${field.right + 10} ${at}h5" />
      <text class="name ${tone(option)}">${words.map((line, row) => html`<tspan x=${field.right + 19} y=${at + 4 + LINE * (row - (words.length - 1) / 2)}>${line}</tspan>`)}</text>`;
  });
}

function namesBelow({ curves, tone, title, width }) {
  return curves.map(({ option }, place) => html`<path class="curve ${tone(option)}" d="M8 ${PLOT + 10 + ROW * place}h24" />
    <text class="name ${tone(option)}" x="40" y=${PLOT + 14 + ROW * place}>${fitted(title(option), width - 44)}</text>`);
}

// A name on at most so many lines, the last of them cut where it is too long.
function broken(text, room, lines) {
  const most = Math.floor(room / SIGN);
  if (lines === 1 || text.length <= most) return [fitted(text, room)];
  const at = text.lastIndexOf(" ", most);
  return at < 0 ? [fitted(text, room)] : [text.slice(0, at), fitted(text.slice(at + 1), room)];
}

function fitted(text, room) {
  const most = Math.floor(room / SIGN);
  return text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;
}

function told(plan, crossed, title) {
  const { requests_a_day: volumes } = plan.curves[0];
  const ends = plan.curves.map((each) => `${title(each.option)} from ${sum(each.month[0].value, plan.currency)} to ${sum(each.month.at(-1).value, plan.currency)}`);
  const marks = crossed.map((each) => each.sentence).join(" ") || "No two of them cross.";
  return `From ${number(volumes[0])} to ${number(volumes.at(-1))} requests a day: ${ends.join("; ")}. ${marks}`;
}
