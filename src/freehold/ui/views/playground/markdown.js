// An answer's text as elements. All text goes in as text: there is no way from here to markup of the answer's own.

import { html } from "../../parts/html.js";
import { blocks } from "./blocks.js";
import { inline } from "./inline.js";

/** `cite(index)` draws the citation of that index, and may draw nothing. */
export function Markdown({ text, cite = () => null }) {
  return html`<div class="prose">${blocks(text).map((block) => drawn(block, cite))}</div>`;
}

function drawn(block, cite) {
  switch (block.kind) {
    case "h":
      return html`<p class="prose-heading" data-level=${block.level}><strong>${line(block.text, cite)}</strong></p>`;
    case "code":
      return html`<pre tabindex="0" aria-label=${block.language || "code"}><code>${block.text}</code></pre>`;
    case "quote":
      return html`<blockquote>${block.children.map((child) => drawn(child, cite))}</blockquote>`;
    case "rule":
      return html`<hr />`;
    case "list":
      return list(block, cite);
    case "table":
      return table(block, cite);
    default:
      return html`<p>${line(block.text, cite)}</p>`;
  }
}

function list({ ordered, start, items }, cite) {
  const rows = items.map((item) => html`<li>${item.map((child) => tight(child, item, cite))}</li>`);
  return ordered ? html`<ol start=${start}>${rows}</ol>` : html`<ul>${rows}</ul>`;
}

/** The first paragraph of an item stands on the line of its bullet. */
function tight(child, item, cite) {
  return child === item[0] && child.kind === "p" ? line(child.text, cite) : drawn(child, cite);
}

function table({ head, rows }, cite) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="table">
    <table>
      <thead><tr>${head.map((cell) => html`<th scope="col">${line(cell, cite)}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<tr>${head.map((_, at) => html`<td>${line(row[at] ?? "", cite)}</td>`)}</tr>`)}</tbody>
    </table>
  </div>`;
}

function line(text, cite) {
  return inline(text).map((node) => piece(node, cite));
}

function piece(node, cite) {
  if (typeof node === "string") return node;
  const within = () => node.children.map((child) => piece(child, cite));
  switch (node.kind) {
    case "code":
      return html`<code>${node.text}</code>`;
    case "strong":
      return html`<strong>${within()}</strong>`;
    case "em":
      return html`<em>${within()}</em>`;
    case "struck":
      return html`<s>${within()}</s>`;
    case "link":
      return html`<${Outward} href=${node.href}>${within()}<//>`;
    case "break":
      return html`<br />`;
    case "cite":
      return cite(node.index);
    default:
      return html`<span>${within()}</span>`;
  }
}

/** A link out of Freehold. What an answer calls it is the model's word, so where it leads is said beside it. */
export function Outward({ href, children }) {
  const host = new URL(href).host;
  const said = [children].flat(3).every((child) => typeof child === "string") && [children].flat(3).join("").includes(host);
  return html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow">${children}</a>${
    said ? null : html` <span class="muted">(${host})</span>`
  }`;
}
