// What can answer: the targets and how they stand, the routes through them, and who would answer a question.

import { api } from "../api.js";
import { may } from "../session.js";
import { html, useState } from "../parts/html.js";
import { Button } from "../parts/controls.js";
import { Confirm } from "../parts/dialog.js";
import { Page } from "../parts/page.js";
import { Empty, Failure, Loading } from "../parts/states.js";
import { useAnswer } from "../parts/asking.js";
import { tell } from "../parts/toast.js";
import { chatting } from "./fields/models.js";
import { Explain } from "./targets/explain.js";
import { TargetList } from "./targets/list.js";
import { RouteList } from "./targets/routes.js";
import { urgency } from "./targets/state.js";

const EVERY = 5000;

export default function Targets() {
  const sees = may("viewer");
  const targets = useAnswer(sees ? "/api/targets" : null, { every: sees ? EVERY : 0 });
  const routes = useAnswer("/api/routes");
  const models = useAnswer("/v1/models");
  const [asking, setAsking] = useState(false);
  const again = () => [sees && targets, routes, models].filter(Boolean).forEach((each) => each.again());
  const tools = may("operator") && html`<${Button} icon="refresh" onClick=${() => setAsking(true)}>Reload the configuration<//>`;
  return html`<${Page} title="Targets and routes" lead="What can answer, what each may see, and the way a request takes." tools=${tools}>
    ${sees && html`<${Listed} answer=${targets} />`}
    ${routes.error && !routes.data && html`<${Failure} error=${routes.error} retry=${routes.again} />`}
    ${!routes.data && !routes.error && html`<${Loading} lines=${3} />`}
    ${routes.data && html`<${RouteList} rows=${routes.data.data} owned=${ownership(targets.data, models.data)} />`}
    ${models.data && html`<${Explain} models=${chatting(models.data.data)} />`}
    ${asking && html`<${Reload} onClose=${() => setAsking(false)} onDone=${again} />`}
  <//>`;
}

function Listed({ answer }) {
  const { data, error, again } = answer;
  if (error && !data) return html`<${Failure} error=${error} retry=${again} />`;
  if (!data) return html`<${Loading} lines=${5} />`;
  if (!data.data.length) {
    return html`<${Empty} title="Nothing can answer yet" icon="targets"><p>Name a target in freehold.toml, start a local model server, or put a provider's key into the environment.</p><//>`;
  }
  const rows = [...data.data].sort((one, other) => urgency(one) - urgency(other));
  return html`<${TargetList} rows=${rows} discovery=${data.discovery} />`;
}

/** Whether a target is at home, by whichever list says it; a user's key sees only what it may ask for. */
function ownership(targets, models) {
  const known = new Map();
  for (const row of models?.data ?? []) if (row.freehold?.owned !== undefined) known.set(row.id, row.freehold.owned);
  for (const row of targets?.data ?? []) known.set(row.name, row.owned);
  return (name) => known.get(name) ?? null;
}

function Reload({ onClose, onDone }) {
  const yes = async () => {
    const { revision } = await api("/api/reload", { method: "POST" });
    tell(`The configuration was read; its revision is ${revision}.`);
    onDone();
  };
  return html`<${Confirm} title="Reload the configuration?" action="Reload" onYes=${yes} onClose=${onClose}>
    <p>freehold.toml is checked first, then taken whole or not at all. Requests in flight finish as they began.</p>
  <//>`;
}
