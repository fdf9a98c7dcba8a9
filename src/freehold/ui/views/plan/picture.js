// A drawing as wide as the room that it has.

import { html, useEffect, useRef, useState } from "../../parts/html.js";

const USUAL = 640;

/** `draw(width)`: the drawing's elements; `title` and `told`: what one would see, for whoever does not. */
export function Picture({ title, told, height, draw }) {
  const self = useRef(null);
  const [width, setWidth] = useState(USUAL);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(Math.max(200, Math.floor(entry.contentRect.width))));
    watch.observe(self.current);
    return () => watch.disconnect();
  }, []);
  const tall = typeof height === "function" ? height(width) : height;
  return html`<div class="picture" ref=${self}>
    <svg width=${width} height=${tall} viewBox="0 0 ${width} ${tall}" role="img" aria-label="${title}. ${told}">${draw(width, tall)}</svg>
  </div>`;
}

/** Lines and numbers of both axes. */
export function Grid({ field, x, y, showX, showY }) {
  return html`<g class="grid">
    ${y.ticks(6).map((tick) => html`<path d="M${field.left} ${y.place(tick)}H${field.right}" /><text x=${field.left - 8} y=${y.place(tick) + 4} text-anchor="end">${showY(tick)}</text>`)}
    ${x.ticks(Math.max(3, Math.floor((field.right - field.left) / 70))).map((tick) => html`<path d="M${x.place(tick)} ${field.bottom}v4" /><text x=${x.place(tick)} y=${field.bottom + 18} text-anchor="middle">${showX(tick)}</text>`)}
  </g>`;
}

/** Straight lines through points. */
export function through(points) {
  return points.map(([x, y], place) => `${place ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

/** The area between two lines. */
export function between(lower, upper) {
  return `${through(upper)}${through([...lower].reverse()).replace("M", "L")}Z`;
}
