// The steps of a request before anybody was asked: its label, its findings, who might answer, what it was grounded in.

import { href } from "../../router.js";
import { html } from "../../parts/html.js";
import { Badge, LabelBadge } from "../../parts/figures.js";
import { percent, plural } from "../../parts/format.js";
import { Icon } from "../../parts/icons.js";

const ORIGINS = {
  default: "the default of its key or of the policy",
  "x-freehold-label": "the request's own header",
  header: "the request's own header",
  metadata: "the request's own metadata",
};

/** A step, under its name. `tone` colours its mark. */
export function Step({ title, icon, tone = "", children }) {
  return html`<li class="step ${tone}"><span class="dot"><${Icon} name=${icon} size=${15} /></span><div><h2>${title}</h2>${children}</div></li>`;
}

/** What it was labelled, and what each part of that came from. */
export function LabelStep({ label }) {
  return html`<${Step} title="Labelled" icon="shield">
    <p><${LabelBadge} label=${label.value} /></p>
    ${label.sources.length > 0 && html`<ul class="reasons">${label.sources.map((each) => html`<li><${LabelBadge} label=${each.label} /> <span class="faint">from ${origin(each.origin)}</span></li>`)}</ul>`}
  <//>`;
}

function origin(word) {
  if (word in ORIGINS) return ORIGINS[word];
  const [kind, ...rest] = word.split(":");
  const name = rest.join(":");
  if (!name) return kind.replaceAll("-", " ");
  return kind === "guard" ? `what guards found (${name.replaceAll("-", " ")})` : `${kind} ${name}`;
}

/** What guards found and did; never the words themselves, which no record holds. */
export function Findings({ findings }) {
  if (!findings.length) return null;
  const many = findings.reduce((sum, each) => sum + each.count, 0);
  return html`<${Step} title="Guards found ${plural(many, "thing")}" icon="search" tone="warn">
    <ul class="reasons">${findings.map((each) => html`<li>
      <b>${each.kind.replaceAll("_", " ").replaceAll("-", " ")}</b>${each.count > 1 && html` ×${each.count}`} <span class="faint">in <code>${each.field}</code>, by ${each.rule}</span>
      ${each.action && html` <${Badge} tone=${each.action === "refuse" ? "bad" : "warn"}>${DONE[each.action] ?? each.action}<//>`}
    </li>`)}</ul>
  <//>`;
}

const DONE = {
  raise: "label raised",
  redact: "taken out",
  refuse: "refused",
  mark: "marked",
  drop: "left out",
  owned: "kept at home",
  record: "written down",
};

/** Who might answer, and who might not and why. */
export function Permit({ permit, attempts }) {
  const asked = new Set(attempts.map((each) => each.target));
  if (!permit.targets.length && !permit.refusals.length) return null;
  return html`<${Step} title="Who might answer" icon="targets">
    <ul class="reasons">
      ${permit.targets.map((name) => html`<li><span class="yes"><${Icon} name="check" size=${15} /></span><b>${name}</b>${!asked.has(name) && html` <span class="faint">was not needed</span>`}</li>`)}
      ${permit.refusals.map((each) => html`<li><span class="no"><${Icon} name="close" size=${15} /></span><b>${each.target}</b> <span class="faint">${each.reason}</span> <${Badge}>${each.rule}<//></li>`)}
    </ul>
    ${permit.revision && html`<p class="faint small">Policy revision <code>${permit.revision}</code></p>`}
  <//>`;
}

/** What the router before generation expected, and what became of that. */
export function Foreseen({ forecast }) {
  if (!forecast) return null;
  const { chance, router, missing, followed } = forecast;
  return html`<${Step} title="Foreseen" icon="info" tone=${chance === null ? "warn" : ""}>
    <p>${chance === null ? `No forecast: ${missing}${FOLLOWED[followed] ?? ""}.` : `A chance of ${percent(chance)} that the owned answer will do${FOLLOWED[followed] ?? ""}.`}</p>
    <p class="faint small">Router <code>${router}</code></p>
  <//>`;
}

const FOLLOWED = { "escalated at once": ", so the stronger target was asked at once", weighed: ", weighed together with the answers" };

/** The passages it was answered from, and what of them the answer cites. Each opens in its document. */
export function Grounding({ grounding }) {
  if (!grounding) return null;
  const cited = new Map();
  grounding.citations.forEach((each) => cited.set(each.number, (cited.get(each.number) ?? 0) + 1));
  const unfounded = grounding.citations.filter((each) => each.place === null).length;
  return html`<${Step} title="Grounded in ${grounding.collections.join(", ") || "documents"}" icon="file">
    ${grounding.passages.length === 0 && html`<p class="faint">No passage was found that this request may be answered from.</p>`}
    <ul class="reasons">${grounding.passages.map((each) => html`<li>
      <span class="cite-number">${each.number}</span> <a href=${opens(each.place)}>${each.place.title || each.place.name}</a>
      <span class="faint">${where(each.place)}</span> <${LabelBadge} label=${each.label} />
      <span class="faint number">score ${each.score.toFixed(3)}</span>
      ${cited.has(each.number) && html` <${Badge} tone="good">cited${cited.get(each.number) > 1 ? ` ×${cited.get(each.number)}` : ""}<//>`}
    </li>`)}</ul>
    ${unfounded > 0 && html`<p class="error">${plural(unfounded, "citation")} of what was never given.</p>`}
  <//>`;
}

function opens(place) {
  const { version, start, end, digest } = place;
  return href(["knowledge", place.collection, "documents", place.document], { version, start, end, digest });
}

function where(place) {
  const page = place.page === null || place.page === undefined ? [] : [`page ${place.page}`];
  return [...page, ...(place.heading ?? [])].join(" · ");
}
