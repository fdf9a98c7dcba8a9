// Who may ask, how much, and what it has cost. A key's holder sees their own.

import { usePlace } from "../router.js";
import { may } from "../session.js";
import { html } from "../parts/html.js";
import { KeyPage } from "./keys/key.js";
import { KeyList } from "./keys/list.js";
import { OwnKey } from "./keys/own.js";

export default function Keys() {
  const { parts } = usePlace();
  if (!may("viewer")) return html`<${OwnKey} />`;
  return parts[1] ? html`<${KeyPage} key=${parts[1]} id=${parts[1]} />` : html`<${KeyList} />`;
}
