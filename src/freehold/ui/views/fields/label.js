// A label as a level to choose and tags to tick.

import { html } from "../../parts/html.js";
import { Check, Field } from "../../parts/controls.js";

const LEVELS = ["public", "internal", "confidential", "restricted"];

/** The level and the tags of a label's text; both empty where nothing is said. */
export function partsOf(label) {
  const [level, tags] = (label ?? "").split(";");
  return { level, tags: tags ? tags.split(",") : [] };
}

/** The label that they make; empty without a level. */
function labelOf(level, tags) {
  if (!level) return "";
  return tags.length ? `${level};${[...tags].sort().join(",")}` : level;
}

/** `unset`: what stands where no label is chosen, such as "the key's own". `tags`: those that there are. */
export function LabelField({ label = "Label", unset, value, onValue, tags = [], hint, error }) {
  const chosen = partsOf(value);
  const all = [...new Set([...tags, ...chosen.tags])].sort();
  const tick = (tag, on) =>
    onValue(labelOf(chosen.level, on ? [...chosen.tags, tag] : chosen.tags.filter((each) => each !== tag)));
  return html`<div class="label-field">
    <${Field} label=${label} as="select" value=${chosen.level} hint=${hint} error=${error}
      options=${[...(unset === undefined ? [] : [{ value: "", text: unset }]), ...LEVELS.map((level) => ({ value: level, text: level }))]}
      onValue=${(level) => onValue(labelOf(level, chosen.tags))} />
    ${chosen.level && all.length > 0 && html`<fieldset class="ticks"><legend class="unseen">Tags</legend>${all.map(
      (tag) => html`<${Check} label=${tag} checked=${chosen.tags.includes(tag)} onValue=${(on) => tick(tag, on)} />`,
    )}</fieldset>`}
  </div>`;
}
