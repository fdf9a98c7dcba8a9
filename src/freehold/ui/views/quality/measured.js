// Runs, and the scorecards of one dataset made of them: which dataset is shown stands in the address.

import { amend, usePlace } from "../../router.js";
import { html } from "../../parts/html.js";
import { useAnswer } from "../../parts/asking.js";
import { Runs } from "./runs.js";
import { Scorecards } from "./scorecards.js";
import { comparable } from "./latest.js";

const EVERY = 5000;

export function Measured() {
  const { query } = usePlace();
  const runs = useAnswer("/api/eval/runs", { query: { limit: 200 }, every: EVERY });
  const datasets = useAnswer("/api/eval/datasets");
  const known = new Map(datasets.data?.data.map((each) => [each.id, each]));
  const names = new Map([...known].map(([id, { name }]) => [id, name]));
  const choices = comparable(runs.data?.data ?? [], names);
  const chosen = choices.find((each) => each.dataset === query.dataset) ?? choices[0] ?? null;
  return html`
    <${Scorecards} answer=${runs} choices=${choices} chosen=${chosen} onChoose=${(dataset) => amend({ dataset })} />
    <${Runs} answer=${runs} datasets=${known} />`;
}
