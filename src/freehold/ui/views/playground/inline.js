// Markdown within a line, read into nodes: only what chat models write, and nothing that could run or load anything.

/** Citations stand in the text as this, an index into the answer's citations, and `CITED_END`; see marks.js. */
export const CITED = "\uE000";
export const CITED_END = "\uE001";

const LONGEST_SPAN = 2000;
const LONGEST_NAME = 500;
const DEEPEST = 6;
const SPECIAL = /[\\`*_~[!<h\n\uE000]/g;
const ESCAPED = /[!-/:-@[-`{-~]/;
const BARE = /https?:\/\/[^\s<>"'`\uE000\uE001]{1,2000}/y;
const ANGLED = /<(https?:\/\/[^\s<>]{1,2000})>/y;
const CITATION = /\uE000(\d{1,6})\uE001/y;
const TRAILING = /[.,;:!?)\]}*_]+$/;

/**
 * The nodes of a text: strings, and objects whose `kind` is `code` (with `text`), `strong`, `em` or `struck` (with
 * `children`), `link` (with `href` and `children`), `cite` (with `index`) or `break`. Takes time in proportion to the
 * text, whatever stands in it, since an answer is read again as it comes.
 */
export function inline(text, depth = 0) {
  const nodes = [];
  let plain = "";
  let at = 0;
  const put = (node, end) => {
    if (plain) nodes.push(plain);
    plain = "";
    nodes.push(node);
    at = end;
  };
  while (at < text.length) {
    const next = special(text, at);
    plain += text.slice(at, next);
    at = next;
    if (at >= text.length) break;
    const found = depth < DEEPEST ? token(text, at, depth) : null;
    if (found && typeof found.node === "string") {
      plain += found.node;
      at = found.end;
    } else if (found) {
      put(found.node, found.end);
    } else {
      plain += text[at];
      at += 1;
    }
  }
  if (plain) nodes.push(plain);
  return nodes;
}

function special(text, from) {
  SPECIAL.lastIndex = from;
  return SPECIAL.exec(text)?.index ?? text.length;
}

function token(text, at, depth) {
  switch (text[at]) {
    case "\\":
      return ESCAPED.test(text[at + 1] ?? "") ? { node: text[at + 1], end: at + 2 } : null;
    case "`":
      return code(text, at);
    case "*":
    case "_":
      return stressed(text, at, depth);
    case "~":
      return text[at + 1] === "~" ? enclosed(text, at, "~~", "struck", depth) : null;
    case "!":
      return text[at + 1] === "[" ? link(text, at + 1, depth, "image: ") : null;
    case "[":
      return link(text, at, depth);
    case "<":
      return angled(text, at);
    case "h":
      return bare(text, at);
    case "\n":
      return { node: { kind: "break" }, end: at + 1 };
    default:
      return citation(text, at);
  }
}

function code(text, at) {
  let ticks = at;
  while (text[ticks] === "`") ticks += 1;
  const fence = text.slice(at, ticks);
  const within = text.slice(ticks, ticks + LONGEST_SPAN);
  for (let close = within.indexOf(fence); close >= 0; close = within.indexOf(fence, close + 1)) {
    if (within[close + fence.length] === "`" || within[close - 1] === "`") continue;
    const inner = within.slice(0, close);
    const padded = inner.length > 2 && inner.startsWith(" ") && inner.endsWith(" ");
    return { node: { kind: "code", text: padded ? inner.slice(1, -1) : inner }, end: ticks + close + fence.length };
  }
  return { node: fence, end: ticks };
}

function stressed(text, at, depth) {
  const mark = text[at];
  if (text[at + 1] === mark) {
    return enclosed(text, at, mark + mark, "strong", depth) ?? { node: mark + mark, end: at + 2 };
  }
  return enclosed(text, at, mark, "em", depth);
}

function enclosed(text, at, mark, kind, depth) {
  const start = at + mark.length;
  if (!text[start] || /\s/.test(text[start])) return null;
  if (mark[0] === "_" && isWord(text[at - 1])) return null;
  const within = text.slice(start, start + LONGEST_SPAN);
  for (let close = within.indexOf(mark); close >= 0; close = within.indexOf(mark, close + 1)) {
    const after = within[close + mark.length];
    const doubled = mark.length === 1 && (after === mark || within[close - 1] === mark);
    const inWord = mark[0] === "_" && isWord(after);
    if (close === 0 || doubled || inWord || /[\s\\]/.test(within[close - 1])) continue;
    const children = inline(within.slice(0, close), depth + 1);
    return { node: { kind, children }, end: start + close + mark.length };
  }
  return null;
}

function isWord(char) {
  return char !== undefined && /[\p{L}\p{N}]/u.test(char);
}

function link(text, at, depth, prefix = "") {
  const name = text.slice(at + 1, at + 1 + LONGEST_NAME);
  const close = name.indexOf("](");
  if (close < 0) return null;
  const from = at + 1 + close + 2;
  const rest = text.slice(from, from + LONGEST_SPAN);
  const end = closing(rest);
  if (end < 0) return null;
  const href = safe(rest.slice(0, end).trim().split(/\s/)[0].replace(/^<|>$/g, ""));
  const children = [prefix, ...inline(name.slice(0, close), depth + 1)].filter(Boolean);
  const node = href ? { kind: "link", href, children } : { kind: "span", children };
  return { node, end: from + end + 1 };
}

/** Where the bracket that closes an address stands: addresses hold pairs of brackets of their own. */
function closing(text) {
  let open = 0;
  for (let at = 0; at < text.length && text[at] !== "\n"; at += 1) {
    if (text[at] === "(") open += 1;
    if (text[at] === ")" && open-- === 0) return at;
  }
  return -1;
}

function angled(text, at) {
  ANGLED.lastIndex = at;
  const found = ANGLED.exec(text);
  const href = found && safe(found[1]);
  return href ? { node: { kind: "link", href, children: [found[1]] }, end: at + found[0].length } : null;
}

function bare(text, at) {
  if (isWord(text[at - 1])) return null;
  BARE.lastIndex = at;
  const found = BARE.exec(text)?.[0].replace(TRAILING, "");
  const href = found && safe(found);
  return href ? { node: { kind: "link", href, children: [found] }, end: at + found.length } : null;
}

function citation(text, at) {
  CITATION.lastIndex = at;
  const found = CITATION.exec(text);
  return found ? { node: { kind: "cite", index: Number(found[1]) }, end: at + found[0].length } : null;
}

/** An address that may be followed: http or https to a host, with no user name to pass for one; else `null`. */
export function safe(text) {
  let url;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  const web = url.protocol === "https:" || url.protocol === "http:";
  return web && url.hostname && !url.username && !url.password ? url.href : null;
}
