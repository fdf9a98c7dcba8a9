// The door: a key goes in, and what to do without one.

import { enter } from "../session.js";
import { html, useState } from "../parts/html.js";
import { Button, Code, Field } from "../parts/controls.js";
import { Dialog } from "../parts/dialog.js";
import { Mark } from "../parts/mark.js";

/** The page before anyone is in. */
export function SignIn() {
  return html`<main class="door" id="main">
    <div class="leaf">
      <${Mark} size=${44} />
      <h1>Sign in to Freehold</h1>
      <p class="lead">What your stack did, what it cost, and what stayed home.</p>
      <${KeyForm} />
      <details>
        <summary>I have no key</summary>
        <p>The first start prints an admin key. On the machine that Freehold runs on, another is made with:</p>
        <${Code} text="freehold keys create --name me --admin" label="Copy the command" />
        <p>Elsewhere, ask whoever runs it: a key of any role may sign in, and sees what its role may see.</p>
      </details>
    </div>
  </main>`;
}

/** In front of whatever was open when the session ended: it stays as it is, and goes on. */
export function SignInAgain({ me }) {
  return html`<${Dialog} title="Sign in again" locked>
    <p>Your session has ended. What you have typed is still here; sign in as <b>${me?.name}</b> to go on.</p>
    <${KeyForm} />
  <//>`;
}

function KeyForm() {
  const [key, setKey] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    if (!key.trim()) return setError("Put your key in first.");
    setBusy(true);
    try {
      await enter(key.trim());
    } catch (thrown) {
      setError(said(thrown));
      setBusy(false);
    }
  };
  return html`<form onSubmit=${submit} novalidate>
    <input type="text" name="username" autocomplete="username" value="freehold" hidden readonly />
    <${Field} label="Key" type="password" name="key" autocomplete="current-password" autofocus spellcheck=${false}
      placeholder="fh-…" value=${key} onValue=${setKey} error=${error} />
    <${Button} kind="primary" type="submit" busy=${busy}>Sign in<//>
  </form>`;
}

function said(error) {
  if (error.status === 401) return "This key is not known here, has expired or was revoked.";
  if (error.status === 429) return `Too many tries; wait ${Math.ceil(error.retryAfter ?? 60)} seconds, then try again.`;
  return error.message;
}
