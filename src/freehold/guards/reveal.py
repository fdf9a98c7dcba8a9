"""The texts that a text may be meant as: folded, unescaped, spelled out, decoded.

Whoever wants a number past a guard writes it so that a model still reads it and a pattern does not. So what is looked
at is not one text but several layers: characters as they look (`lookalikes`), escapes undone (percent-encoding, HTML
entities, the backslashes of JSON), letters put together that stand singly, and base64 and hexadecimal digits decoded.
What comes of a layer is looked at in the same way, `DEPTH` deep. Each has the way back to the original's characters.

A text with nothing of this costs two searches for patterns. All of it is linear: a layer holds what was changed and a
bounded stretch around it, and all together are bounded by `volume`.
"""

from __future__ import annotations

import binascii
import codecs
import html
import re
import string
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from freehold.guards.glance import LETTERS, Runs, flat, marking, others
from freehold.guards.layers import Edit, Layer
from freehold.guards.lookalikes import folded, is_hidden, spelled
from freehold.guards.regrouped import regrouped
from freehold.guards.utf16 import utf16

DEPTH = 3
"""Layers upon one another. What is still escaped or encoded in the last is told as unread."""

_HARMLESS = re.compile("[\\t\\n\\r -~¡-¬®±´-¸»-ÿŒœŠšŸŽž‘-”„…€•Ā-ľŁ-ň]*")
"""ASCII and what the Latin scripts of Europe add to it, typographers' quotes among it: nothing here is folded."""
_PRINTED = "".join(map(chr, (*b"\t\n\r", *range(0x20, 0x7F)))).encode()
"""Of those, ASCII."""
_ESCAPE = re.compile(
    r"(?:%[0-9A-Fa-f]{2})+"
    r"|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
    r"|(?:\\u[0-9A-Fa-f]{4})+"
    r"|\\(?:u\{[0-9A-Fa-f]{1,6}\}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[\"'\\/bfnrt])"
)
_PLAIN_ESCAPES = {"b": "", "f": " ", "n": "\n", "r": "\r", "t": "\t"}
_BARE = frozenset(" \n\r\t\"'/")
"""What only parts or encloses: escapes of these alone hide nothing."""
_GAP = r"(?:[ \t]{1,3}|\r?\n|[.\-_,|/*:·•])"
_MAY_BE_SPELLED = re.compile(r"[ \t\n.\-_,|/*:·•]\S[ \t\r\n.\-_,|/*:·•]{1,3}\S[ \t\r\n.\-_,|/*:·•]")
_GAPS = marking("".join(map(chr, others(" \t\r\n.-_,|/*:·"))))
_SINGLY = re.compile(rb" x {1,3}x ")
_SINGLY_BY_MARKS = re.compile(rb"   (?:x |  |(?<= x   ))")
"""Where all gaps are blanks, what may be spelled is one of these: two letters, or marks that are gaps themselves."""
_WIDE_GAP = r"[ \t\r\n.\-_,|/*:·•]{1,3}"
"""Between digits, where a separator cannot be meant for itself."""
_SPELLED_DIGITS = re.compile(rf"[0-9](?<![A-Za-z0-9].)(?:{_WIDE_GAP}[0-9]){{6,}}(?![A-Za-z0-9])", re.DOTALL)
_SPELLED = re.compile(rf"\S(?<![A-Za-z0-9].)(?:{_GAP}\S){{6,}}(?![A-Za-z0-9])", re.DOTALL)
_UNIT = re.compile(rf"\S{_GAP}")
_UNIT_OF_DIGITS = re.compile(rf"[0-9]{_WIDE_GAP}")
_WORDS_OF_ONE = frozenset("aAI")
_SHORTEST = 12
_SHORTEST_HIDDEN = 7
_RUN = re.compile(rf"[A-Za-z0-9+/_-]{{{_SHORTEST},}}={{0,2}}")
_RUNS = Runs(LETTERS + "+/_-", _SHORTEST)
_NEXT_LINE = re.compile(r"[ \t]*\r?\n[ \t>|]*([A-Za-z0-9+/_-]{4,}={0,2})")
_GROWS = re.compile(r"[\w/.+-]")
_WRAPPED = 40
"""A run shorter than this is no line of wrapped base64."""
_BEGINNING = 64
"""Characters of a run that tell whether it may be of text: 48 bytes."""
_SAFE_TO_STANDARD = str.maketrans("-_", "+/")
_PRINTABLE = string.printable.encode()


def volume(length: int) -> int:
    """Characters that the layers of a text of this length may have together."""
    return 4 * length + 20_000


def reveal(text: str) -> tuple[list[Layer], bool]:
    """The layers of a text, and whether there are more of them than were made.

    The first is the text itself, with its dashes, blanks and other marks as those of ASCII.
    """
    if _is_plain(text):
        return [Layer(text)], False
    base = _with_plain_marks(Layer(text))
    layers = [base]
    waiting = deque([(base, DEPTH)])
    left = volume(len(text))
    while waiting:
        below, depth = waiting.popleft()
        # Nothing more is revealed of these, so that they add no more than the length of what they are made of.
        layers.extend(_edited(below, regrouped(below.text)))
        try:
            if depth == 0:
                if _is_encoded(below.text):
                    return layers, True
                continue
            for layer in _made_of(below):
                left -= len(layer.text)
                if left < 0:
                    return layers, True
                layers.append(layer)
                waiting.append((layer, depth - 1))
        except _TooMuch:
            return layers, True
    return layers, False


def _is_plain(text: str) -> bool:
    """Whether there can be nothing to reveal, as in most texts, told as cheaply as can be."""
    if "%" in text or "&" in text or "\\" in text:
        return False
    letters = flat(text)
    return (
        all(_says_itself(text[start:end]) for start, end in _RUNS.spans(letters))
        and not _may_be_spelled(text, letters)
        and not _odd(text)
        and next(regrouped(text), None) is None
    )


def _says_itself(run: str) -> bool:
    """Whether a run encodes nothing: a long word, mostly."""
    return _is_word(run) or (len(run) < _WRAPPED and run.isalnum() and _decoded(run) is None)


def _may_be_spelled(text: str, letters: bytes) -> bool:
    """Whether something of the text may be spelled out."""
    gaps = letters.translate(_GAPS)
    if "•" not in text and _SINGLY.search(gaps) is None and _SINGLY_BY_MARKS.search(gaps) is None:
        return False
    return _MAY_BE_SPELLED.search(text) is not None


def _odd(text: str) -> dict[str, str]:
    """The characters of a text that are read as something else, and as what."""
    if (not text.encode().translate(None, _PRINTED)) if text.isascii() else _HARMLESS.fullmatch(text):
        return {}
    return {odd: plain for odd in set(text) if (plain := folded(odd)) != odd}


def _with_plain_marks(layer: Layer) -> Layer:
    """The text with a mark for each mark, where it needs no more: then nothing is lost by reading that alone."""
    changed = _odd(layer.text)
    if changed and all(len(plain) == 1 and not odd.isalnum() for odd, plain in changed.items()):
        return layer.folded(changed)
    return layer


def _made_of(below: Layer) -> Iterator[Layer]:
    if changed := _odd(below.text):
        if any(map(is_hidden, changed)):
            yield from _edited(below, _hidden(below.text))
        # What else there is to reveal is revealed of this layer.
        yield below.folded(changed)
        return
    text = below.text
    if "%" in text or "&" in text or "\\" in text:
        yield from _edited(below, _escaped(text))
    if _MAY_BE_SPELLED.search(text):
        digits = [match.span() for match in _SPELLED_DIGITS.finditer(text)]
        yield from _edited(below, _together(text, digits, _UNIT_OF_DIGITS))
        spelled_out = [match.span() for match in _SPELLED.finditer(text)]
        yield from _edited(below, _together(text, spelled_out, _UNIT))
        trimmed = [_without_words(text, *span) for span in spelled_out]
        if trimmed != spelled_out:
            yield from _edited(below, _together(text, trimmed, _UNIT))
    yield from _edited(below, _encoded(text))


def _is_encoded(text: str) -> bool:
    """Whether there is more to reveal of a text of which no more is revealed; raises `_TooMuch`."""
    return any(edit.new not in _BARE for edit in _escaped(text)) or next(_encoded(text), None) is not None


def _edited(below: Layer, edits: Iterator[Edit]) -> Iterator[Layer]:
    found = list(edits)
    if found:
        yield below.edited(found)


def _hidden(text: str) -> Iterator[Edit]:
    start = None
    for at, character in enumerate([*text, ""]):
        if character and is_hidden(character):
            start = at if start is None else start
        elif start is not None:
            # Fewer belong to an emoji.
            if at - start >= _SHORTEST_HIDDEN:
                yield Edit(start, at, f"\n{spelled(text[start:at])}\n")
            start = None


def _escaped(text: str) -> Iterator[Edit]:
    for match in _ESCAPE.finditer(text):
        new = _unescaped(match[0])
        if new != match[0]:
            yield Edit(match.start(), match.end(), new)


def _unescaped(escape: str) -> str:
    if escape[0] == "%":
        return bytes.fromhex(escape.replace("%", "")).decode("utf-8", "replace")
    if escape[0] == "&":
        return html.unescape(escape)
    if len(escape) == 2:
        return _PLAIN_ESCAPES.get(escape[1], escape[1])
    if escape.startswith("\\u") and escape[2] != "{":
        return bytes.fromhex(escape.replace("\\u", "")).decode("utf-16-be", "replace")
    code = int(escape[2:].strip("{}"), 16)
    return chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else ""


def _together(text: str, spans: Iterable[tuple[int, int]], unit: re.Pattern[str]) -> Iterator[Edit]:
    """Nothing in place of what stands between characters that stand singly."""
    for start, end in spans:
        for each in unit.finditer(text, start, end - 1):
            yield Edit(each.start() + 1, each.end(), "")


def _without_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A run without the words of one letter that may only stand beside it: "is a 4 1 1 ..."."""
    if text[start] in _WORDS_OF_ONE and text[start + 1] == " ":
        start += 2
    if text[end - 1] in _WORDS_OF_ONE and text[end - 2] == " ":
        end -= 2
    return start, end


def _encoded(text: str) -> Iterator[Edit]:
    """What is encoded in the text; raises `_TooMuch`."""
    at = 0
    wrapped = _Wrapped(text)
    while match := _RUN.search(text, at):
        at = match.end()
        run = match[0]
        if _is_word(run):
            continue
        for end, joined in wrapped.ways(match):
            if (plain := _decoded(joined)) is not None:
                yield _apart(text, match.start(), end, plain)
                at = end
                break
        else:
            yield from _encoded_parts(text, run, match.start())


def _is_word(run: str) -> bool:
    return run.islower() and (run.isalpha() or not any(map(str.isdigit, run)))


class _TooMuch(Exception):
    """More lines look like the beginning of a text in base64, and are none, than are decoded."""


class _Wrapped:
    """Runs with the lines that follow them. Each line is read once, however many runs begin before it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._left = volume(len(text))
        """Characters that may yet be put together."""
        self._lines: list[re.Match[str]] = []
        self._ends: list[int] = []

    def ways(self, run: re.Match[str]) -> Iterator[tuple[int, str]]:
        """Where a run may end, and what it is up to there: with all lines that follow, without the last, and alone.

        The last may be words that have nothing to do with it. Raises `_TooMuch`.
        """
        if len(run[0]) >= _WRAPPED:
            first = self._read(run)
            most = len(self._lines)
            if first < most and _may_be_text(run[0][:_BEGINNING]):
                for last in (most, most - 1)[: most - first]:
                    joined = run[0] + "".join(line[1] for line in islice(self._lines, first, last))
                    self._left -= len(joined)
                    if self._left < 0:
                        raise _TooMuch
                    yield run.end() if last == first else self._ends[last - 1], joined
        yield run.end(), run[0]

    def _read(self, run: re.Match[str]) -> int:
        """The number of the first line behind a run."""
        at = bisect_left(self._ends, run.end())
        if at < len(self._ends) and self._lines[at].span(1) == run.span():
            return at + 1
        self._lines, self._ends, end, text = [], [], run.end(), run[0]
        while text[-1] != "=" and (line := _NEXT_LINE.match(self._text, end)):
            end, text = line.end(), line[1]
            self._lines.append(line)
            self._ends.append(end)
        return 0


def _may_be_text(run: str) -> bool:
    """Whether the beginning of a run is that of something readable, and not of an image or a key."""
    if all(letter in string.hexdigits for letter in run):
        return True
    run = run.translate(_SAFE_TO_STANDARD)
    content = binascii.a2b_base64(run[: len(run) - len(run) % 4])
    if utf16(content) is not None or len(content.translate(None, _PRINTABLE)) * 3 <= len(content):
        return True
    try:
        codecs.utf_8_decode(content, "strict", False)
    except UnicodeDecodeError:
        return False
    return True


def _encoded_parts(text: str, run: str, start: int) -> Iterator[Edit]:
    """What is encoded between slashes, dashes and low lines, as it stands in an address."""
    if "/" in run or "-" in run or "_" in run:
        for part in re.finditer(rf"[A-Za-z0-9+]{{{_SHORTEST},}}={{0,2}}", run):
            if part[0] != run and (plain := _decoded(part[0])) is not None:
                yield _apart(text, start + part.start(), start + part.end(), plain)


def _apart(text: str, start: int, end: int, plain: str) -> Edit:
    """What was decoded, with a blank where it would otherwise grow together with what stands beside it."""
    before = " " if _GROWS.match(text[start - 1 : start]) else ""
    after = " " if _GROWS.match(text[end : end + 1]) else ""
    return Edit(start, end, f"{before}{plain}{after}")


def _decoded(run: str) -> str | None:
    """What base64 of either alphabet, or hexadecimal digits, say; `None` where that is no text."""
    bare = run.rstrip("=")
    candidates = []
    if len(bare) % 2 == 0 and all(letter in string.hexdigits for letter in bare):
        candidates.append(bytes.fromhex(bare))
    bare = bare.translate(_SAFE_TO_STANDARD)
    bare = bare[: len(bare) - (len(bare) % 4 == 1)]
    candidates.append(binascii.a2b_base64(bare + "=" * (-len(bare) % 4)))
    for content in candidates:
        if (wide := utf16(content)) is not None:
            return wide
        odd = len(content.translate(None, _PRINTABLE))
        if odd * 10 <= len(content):
            return content.decode("utf-8", "replace")
        try:
            plain = content.decode()
        except UnicodeDecodeError:
            continue
        if plain.isprintable():
            return plain
    return None
