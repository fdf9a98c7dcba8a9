// Line drawings of our own, on a grid of 24, coloured by the text they stand beside.

import { html } from "./html.js";

const PATHS = {
  overview: "M4 19V11M10 19V5M16 19v-9M21 19H3",
  requests: "M8 6h13M8 12h13M8 18h13M3.5 6h.01M3.5 12h.01M3.5 18h.01",
  playground: "M4 5h16v11H9l-5 4z",
  knowledge: "M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11",
  targets: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
  quality: "M4 20V9M10 20V4M16 20v-8M3 20h18M13 8l3 3 5-6",
  plan: "M4 4v16h16M7 16c5 0 4-9 12-9M7 8c4 0 5 7 12 7",
  keys: "M14.5 9.5a5 5 0 1 0-4.2 4.9L12 16h2v2h2v2h4v-3.5l-5.6-5.6c.1-.4.1-.9.1-1.4zM8 9h.01",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6 6 18",
  home: "M4 11.5 12 5l8 6.5M6.5 10v9h11v-9",
  away: "M14 5h5v5M19 5l-8 8M17 14v5H5V7h5",
  up: "M12 19V6M6.5 11.5 12 6l5.5 5.5",
  down: "M12 5v13M6.5 12.5 12 18l5.5-5.5",
  right: "M9 5l7 7-7 7",
  left: "M15 5l-7 7 7 7",
  check: "M5 12.5l4.5 4.5L19 7.5",
  warn: "M12 4 2.8 20h18.4zM12 10v4.5M12 17.4h.01",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  auto: "M4 5h16v11H4zM9 20h6M12 16v4",
  out: "M14 4H5v16h9M10 12h11M17.5 8.5 21 12l-3.5 3.5",
  plus: "M12 5v14M5 12h14",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5",
  thumbUp: "M7 11v9H4v-9zM7 11l4-7c1.5 0 2.4 1.2 2 2.7L12.3 10H18a2 2 0 0 1 2 2.4l-1.2 6A2 2 0 0 1 16.8 20H7",
  thumbDown: "M17 13V4h3v9zM17 13l-4 7c-1.5 0-2.4-1.2-2-2.7l.7-3.3H6a2 2 0 0 1-2-2.4l1.2-6A2 2 0 0 1 7.2 4H17",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  stop: "M7 7h10v10H7z",
  send: "M4 12 20 5l-5 15-3.5-6.5z",
  edit: "M4 20h4L19.5 8.5l-4-4L4 16zM13 7l4 4",
  refresh: "M20 11a8 8 0 1 0-1.5 6M20 5v6h-6",
  shield: "M12 3l8 3v6c0 4.5-3.4 7.8-8 9-4.6-1.2-8-4.5-8-9V6z",
  pause: "M8 5v14M16 5v14",
};

/** A drawing. It says nothing by itself: the words beside it, or the label of its button, do. */
export function Icon({ name, size = 18 }) {
  return html`<svg
    class="icon" viewBox="0 0 24 24" width=${size} height=${size} fill="none" stroke="currentColor" stroke-width="1.75"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"
  ><path d=${PATHS[name] ?? PATHS.info} /></svg>`;
}
