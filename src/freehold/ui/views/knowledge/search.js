// Search: which passages would be found for a question, how well each ranking thinks of them, and where they stand.

import { api } from "../../api.js";
import { amend, href, usePlace } from "../../router.js";
import { html, useEffect, useState } from "../../parts/html.js";
import { Button, Field } from "../../parts/controls.js";
import { LabelBadge } from "../../parts/figures.js";
import { Card } from "../../parts/page.js";
import { Empty, Failure, Loading } from "../../parts/states.js";
import { where } from "../documents/passage.js";

const AT_ONCE = 8;
const MOST = 40;

/** `collections`: where to look; empty: everywhere that this key may look. The question stands in the address. */
export function Search({ collections, note }) {
  const { query } = usePlace();
  const [text, setText] = useState(query.q ?? "");
  const submit = (event) => {
    event.preventDefault();
    amend({ q: text.trim() });
  };
  return html`<${Card} title="Search" note=${note}>
    <form class="search" role="search" onSubmit=${submit}>
      <${Field} label="What to find" hideLabel type="search" value=${text} onValue=${setText} maxlength="1000" placeholder="Ask as you would ask a model" />
      <${Button} kind="primary" icon="search" type="submit" disabled=${!text.trim()}>Search<//>
    </form>
    ${query.q && html`<${Found} query=${query.q} collections=${collections} />`}
  <//>`;
}

function Found({ query, collections }) {
  const [state, set] = useState({});
  const [round, again] = useState(0);
  const [limit, setLimit] = useState(AT_ONCE);
  const asked = JSON.stringify([query, collections]);
  useEffect(() => {
    const stop = new AbortController();
    set(({ hits, of }) => (of === asked ? { hits, of } : {}));
    api("/api/search", { body: { query, collections, limit }, signal: stop.signal }).then(
      (found) => set({ hits: found.data, of: asked }),
      (error) => stop.signal.aborted || set({ error }),
    );
    return () => stop.abort();
  }, [asked, round, limit]);
  if (state.error) return html`<${Failure} error=${state.error} retry=${() => again(round + 1)} />`;
  if (!state.hits) return html`<${Loading} lines=${3} label="Searching" />`;
  if (!state.hits.length) {
    return html`<${Empty} title="Nothing was found" icon="search"><p>No passage that your key may read has anything to do with it.</p><//>`;
  }
  return html`<p class="unseen" role="status">${state.hits.length} passages found</p>
    <ol class="hits">${state.hits.map((hit) => html`<${Hit} key=${[hit.place.document, hit.place.start].join()} hit=${hit} />`)}</ol>
    ${state.hits.length === limit && limit < MOST && html`<p class="after"><${Button} onClick=${() => setLimit(MOST)}>Show more<//></p>`}`;
}

function Hit({ hit }) {
  const { place } = hit;
  const { version, start, end, digest } = place;
  const there = href(["knowledge", place.collection, "documents", place.document], { version, start, end, digest });
  return html`<li class="hit">
    <div class="row"><a href=${there}>${place.title || place.name}</a><${LabelBadge} label=${hit.label} /></div>
    <p class="faint small">${where(place)}</p>
    <p class="words">${hit.text.replace(/\n\s*\n/g, "\n")}</p>
    <p class="faint small number">${[
      `score ${hit.score.toFixed(3)}`,
      hit.lexical_rank && `by words ${ordinal(hit.lexical_rank)}`,
      hit.dense_rank && `by meaning ${ordinal(hit.dense_rank)}`,
    ].filter(Boolean).join(" · ")}</p>
  </li>`;
}

function ordinal(rank) {
  return `#${rank}`;
}
