import { html } from "../parts/html.js";
import { Page } from "../parts/page.js";

export default function View() {
  return html`<${Page} title="overview"><//>`;
}
