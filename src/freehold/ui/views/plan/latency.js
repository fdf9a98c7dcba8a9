// How long users wait, against the load, for each option that is a server of one's own.

import { html } from "../../parts/html.js";
import { Card } from "../../parts/page.js";
import { Grid, Picture, between, through } from "./picture.js";
import { number, seconds } from "./figures.js";
import { linear, logarithmic } from "./scale.js";

const HEIGHT = 220;

export function Latency({ plan, tone }) {
  const servers = plan.results.filter((each) => each.sizing?.loads.length);
  if (!servers.length) return null;
  return html`<${Card} title="How long users wait" note="simulated: the line is the median, the band holds 90 of 100 requests; hollow points miss the objectives">
    <div class="stack">${servers.map((each) => html`<section key=${each.name} class="stack" aria-label=${each.title}>
      <h3>${each.title}</h3>
      <div class="columns">
        <${Plot} name="Time to the first token" each=${each} times="ttft_s" limit=${plan.objective.ttft_s} tone=${tone(each.name)} />
        <${Plot} name="Time for each further token" each=${each} times="tpot_s" limit=${plan.objective.tpot_s} tone=${tone(each.name)} />
      </div>
    </section>`)}</div>
  <//>`;
}

function Plot({ name, each, times, limit, tone }) {
  const { loads, peak } = each.sizing;
  const draw = (width) => {
    const field = { left: 56, right: width - 10, top: 22, bottom: HEIGHT - 40 };
    const x = linear(loads.map((load) => load.requests_a_second), field.left, field.right, 1.02);
    const y = logarithmic([...loads.flatMap((load) => [load[times].low, load[times].high]), ...(limit ? [limit] : [])], field.bottom, field.top);
    const places = (end) => loads.map((load) => [x.place(load.requests_a_second), y.place(load[times][end])]);
    const busiest = peak && x.place(peak.requests_a_second);
    const late = busiest > (field.left + field.right) / 2;
    return html`
      <${Grid} field=${field} x=${x} y=${y} showX=${number} showY=${seconds} />
      <text class="axis" x=${(field.left + field.right) / 2} y=${HEIGHT - 4} text-anchor="middle">requests a second</text>
      ${peak && html`<path class="here" d="M${busiest} ${field.top - 4}V${field.bottom}" /><text class="here" x=${busiest + (late ? -4 : 4)} y=${field.top - 8} text-anchor=${late ? "end" : undefined}>the busiest hour</text>`}
      <path class="band ${tone}" d=${between(places("low"), places("high"))} />
      <path class="curve ${tone}" d=${through(places("value"))} />
      ${places("value").map(([left, top], place) => html`<circle class="dot ${tone} ${loads[place].holds ? "" : "hollow"}" cx=${left} cy=${top} r="3.5" />`)}
      ${limit && html`<path class="limit" d="M${field.left} ${y.place(limit)}H${field.right}" /><text class="limit" x=${field.left + 4} y=${y.place(limit) - 5}>may take ${seconds(limit)}</text>`}`;
  };
  return html`<figure><figcaption class="small faint">${name}</figcaption>
    <${Picture} title="${name}, ${each.title}" told=${told(loads, times, limit)} height=${HEIGHT} draw=${draw} /></figure>`;
}

function told(loads, times, limit) {
  const [first, last] = [loads[0], loads.at(-1)];
  const kept = loads.filter((load) => load.holds).map((load) => load.requests_a_second);
  const until = kept.length ? `The objectives hold up to ${number(Math.max(...kept))} requests a second.` : "They hold at no load.";
  const said = limit ? ` It may take ${seconds(limit)}. ${until}` : "";
  return `The median goes from ${seconds(first[times].value)} at ${number(first.requests_a_second)} requests a second to ${seconds(last[times].value)} at ${number(last.requests_a_second)}.${said}`;
}
