// The frame of a view: its heading, its tools, its cards.

import { html, newId, useEffect, useRef, useState } from "./html.js";

/** A view. Its heading takes the focus when it comes, so that a screen reader says where one is. */
export function Page({ title, lead, tools, back, children }) {
  const heading = useRef(null);
  useEffect(() => {
    document.title = `${title} · Freehold`;
    heading.current.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [title]);
  return html`<div class="page">
    <header class="head">
      <div>${back}<h1 ref=${heading} tabindex="-1">${title}</h1>${lead && html`<p class="lead">${lead}</p>`}</div>
      ${tools && html`<div class="tools">${tools}</div>`}
    </header>
    ${children}
  </div>`;
}

/** A part of a view, with a heading of its own. */
export function Card({ title, tools, note, children, flush = false }) {
  const [id] = useState(() => newId("card"));
  return html`<section class=${flush ? "card flush" : "card"} aria-labelledby=${title ? id : undefined}>
    ${title && html`<header><h2 id=${id}>${title}</h2>${note && html`<span class="note">${note}</span>`}${tools && html`<div class="tools">${tools}</div>`}</header>`}
    ${children}
  </section>`;
}
