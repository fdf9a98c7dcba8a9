// One collection: its documents, files to add, a search through it.

import { go, href } from "../../router.js";
import { may } from "../../session.js";
import { html, useState } from "../../parts/html.js";
import { Button } from "../../parts/controls.js";
import { Icon } from "../../parts/icons.js";
import { Page } from "../../parts/page.js";
import { Empty, Loading, Notice } from "../../parts/states.js";
import { useAnswer } from "../../parts/asking.js";
import { Unavailable } from "./collections.js";
import { Documents } from "./documents.js";
import { Search } from "./search.js";
import { CollectionDialog, RemoveCollection } from "./settings.js";
import { useTags } from "./tags.js";
import { Uploader } from "./uploader.js";

const OWN = "freehold"; // Freehold's own documentation, which it alone writes.

/** `name`: as it stands in the address. */
export function Collection({ name }) {
  const { data, error, again } = useAnswer("/api/collections");
  const tags = useTags();
  const [dialog, setDialog] = useState(null);
  const [round, setRound] = useState(0);
  const row = data?.data.find((each) => each.name === name);
  const tends = may("operator") && name !== OWN && row;
  const fresh = () => {
    again();
    setRound((number) => number + 1);
  };
  const tools = tends && html`<${Button} onClick=${() => setDialog("defaults")}>Label and groups<//><${Button} icon="trash" onClick=${() => setDialog("remove")}>Remove<//>`;
  return html`<${Page} title=${name} back=${html`<${Back} />`} tools=${tools}>
    ${error && !data && html`<${Unavailable} error=${error} retry=${again} />`}
    ${!data && !error && html`<${Loading} lines=${5} />`}
    ${data && !row && html`<${Empty} title="There is no such collection" icon="knowledge"><p>Or there is none of that name in which you may read anything.</p><//>`}
    ${row && name === OWN && html`<${Notice}>Freehold's own documentation. It changes with Freehold, and nobody else changes it.<//>`}
    ${tends && html`<${Uploader} collection=${row} tags=${tags} onRead=${fresh} />`}
    ${row && html`<${Search} collections=${[name]} note=${`in ${name}`} />
      <${Documents} round=${round} collection=${name} tends=${Boolean(tends)} tags=${tags} onChange=${fresh} />`}
    ${dialog === "defaults" && html`<${CollectionDialog} collection=${row} tags=${tags} onClose=${() => setDialog(null)} onDone=${() => (setDialog(null), fresh())} />`}
    ${dialog === "remove" && html`<${RemoveCollection} collection=${row} onClose=${() => setDialog(null)} onDone=${() => go(["knowledge"])} />`}
  <//>`;
}

function Back() {
  return html`<a class="back" href=${href(["knowledge"])}><${Icon} name="left" size=${15} />Knowledge</a>`;
}
