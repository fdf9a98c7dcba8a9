// What is good enough: promises and whether they hold, what was measured of whom, by which judges, and what people prefer.

import { html } from "../parts/html.js";
import { Page } from "../parts/page.js";
import { Arena } from "./quality/arena.js";
import { Judges } from "./quality/judges.js";
import { Measured } from "./quality/measured.js";
import { Promises } from "./quality/promises.js";
import { Watch } from "./quality/watch.js";

export default function Quality() {
  return html`<${Page} title="Quality" lead="Which model is good enough for your own work, and whether it still is.">
    <${Promises} />
    <${Watch} />
    <${Measured} />
    <${Judges} />
    <${Arena} />
  <//>`;
}
