// Chat with any route or target, or with two side by side, and see what each answer took and why it went where it went.

import { me } from "../session.js";
import { html, useEffect, useRef } from "../parts/html.js";
import { Button } from "../parts/controls.js";
import { Page } from "../parts/page.js";
import { Empty, Failure, Loading } from "../parts/states.js";
import { useAnswer } from "../parts/asking.js";
import { Choices } from "./playground/choices.js";
import { Composer } from "./playground/composer.js";
import { isBusy } from "./playground/conversation.js";
import { clear, send, useDesk } from "./playground/desk.js";
import { chatting, usual } from "./fields/models.js";
import { Announcer, Turn } from "./playground/turn.js";

const NEAR = 160; // Pixels from the end at which a reader is taken to follow the answer.

export default function Playground() {
  const desk = useDesk();
  const { data, error, again } = useAnswer("/v1/models");
  const collections = useAnswer("/api/collections");
  const tools = desk.turns.length > 0 && html`<${Button} icon="plus" onClick=${clear}>New conversation<//>`;
  return html`<${Page} title="Playground" lead="Ask any route or target, and see why each answer went where it went." tools=${tools}>
    ${error && !data && html`<${Failure} error=${error} retry=${again} />`}
    ${!data && !error && html`<${Loading} lines=${4} />`}
    ${data && html`<${Bench} desk=${desk} models=${chatting(data.data)} collections=${collections.data?.data.map((each) => each.name)} />`}
  <//>`;
}

function Bench({ desk, models, collections }) {
  const asking = present(desk.models, models);
  if (!asking.length) return html`<${None} />`;
  const busy = isBusy(desk);
  return html`<div class="bench">
    <aside class="card" aria-label="How to ask">
      <${Folded} open=${!desk.turns.length}><${Choices} desk=${desk} models=${models} asking=${asking} collections=${collections} own=${me()?.label} /><//>
    </aside>
    <section class="talk" aria-label="Conversation">
      <${Turns} desk=${desk} />
      <${Composer} text=${desk.draft} busy=${busy} onSend=${(text) => send(text, asking)} />
    </section>
  </div>`;
}

/** On a phone the choices fold away, so that the conversation has the room. */
function Folded({ children }) {
  const self = useRef(null);
  useEffect(() => {
    self.current.open = matchMedia("(min-width: 64rem)").matches;
  }, []);
  return html`<details ref=${self} class="folded"><summary>How to ask</summary>${children}</details>`;
}

function Turns({ desk }) {
  const end = useRef(null);
  const last = desk.turns.at(-1);
  useEffect(() => follow(end.current, true), [last?.id]);
  useEffect(() => follow(end.current, false), [desk.turns]);
  return html`<div class="turns">
    ${desk.turns.length === 0 && html`<${Empty} title="Ask something" icon="playground">
      <p>The answer streams in here, with its label, its cost and the reason for where it went. This conversation stays in this tab alone, and goes when you sign out.</p>
    <//>`}
    ${desk.turns.map((turn) => html`<${Turn} key=${turn.id} turn=${turn} last=${turn === last} />`)}
    <${Announcer} turn=${last} />
    <div ref=${end}></div>
  </div>`;
}

/** Keep the end in view, unless the reader has scrolled away from it. */
function follow(end, always) {
  if (!end) return;
  const below = end.getBoundingClientRect().bottom - innerHeight;
  if (always || below < NEAR) end.scrollIntoView({ block: "end" });
}

function None() {
  return html`<${Empty} title="Your key may ask for no model" icon="targets">
    <p>Whoever runs this Freehold can add a target, or widen what your key may ask for.</p>
  <//>`;
}

/** What is to be asked, of what still is there to ask. */
function present(chosen, models) {
  const names = new Set(models.map((row) => row.id));
  const found = chosen.map((model) => (names.has(model) ? model : usual(models)));
  return found.filter(Boolean);
}
