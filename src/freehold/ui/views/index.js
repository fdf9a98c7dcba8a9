// What the page has, in the order of its navigation. A view is fetched when it is first opened.

/** `role`: the least that sees it; `place`: what stands first in its address. */
export const VIEWS = [
  { place: "overview", name: "Overview", role: "user", load: () => import("./overview.js") },
  { place: "requests", name: "Requests", role: "user", load: () => import("./requests.js") },
  { place: "playground", name: "Playground", role: "user", load: () => import("./playground.js") },
  { place: "knowledge", name: "Knowledge", role: "user", load: () => import("./knowledge.js") },
  { place: "targets", name: "Targets and routes", role: "user", load: () => import("./targets.js") },
  { place: "quality", name: "Quality", role: "viewer", load: () => import("./quality.js") },
  { place: "plan", name: "Plan", role: "operator", load: () => import("./plan.js") },
  { place: "keys", name: "Keys and budgets", role: "user", load: () => import("./keys.js") },
];
