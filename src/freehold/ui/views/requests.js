// What was asked of late, as it comes in; and one request opened as its story.

import { html } from "../parts/html.js";
import { usePlace } from "../router.js";
import { List } from "./requests/list.js";
import { Story } from "./requests/story.js";

export default function Requests() {
  const { parts, query } = usePlace();
  return parts[1] ? html`<${Story} key=${parts[1]} id=${parts[1]} />` : html`<${List} query=${query} />`;
}
