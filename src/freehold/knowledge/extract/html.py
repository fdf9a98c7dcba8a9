"""HTML: its words in reading order, with headings, lists, tables and preformatted text as blocks."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from freehold.knowledge.extract.charset import decode
from freehold.knowledge.extract.draft import Draft, one_line
from freehold.knowledge.model import Extracted

_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "math", "iframe", "object", "nav", "button"})
"""What a reader of the page does not see as its text; menus are left out because they stand on every page."""
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BREAKING = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "html", "legend", "li", "main", "ol",
    "option", "p", "pre", "section", "select", "summary", "table", "td", "th", "tr", "ul", *_HEADINGS,
})  # fmt: skip
_PERMALINKS = frozenset("#¶§🔗")
"""What documentation puts beside a heading to link to it."""
_SPACE = re.compile(r"\s+")
_DEEPEST = 8
"""How many steps a list within lists is indented at most."""
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)""")
_HEAD_BYTES = 4096


def read_html(data: bytes, media_type: str, characters: int, declared: str | None = None) -> Extracted:
    """The page's text; its title is ``<title>``, else its first level-1 heading."""
    head = data[:_HEAD_BYTES]
    named = _CHARSET.search(head) or _XML_CHARSET.search(head)
    text, note = decode(data, declared or (named.group(1).decode("ascii") if named else None))
    draft = Draft(characters)
    if note:
        draft.note(note)
    page = _Page(draft)
    page.feed(text)
    page.close()
    page.finish()
    return draft.finish(media_type, title=page.title)


class _Page(HTMLParser):
    """Follows the tags. Inline text gathers until a tag that breaks the line hands it over to where it belongs."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self._draft = draft
        self._inline: list[str] = []
        self._unseen: list[str] = []
        self._in_title = False
        self._heading = 0
        self._link = 0
        """Where in the inline text the last link begins."""
        self._preformatted = 0
        self._list = _List()
        self._table = _Table()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unseen or tag in _UNSEEN:
            # A tag of its own kind within is counted, so that the outer one's end is known.
            if not self._unseen or tag == self._unseen[-1]:
                self._unseen.append(tag)
        elif tag == "title":
            self._in_title = not self.title
        elif tag == "br":
            self._inline.append("\n")
        elif tag == "a":
            self._link = len(self._inline)
        elif tag in _BREAKING:
            self._break()
            self._open(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            if tag == self._unseen[-1]:
                self._unseen.pop()
        elif tag == "title":
            self._in_title = False
        elif tag == "a" and self._heading and "".join(self._inline[self._link :]).strip() in _PERMALINKS:
            del self._inline[self._link :]
        elif tag in _BREAKING:
            self._break()
            self._close(tag)

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif not self._unseen:
            self._inline.append(data if self._preformatted else _SPACE.sub(" ", data))

    def finish(self) -> None:
        """Hand over what was left open at the end of the page."""
        self._break()
        if self._table.depth:
            self._table.depth = 1
            self._close("table")
        self._end_list()

    def _open(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag == "table":
            self._end_list()
            self._table.depth += 1
        elif self._table.depth:
            self._table.begin(tag)
        elif tag in {"ul", "ol"}:
            self._list.begin(attributes.get("start") if tag == "ol" else None, numbered=tag == "ol")
        elif tag == "li":
            self._list.item()
        elif tag in _HEADINGS:
            self._end_list()
            self._heading = _HEADINGS[tag]
        elif tag == "pre":
            self._end_list()
            self._preformatted += 1

    def _close(self, tag: str) -> None:
        if tag == "table" and self._table.depth:
            self._table.depth -= 1
            if not self._table.depth:
                self._draft.table(self._table.taken())
        elif self._table.depth:
            self._table.end(tag)
        elif tag in {"ul", "ol"} and self._list.end():
            self._end_list()
        elif tag in _HEADINGS:
            self._heading = 0
        elif tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)

    def _break(self) -> None:
        text, self._inline = "".join(self._inline), []
        if self._preformatted and not self._table.depth:
            self._draft.code(text)
            return
        lines = [line for line in map(one_line, text.split("\n")) if line]
        if not lines:
            return
        if self._table.depth:
            if not self._table.add(" ".join(lines)):
                self._draft.paragraph("\n".join(lines))
        elif self._heading:
            self._draft.heading(" ".join(lines), self._heading)
        elif self._list.depth:
            self._list.add(" ".join(lines))
        else:
            self._draft.paragraph("\n".join(lines))

    def _end_list(self) -> None:
        self._draft.items(self._list.taken())


class _List:
    """The lines of a list and of the lists within it."""

    def __init__(self) -> None:
        self._counters: list[int | None] = []
        self._mark = ""
        self._lines: list[str] = []

    @property
    def depth(self) -> int:
        return len(self._counters)

    def begin(self, start: str | None, *, numbered: bool) -> None:
        first = int(start) if start and start.isdecimal() and len(start) < 10 else 1
        self._counters.append(first if numbered else None)

    def item(self) -> None:
        if not self._counters:
            self._counters.append(None)
        number = self._counters[-1]
        self._mark = "- " if number is None else f"{number}. "
        if number is not None:
            self._counters[-1] = number + 1

    def add(self, text: str) -> None:
        """Add a line: the first of an item stands behind its mark, what follows is set below it."""
        mark, self._mark = self._mark or "  ", ""
        self._lines.append("  " * min(self.depth - 1, _DEEPEST) + mark + text)

    def end(self) -> bool:
        """End the innermost list; whether it was the last."""
        if self._counters:
            self._counters.pop()
        return not self._counters

    def taken(self) -> list[str]:
        lines, self._lines = self._lines, []
        return lines


class _Table:
    """The rows of a table. What stands in a table within a cell belongs to that cell."""

    def __init__(self) -> None:
        self.depth = 0
        self._rows: list[list[str]] = []
        self._in_cell = False

    def begin(self, tag: str) -> None:
        if self.depth != 1:
            return
        if tag == "tr":
            self._rows.append([])
            self._in_cell = False
        elif tag in {"td", "th"}:
            if not self._rows:
                self._rows.append([])
            self._rows[-1].append("")
            self._in_cell = True

    def end(self, tag: str) -> None:
        if self.depth == 1 and tag in {"td", "th", "tr"}:
            self._in_cell = False

    def add(self, text: str) -> bool:
        """Add to the open cell; false where there is none, as in a caption."""
        if self._in_cell:
            self._rows[-1][-1] = f"{self._rows[-1][-1]} {text}".strip()
        return self._in_cell

    def taken(self) -> list[list[str]]:
        rows, self._rows, self._in_cell = self._rows, [], False
        return rows
