// What an answer cites: a sign in its text, and a list below it.

import { html, useState } from "../../parts/html.js";
import { Icon } from "../../parts/icons.js";
import { PassageDialog, where } from "../documents/passage.js";
import { Outward } from "./markdown.js";

/** The sign of a citation within a text: pressing it opens the passage. */
export function Sign({ cited, onOpen }) {
  if (!cited) return null;
  const { number, title, quote, url } = cited;
  const label = `Source ${number}: ${title}`;
  if (!cited.valid) {
    return html`<span class="cite void">${number}<span class="unseen"> (cites nothing that was given)</span></span>`;
  }
  if (!cited.own) {
    return url && html`<a class="cite" href=${url} target="_blank" rel="noopener noreferrer nofollow" aria-label=${label}>${number}</a>`;
  }
  return html`<button type="button" class="cite" title=${quote} aria-label=${label} onClick=${() => onOpen(cited)}>${number}</button>`;
}

/** All sources of an answer, each once, in the order in which they are first cited. */
export function Sources({ cited, onOpen }) {
  const rows = distinct(cited);
  if (!rows.length) return null;
  return html`<div class="sources">
    <h3>Sources</h3>
    <ol>${rows.map((each) => html`<li key=${each.index}><${Source} cited=${each} onOpen=${onOpen} /></li>`)}</ol>
  </div>`;
}

function Source({ cited, onOpen }) {
  const number = html`<span class="cite-number">${cited.number}</span>`;
  if (!cited.valid) return html`<p class="source void">${number}<span>The answer cites a passage that it was never given.</span></p>`;
  if (!cited.own) return html`<p class="source">${number}<span>${cited.url ? html`<${Outward} href=${cited.url}>${cited.title}<//>` : cited.title}</span></p>`;
  return html`<button type="button" class="source" onClick=${() => onOpen(cited)}>
    ${number}<span><b>${cited.title}</b> <span class="faint">${where(cited)}</span><q>${cited.quote}</q></span><${Icon} name="right" size=${15} />
  </button>`;
}

function distinct(cited) {
  const seen = new Map();
  for (const each of cited) {
    const name = each.own ? [each.document, each.start, each.end].join() : each.valid ? each.url : `void ${each.number}`;
    if (!seen.has(name)) seen.set(name, each);
  }
  return [...seen.values()];
}

/** Which citation is open, and the dialog that shows it. */
export function usePassage() {
  const [open, setOpen] = useState(null);
  return [setOpen, open && html`<${PassageDialog} cited=${open} onClose=${() => setOpen(null)} />`];
}
