"""Code blocks of a Markdown page, and how what a command printed is compared with what the page says it prints."""

from __future__ import annotations

import re
from dataclasses import dataclass

WILDCARD = "..."

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[\w-]*) *(?P<file>[\w.-]*)[^\n]*$")
_NOT_RUN = re.compile(r"^ *<!-- not run: (?P<reason>.*\S) *-->$")


@dataclass(frozen=True)
class Block:
    """One fenced block. `line` is that of its first line of text, counted from 1."""

    language: str
    text: str
    line: int
    not_run: str | None = None
    """Why the block is only to be read, where the page says so in a comment before it."""
    file: str | None = None
    """The file that the block is the text of, where the fence names one after the language."""


@dataclass(frozen=True)
class Step:
    """One command of a console block, and what the page says it prints."""

    command: str
    expected: tuple[str, ...]
    line: int


def blocks(page: str) -> list[Block]:
    """The fenced blocks of `page`, in order. Raises `ValueError` for a fence that is never closed."""
    found: list[Block] = []
    lines = page.splitlines()
    reason: str | None = None
    number = 0
    while number < len(lines):
        fence = _FENCE.match(lines[number])
        if fence is None:
            comment = _NOT_RUN.match(lines[number])
            # The comment may be parted from its block by empty lines, and by nothing else.
            reason = comment["reason"] if comment else reason if not lines[number].strip() else None
            number += 1
            continue
        indent, begin = len(fence["indent"]), number + 1
        end = next((n for n in range(begin, len(lines)) if lines[n].strip() == "```"), None)
        if end is None:
            raise ValueError(f"line {number + 1}: this block is never closed")
        text = "".join(line[indent:] + "\n" for line in lines[begin:end])
        found.append(Block(fence["language"], text, begin + 1, reason, fence["file"] or None))
        reason, number = None, end + 1
    return found


def steps(block: Block) -> list[Step]:
    r"""The commands of a console block. A command goes on over lines that end in ``\``, or begin with ``> ``."""
    found: list[Step] = []
    for number, line in enumerate(block.text.splitlines(), block.line):
        if line.startswith("$ "):
            found.append(Step(line[2:], (), number))
        elif not found:
            raise ValueError(f"line {number}: a console block begins with a command, after `$ `")
        elif not found[-1].expected and (found[-1].command.endswith("\\") or line.startswith("> ")):
            last = found.pop()
            found.append(Step(last.command + "\n" + line.removeprefix("> "), (), last.line))
        else:
            last = found.pop()
            found.append(Step(last.command, (*last.expected, line), last.line))
    return found


def matches(expected: tuple[str, ...], printed: str) -> bool:
    """Whether `printed` is what the page says.

    ``...`` within a line stands for anything within that line; a line that is only ``...`` for any number of lines.
    Space at the ends of lines, and empty lines at the end, do not count.
    """
    lines = [line.rstrip() for line in expected]
    while lines and not lines[-1]:
        lines.pop()
    pattern = "".join(_line_pattern(line) for line in lines)
    text = "".join(line.rstrip() + "\n" for line in printed.rstrip().splitlines())
    return re.fullmatch(pattern, text) is not None


def _line_pattern(line: str) -> str:
    if line.strip() == WILDCARD:
        return r"(?:[^\n]*\n)*"
    return r"[^\n]*".join(re.escape(part) for part in line.split(WILDCARD)) + r"\n"
