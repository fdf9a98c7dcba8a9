// Documents: the collections there are, what one holds, and one document's text.

import { usePlace } from "../router.js";
import { html } from "../parts/html.js";
import { Collection } from "./knowledge/collection.js";
import { Collections } from "./knowledge/collections.js";
import { Document } from "./knowledge/document.js";

export default function Knowledge() {
  const { parts, query } = usePlace();
  const [, collection, kind, id] = parts;
  if (id && kind === "documents") return html`<${Document} key=${id} id=${id} collection=${collection} query=${query} />`;
  if (collection) return html`<${Collection} key=${collection} name=${collection} />`;
  return html`<${Collections} />`;
}
