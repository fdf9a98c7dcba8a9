// Markdown as blocks: paragraphs, headings, lists, quotations, fenced code, tables and rules.

const FENCE = /^ {0,3}(`{3,}|~{3,})([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*)$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const QUOTE = /^ {0,3}>\s?(.*)$/;
const DIVIDES = /^:?-+:?$/;
const DEEPEST = 6;

/**
 * The blocks of a text, each with its `kind`: `p` and `h` (with `text`, and `level` of a heading), `code` (with `text`
 * and `language`), `list` (with `ordered`, `start` and `items`, each a list of blocks), `quote` (with `children`),
 * `table` (with `head` and `rows` of texts) and `rule`. A fence that is not closed yet runs to the end. Takes time in proportion to the text, as inline.js does.
 */
export function blocks(text, depth = 0) {
  const lines = text.split(/\r\n?|\n/);
  const found = [];
  let at = 0;
  while (at < lines.length) {
    const [block, next] = depth < DEEPEST ? read(lines, at, depth) : paragraph(lines, at, () => false);
    if (block) found.push(block);
    at = next;
  }
  return found;
}

function read(lines, at, depth) {
  const line = lines[at];
  if (!line.trim()) return [null, at + 1];
  const fence = FENCE.exec(line);
  if (fence) return fenced(lines, at, fence);
  const heading = HEADING.exec(line);
  if (heading) return [{ kind: "h", level: heading[1].length, text: unclosed(heading[2].trim()) }, at + 1];
  if (RULE.test(line)) return [{ kind: "rule" }, at + 1];
  if (QUOTE.test(line)) return quotation(lines, at, depth);
  if (ITEM.test(line)) return list(lines, at, depth);
  if (beginsTable(lines, at)) return table(lines, at);
  return paragraph(lines, at, begins);
}

/** A heading without the signs that may close it: they stand apart, as those of `C#` do not. */
function unclosed(text) {
  let end = text.length;
  while (text[end - 1] === "#") end -= 1;
  return end === 0 || /\s/.test(text[end - 1]) ? text.slice(0, end).trimEnd() : text;
}

function fenced(lines, at, [, mark, language]) {
  const body = [];
  let next = at + 1;
  for (; next < lines.length; next += 1) {
    const found = FENCE.exec(lines[next]);
    if (found && found[1].startsWith(mark) && !found[2].trim()) break;
    body.push(lines[next]);
  }
  return [{ kind: "code", text: body.join("\n"), language: language.trim().split(/\s/)[0] }, next + 1];
}

function quotation(lines, at, depth) {
  const body = [];
  let next = at;
  for (let found; next < lines.length && (found = QUOTE.exec(lines[next])); next += 1) body.push(found[1]);
  return [{ kind: "quote", children: blocks(body.join("\n"), depth + 1) }, next];
}

function list(lines, at, depth) {
  const [, indent, mark] = ITEM.exec(lines[at]);
  const ordered = /\d/.test(mark);
  const items = [];
  let next = at;
  while (next < lines.length) {
    const found = ITEM.exec(lines[next]);
    if (!found || found[1].length > indent.length + 1 || /\d/.test(found[2]) !== ordered) break;
    if (found[1].length < indent.length) break;
    const body = [found[3]];
    const inner = found[1].length + 2;
    for (next += 1; next < lines.length && belongs(lines, next, inner); next += 1) {
      body.push(lines[next].replace(new RegExp(`^\\s{0,${inner + 1}}`), ""));
    }
    items.push(blocks(body.join("\n"), depth + 1));
    while (next < lines.length && !lines[next].trim() && ITEM.test(lines[next + 1] ?? "")) next += 1;
  }
  return [{ kind: "list", ordered, start: ordered ? parseInt(mark, 10) : null, items }, next];
}

/** Whether a line goes on with an item: it is indented below it, or is blank before one that is. */
function belongs(lines, at, inner) {
  const line = lines[at];
  if (line.trim()) return indentation(line) >= inner || (!begins(lines, at) && lines[at - 1].trim() !== "");
  const after = lines[at + 1];
  return after !== undefined && after.trim() !== "" && indentation(after) >= inner;
}

function indentation(line) {
  return line.length - line.trimStart().length;
}

function beginsTable(lines, at) {
  return lines[at].includes("|") && at + 1 < lines.length && lines[at + 1].includes("|") && cells(lines[at + 1]).every((cell) => DIVIDES.test(cell));
}

function table(lines, at) {
  const rows = [];
  let next = at + 2;
  for (; next < lines.length && lines[next].includes("|") && lines[next].trim(); next += 1) rows.push(cells(lines[next]));
  return [{ kind: "table", head: cells(lines[at]), rows }, next];
}

function cells(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/(^|[^\\])\|$/, "$1");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function begins(lines, at) {
  const line = lines[at];
  const block = [FENCE, HEADING, RULE, QUOTE, ITEM].some((shape) => shape.test(line));
  return block || beginsTable(lines, at);
}

function paragraph(lines, at, ends) {
  const body = [lines[at]];
  let next = at + 1;
  for (; next < lines.length && lines[next].trim() && !ends(lines, next); next += 1) body.push(lines[next]);
  return [{ kind: "p", text: body.map((line) => line.trim()).join("\n") }, next];
}
