// The shell: who is in, where to go, and the view that was gone to.

import { href, usePlace } from "./router.js";
import { leave, may, recall, useSession } from "./session.js";
import { html, render, useEffect, useErrorBoundary, useState } from "./parts/html.js";
import { Button, Choice } from "./parts/controls.js";
import { Badge } from "./parts/figures.js";
import { Icon } from "./parts/icons.js";
import { Mark } from "./parts/mark.js";
import { Empty, Failure, Loading } from "./parts/states.js";
import { tell, Toast } from "./parts/toast.js";
import { chosenTheme, chooseTheme, THEMES } from "./parts/theme.js";
import { SignIn, SignInAgain } from "./views/signin.js";
import { VIEWS } from "./views/index.js";

function App() {
  const { phase, me } = useSession();
  const [error, setError] = useState(null);
  const begin = () => recall().then(() => setError(null), setError);
  useEffect(() => void begin(), []);
  if (error) return html`<main class="door" id="main"><${Failure} error=${error} retry=${begin} /></main>`;
  if (phase === "asking") return html`<main class="door" id="main"><${Loading} lines=${1} /></main>`;
  if (phase === "out") return html`<${SignIn} />`;
  return html`<${Shell} me=${me} />${phase === "lost" && html`<${SignInAgain} me=${me} />`}<${Toast} />`;
}

function Shell({ me }) {
  const { parts } = usePlace();
  const views = VIEWS.filter((view) => may(view.role));
  const here = parts[0] ?? views[0].place;
  const view = views.find((each) => each.place === here);
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [here]);
  return html`<div class="shell">
    <button class="skip" onClick=${skip}>Skip to content</button>
    <header class=${open ? "side open" : "side"}>
      <a class="brand" href=${href([])}><${Mark} /><span>Freehold</span></a>
      <${Button} kind="quiet" icon=${open ? "close" : "menu"} label=${open ? "Close the menu" : "Open the menu"} aria-expanded=${open}
        aria-controls="menu" onClick=${() => setOpen(!open)} />
      <div class="fold" id="menu">
        <nav aria-label="Views">${views.map(
          (each) => html`<a href=${href([each.place])} aria-current=${each.place === here ? "page" : undefined} onClick=${() => setOpen(false)}>
            <${Icon} name=${each.place} />${each.name}</a>`,
        )}</nav>
        <${Foot} me=${me} />
      </div>
    </header>
    <main id="main" tabindex="-1">${view
      ? html`<${View} key=${view.place} view=${view} />`
      : html`<${Nowhere} />`}</main>
  </div>`;
}

function Nowhere() {
  useEffect(() => {
    document.title = "Nothing here · Freehold";
  }, []);
  return html`<${Empty} title="There is nothing here"><p><a href=${href([])}>Back to the beginning</a></p><//>`;
}

function skip() {
  const main = document.getElementById("main");
  main.focus();
  main.scrollIntoView();
}

function Foot({ me }) {
  const [theme, setTheme] = useState(chosenTheme());
  const choose = (value) => {
    chooseTheme(value);
    setTheme(value);
  };
  return html`<div class="foot">
    <${Choice} label="Theme" options=${THEMES} value=${theme} onValue=${choose} iconsOnly />
    <div class="who">
      <span class="name" title=${me.name}>${me.name}</span><${Badge}>${me.role}<//>
      <${Button} kind="quiet" icon="out" label="Sign out" onClick=${() => leave().catch((error) => tell(error.message, "bad"))} />
    </div>
  </div>`;
}

// A view that cannot be fetched, or that breaks while it is drawn, leaves the shell standing.
function View({ view }) {
  const [loaded, setLoaded] = useState(null);
  const [error, setError] = useState(null);
  const [broken, mend] = useErrorBoundary((thrown) => console.error(thrown));
  const load = () => {
    setError(null);
    view.load().then((module) => setLoaded(() => module.default), setError);
  };
  useEffect(load, [view]);
  if (broken) return html`<${Failure} error=${{ message: `This view broke: ${broken.message}` }} retry=${mend} />`;
  if (error) return html`<${Failure} error=${{ message: `The view ${view.name} could not be fetched.` }} retry=${() => location.reload()} />`;
  return loaded ? html`<${loaded} />` : html`<${Loading} lines=${4} />`;
}

render(html`<${App} />`, document.getElementById("app"));
