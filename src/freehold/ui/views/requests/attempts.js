// Who was asked, one after another: why, how long it took, what it cost, and what was made of the answer.

import { html } from "../../parts/html.js";
import { Badge, LabelBadge, Money } from "../../parts/figures.js";
import { bytes, count, duration, percent } from "../../parts/format.js";
import { Step } from "./steps.js";

/** A step for each attempt, its bar as long as its part of the whole time. */
export function Attempts({ record }) {
  const whole = Math.max(record.total_ms ?? 0, ...record.attempts.map((each) => each.total_ms ?? 0), 1);
  const begins = Date.parse(record.started);
  return record.attempts.map((each) => html`<${Attempt} key=${each.number} attempt=${each} whole=${whole} begins=${begins} />`);
}

function Attempt({ attempt, whole, begins }) {
  const tone = attempt.fault ? "bad" : attempt.shown ? "good" : "";
  const icon = attempt.fault ? "close" : attempt.shown ? "check" : "right";
  return html`<${Step} title="Asked ${attempt.target}" icon=${icon} tone=${tone}>
    <p class="row">
      <${Badge} icon=${attempt.owned ? "home" : "away"}>${attempt.owned ? "at home" : "outside"}<//>
      ${attempt.shown && html`<${Badge} tone="good">this is the answer<//>`}
      ${attempt.fault && html`<${Badge} tone="bad">${attempt.fault.replaceAll("_", " ")}<//>`}
      <span class="faint">${why(attempt.note)}</span>
    </p>
    ${attempt.error && html`<p class="error">${attempt.error}</p>`}
    <${Bar} attempt=${attempt} whole=${whole} begins=${begins} />
    ${attempt.score && html`<${Score} score=${attempt.score} />`}
    <dl class="details">
      <div><dt>Time</dt><dd>${duration(attempt.total_ms)}${attempt.first_ms !== null && html` <span class="faint">first words after ${duration(attempt.first_ms)}</span>`}</dd></div>
      <div><dt>Cost</dt><dd><${Money} amount=${attempt.cost} /></dd></div>
      <div><dt>Tokens</dt><dd>${count(attempt.usage.input_tokens)} in, ${count(attempt.usage.output_tokens)} out</dd></div>
      ${attempt.model && attempt.model !== attempt.target && html`<div><dt>Model</dt><dd class="cut" title=${attempt.model}>${attempt.model}</dd></div>`}
      ${attempt.label && html`<div><dt>Sent as</dt><dd><${LabelBadge} label=${attempt.label} /></dd></div>`}
      ${attempt.clearance && html`<div><dt>Cleared for</dt><dd><${LabelBadge} label=${attempt.clearance} /></dd></div>`}
      ${attempt.declassified && html`<div><dt>Taken out</dt><dd>${attempt.declassified}</dd></div>`}
      ${attempt.bytes_out > 0 && html`<div><dt>Went out</dt><dd>${bytes(attempt.bytes_out)}${attempt.body_sha256 && html` <code title=${attempt.body_sha256}>${attempt.body_sha256.slice(0, 12)}…</code>`}</dd></div>`}
      ${attempt.dropped.length > 0 && html`<div><dt>Left out</dt><dd>${attempt.dropped.join(", ")}</dd></div>`}
      ${attempt.finish && attempt.finish !== "stop" && html`<div><dt>Ended by</dt><dd>${attempt.finish.replaceAll("_", " ")}</dd></div>`}
    </dl>
  <//>`;
}

function why(note) {
  if (!note || note === "first") return "";
  return note === "retry" ? "tried once more" : note;
}

function Bar({ attempt, whole, begins }) {
  const length = Math.min(1, Math.max((attempt.total_ms ?? 0) / whole, 0.005));
  const start = Math.min(1 - length, Math.max(0, (Date.parse(attempt.started) - begins) / whole));
  const place = { marginLeft: `${start * 100}%`, width: `${length * 100}%` };
  return html`<span class="bar" aria-hidden="true"><i class=${attempt.fault ? "bad" : attempt.shown ? "good" : ""} style=${place}></i></span>`;
}

function Score({ score }) {
  const reasons = score.reasons.join("; ");
  return html`<p class="row">
    <${Badge} tone=${score.kept ? "good" : "warn"}>${score.kept ? "kept" : "not good enough"}<//>
    <span>${score.method}${score.value !== null && html` <b class="number">${percent(score.value)}</b>`}</span><span class="faint">${reasons}</span>
  </p>`;
}
