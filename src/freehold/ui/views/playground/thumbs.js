// What a person thinks of an answer: a thumb, and a word on why.

import { api } from "../../api.js";
import { me } from "../../session.js";
import { html, useState } from "../../parts/html.js";
import { Button, Field } from "../../parts/controls.js";
import { useAction } from "../../parts/asking.js";
import { tell } from "../../parts/toast.js";

const CHOICES = [
  { thumb: 1, icon: "thumbUp", label: "Good answer" },
  { thumb: -1, icon: "thumbDown", label: "Bad answer" },
];

/** `said`: the feedback so far, or null; `onSaid` is told what there is afterwards. */
export function Thumbs({ id, said, onSaid }) {
  const [open, setOpen] = useState(false);
  const path = `/api/requests/${encodeURIComponent(id)}/feedback`;
  const { run, busy } = useAction(async (thumb) => {
    const again = said?.thumb === thumb;
    try {
      if (again) await api(path, { method: "DELETE" });
      const next = again ? null : await api(path, { body: { thumb } });
      onSaid(next && { thumb: next.thumb, comment: next.comment ?? null });
      setOpen(!again);
    } catch (error) {
      tell(error.message, "bad");
    }
  });
  return html`<span class="thumbs">
    ${CHOICES.map(
      ({ thumb, icon, label }) => html`<${Button} kind="quiet" small icon=${icon} label=${label} disabled=${busy}
        aria-pressed=${said?.thumb === thumb ? "true" : "false"} onClick=${() => run(thumb)} />`,
    )}
    ${open && html`<${Comment} path=${path} said=${said} onSaid=${onSaid} onClose=${() => setOpen(false)} />`}
  </span>`;
}

/** Words are text of the request, and kept only for keys whose holders consent to that. */
function Comment({ path, said, onSaid, onClose }) {
  const [text, setText] = useState(said?.comment ?? "");
  const { run, busy, error } = useAction(async () => {
    const next = await api(path, { body: { comment: text.trim() } });
    onSaid({ thumb: next.thumb, comment: next.comment ?? null });
    tell("Thank you; it is kept beside the record.");
    onClose();
  });
  if (!me()?.capture) return null;
  const submit = (event) => {
    event.preventDefault();
    if (text.trim()) run();
  };
  return html`<form class="comment" onSubmit=${submit}>
    <${Field} label="What was good or bad about it?" value=${text} onValue=${setText} maxlength="2000" autofocus error=${error?.message} />
    <div class="row"><${Button} small kind="primary" type="submit" busy=${busy} disabled=${!text.trim()}>Send<//>
    <${Button} small kind="quiet" onClick=${onClose}>Not now<//></div>
  </form>`;
}
