"""The style of an answer, counted in its Markdown.

What is counted is what the Chatbot Arena's style control counts (Li, Angelopoulos and Chiang 2024, "Does style
matter?"): headers, list items, words in bold, and the length, here in characters. What stands within a block of code is
no style of the answer's own, and adds to its length alone.
"""

from __future__ import annotations

import re

from freehold.evaluate.arena.model import Style

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_HEADER = re.compile(r"^ {0,3}#{1,6}[ \t]")
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
_BOLD = re.compile(r"\*\*[^*\n]+\*\*|__[^_\n]+__")


def style_of(text: str) -> Style:
    """Counts of a text's Markdown. Takes time linear in its length."""
    headers = lists = bold = 0
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark is not None and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence:
            headers += _HEADER.match(line) is not None
            lists += _ITEM.match(line) is not None
            bold += len(_BOLD.findall(line))
    return Style(len(text), headers, lists, bold)
