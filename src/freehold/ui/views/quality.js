// What is good enough: promises and whether they hold, what was measured of whom, by which judges, and what people prefer.

import { html } from "../parts/html.js";
import { useAnswer } from "../parts/asking.js";
import { Page } from "../parts/page.js";
import { Arena } from "./quality/arena.js";
import { Judges } from "./quality/judges.js";
import { Measured } from "./quality/measured.js";
import { Promises } from "./quality/promises.js";
import { Promotions } from "./quality/promotions.js";
import { Watch } from "./quality/watch.js";

const EVERY = 15_000;

export default function Quality() {
  const watch = useAnswer("/api/eval/watch", { every: EVERY });
  return html`<${Page} title="Quality" lead="Which model is good enough for your own work, and whether it still is.">
    <${Promises} watch=${watch} />
    <${Watch} answer=${watch} />
    <${Promotions} answer=${watch} />
    <${Measured} />
    <${Judges} />
    <${Arena} />
  <//>`;
}
