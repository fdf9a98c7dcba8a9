// Small things that say one value each.

import { html } from "./html.js";
import { change, duration, money, moment, percent, shortly } from "./format.js";
import { Icon } from "./icons.js";

/** A word with a colour behind it. `tone`: `plain`, `good`, `warn`, `bad` or `accent`. */
export function Badge({ tone = "plain", icon, title, children }) {
  return html`<span class="badge ${tone}" title=${title}>${icon && html`<${Icon} name=${icon} size=${13} />`}${children}</span>`;
}

/** A label such as `confidential;eu`: its level, then its tags, and a mark that grows with the level. */
export function LabelBadge({ label }) {
  if (!label) return html`<span class="faint">–</span>`;
  const [level, tags] = label.split(";");
  const all = tags ? tags.split(",") : [];
  return html`<span class="label level-${/^[a-z]+$/.test(level) ? level : "other"}"><i aria-hidden="true"></i>${level}${all.map((tag) => html`<b>${tag}</b>`)}</span>`;
}

/** How a request ended. */
export function EndingBadge({ ending }) {
  const tones = { completed: "good", failed: "bad", refused: "warn", cancelled: "plain", lost: "bad", open: "accent" };
  return html`<${Badge} tone=${tones[ending] ?? "plain"}>${ending}<//>`;
}

/** US dollars from the API's decimal text, the exact sum in its title. */
export function Money({ amount }) {
  return html`<span class="number" title=${amount == null ? undefined : `$${amount}`}>${money(amount)}</span>`;
}

/** A moment, in few letters and in full in its title. */
export function Time({ at }) {
  return at ? html`<time class="number" datetime=${at} title=${moment(at)}>${shortly(at)}</time>` : html`<span class="faint">–</span>`;
}

/** A span in milliseconds. */
export function Duration({ ms }) {
  return html`<span class="number">${duration(ms)}</span>`;
}

/** One number that matters, under its name, beside the same of the span before. `show` writes it. `better`: whether
 * `more` or `less` of it is good news; absent, neither is. `share`: it is a part of a whole, whose change is in points. */
export function Stat({ name, value, before, show, better, note, share = false }) {
  const text = show(value);
  return html`<div class="stat">
    <dt>${name}</dt>
    <dd><span class="value number" style=${{ "--signs": text.length }}>${text}</span>
      <${Change} now=${value} before=${before} better=${better} show=${show} share=${share} />
      ${note && html`<span class="note">${note}</span>`}
    </dd>
  </div>`;
}

function Change({ now, before, better, show, share }) {
  const grown = change(now, before);
  if (grown === null) return html`<span class="change">${before == null ? "" : `before: ${show(before)}`}</span>`;
  if (Math.abs(grown) < 0.005) return html`<span class="change">as before</span>`;
  const good = better && (grown > 0) === (better === "more");
  const tone = better ? (good ? "good" : "bad") : "";
  const much = share ? `${Math.round(100 * Math.abs(now - before))} pts` : Math.abs(grown) >= 10 ? `×${Math.round(1 + grown)}` : percent(Math.abs(grown));
  return html`<span class="change ${tone}">
    <${Icon} name=${grown > 0 ? "up" : "down"} size=${13} />${much}
    <span class="faint">${" "}from ${show(before)}</span><span class="unseen">${grown > 0 ? ", more" : ", less"}</span>
  </span>`;
}

/** A share as a bar that is as long as it is large. */
export function Meter({ share, tone = "accent", label }) {
  const whole = Math.max(0, Math.min(1, share ?? 0));
  return html`<span class="meter ${tone}" role="img" aria-label=${label ?? percent(share)}><i style=${{ width: `${whole * 100}%` }}></i></span>`;
}
