"""Answers from numbered passages by quotation: which sentences, of which passage, with the commands that follow them.

Titles and headings are context for the sentences under them, and never quoted. A question how to do something is best
answered by sentences that lead to code blocks, and the blocks go with them; there the headings count as part of the
sentence, since they say what is done, and the code is its context.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from freehold.core.passage import Passage
from freehold.engines.extract import MOST_SENTENCES, Sentence, choose, choose_step, summarise_places
from freehold.engines.language import blocks, language_of, split_sentences, terms

ENOUGH = 0.5
"""The share of a question's weight that a sentence and its passage must meet, each counting half, else the passages are
said not to hold the answer. `benchmarks.knowledge.answering` shows what other values do."""

_SAMPLE = 4000
_MOST_STEPS = 3
"""Code blocks of the page that tells how to do it; they are steps that belong together."""
_LONGEST_CODE = 1500
"""Characters of a code block that is quoted; longer ones are cut at a line."""
_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}\1[`~]*[^\S\n]*$|\Z)", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^ {0,3}#{1,6}[^\S\n]+(.*)$", re.MULTILINE)
_LINK = re.compile(r"\W*\[[^\]]*\]\([^)]*\)\W*")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_RULE = re.compile(r"^[ |:\-]*-{3}[ |:\-]*$", re.MULTILINE)
_ROW = re.compile(r"^\|?[^\S\n]*(\S.*? \| .*?)[^\S\n]*\|?[^\S\n]*$", re.MULTILINE)
_CELLS = " | "
"""What parts the cells of a row in an extracted text."""
_NUMBERED = re.compile(
    r"(`+[^`\n]*`+)|(?<!\b[a-z])[\[【［](\s*(?:passages?\s+)?\^?\s*\d{1,3}[\d\s,;，、^–—-]*(?:†[^\]】］]{0,24})?)[\]】］](?!\()",
    re.IGNORECASE,
)
"""Code in a line, or a number in brackets such as those of a text's own references; ``a[1]`` and links are none."""
_TO_DO = re.compile(
    r"\bhow (?:do|can|should|would|might) (?:i|we|you|one)\b|\bhow to\b|\b(?:what|which) (?:command|setting|option)s?\b"
    r"|\bwie (?:kann|füge|richte|mache|setze|starte|installiere|bekomme|erstelle|ändere|lösche)\b"
    r"|\bcomment (?:faire|puis-je|peut-on|ajouter|installer)\b|\bcómo (?:puedo|se|hago|añado|instalo)\b",
    re.IGNORECASE,
)


class Quote(msgspec.Struct, frozen=True):
    """A sentence of the passage of that number, and the code block that follows it there, if it is wanted."""

    number: int
    text: str
    code: str = ""


def quote(question: str, passages: Sequence[Passage], *, most: int = 2, enough: float = ENOUGH) -> list[Quote]:
    """The quotations that answer the question, in the passages' order, steps in their page's; none without an answer.

    `enough`: see `ENOUGH`.
    """
    if _TO_DO.search(question):
        steps = [
            msgspec.structs.replace(
                each, terms=(*each.terms, *sorted(each.context)), context=frozenset(terms(each.code, "en"))
            )
            for each in read_passages(_by_page(passages))
            if each.code
        ]
        first = choose_step(question, steps, enough=enough)
        if first is not None:
            page = {each.number: each.place.document for each in passages}
            following = [step for step in steps[first:] if page[step.source] == page[steps[first].source]]
            return [_quoted(step, code=True) for step in following[:_MOST_STEPS]]
    sentences = read_passages(passages)
    return [_quoted(sentences[place], code=False) for place in choose(question, sentences, most=most, enough=enough)]


def _by_page(passages: Sequence[Passage]) -> list[Passage]:
    """The passages with those of a page together, as they stand on it; the page of the best one first.

    A page tells its steps in the order in which they are taken, whichever of them was found best.
    """
    best: dict[str, int] = {}
    for rank, passage in enumerate(passages):
        best.setdefault(passage.place.document, rank)
    return sorted(passages, key=lambda passage: (best[passage.place.document], passage.place.start))


def summary(passages: Sequence[Passage], count: int | None, words: int | None) -> list[Quote]:
    """The sentences that say most of the passages, as `extract.summarise` chooses them."""
    sentences = read_passages(passages)
    return [_quoted(sentences[place], code=False) for place in summarise_places(sentences, count, words=words)]


def say(quotes: Sequence[Quote], *, bullets: bool = False) -> list[str]:
    """The quotations as pieces of an answer, each with its marker; joined as they are, they are the answer."""
    said = [_said(each, bullets=bullets) for each in quotes]
    pieces = said[:1]
    for (before, _), (_, piece) in pairwise(zip(quotes, said, strict=True)):
        pieces.append(("\n\n" if before.code else "\n" if bullets else " ") + piece)
    return pieces


def _said(each: Quote, *, bullets: bool) -> str:
    # In parentheses, a number of the text's own is not taken for a citation, neither by people nor by programs.
    text = _NUMBERED.sub(lambda match: match[1] or f"({match[2]})", each.text)
    line = f"{'- ' if bullets else ''}{text} [{each.number}]"
    return f"{line}\n\n{each.code}" if each.code else line


def read_passages(passages: Sequence[Passage]) -> list[Sentence]:
    """The sentences of the passages, in order, under their titles and headings; code blocks hang on what leads to them.

    A sentence that two passages hold is read once.
    """
    language = language_of(" ".join(passage.text for passage in passages)[:_SAMPLE])
    found: list[Sentence] = []
    seen: set[str] = set()
    paragraph = 0
    for passage in passages:
        context = frozenset(terms(" ".join((passage.place.title, *passage.place.heading)), language))
        for prose, code in _segments(passage.text):
            start = len(found)
            context |= frozenset(terms(" ".join(_HEADING.findall(prose)), language))
            for block, header in _headed(blocks(_plain(prose))):
                row = _CELLS in block
                near = context.union(terms(header, language))
                for number, text in enumerate([block] if row else split_sentences(block)):
                    if text not in seen and not _LINK.fullmatch(text) and len(found) < MOST_SENTENCES:
                        words = tuple(terms(text, language))
                        found.append(Sentence(text, paragraph, number, words, passage.number, near, row=row))
                        seen.add(text)
                paragraph += 1
            if code and len(found) > start:
                found[-1] = msgspec.structs.replace(found[-1], code=code)
    return found


def _segments(text: str) -> Iterator[tuple[str, str]]:
    """Prose, each with the code block that ends it; the last one without."""
    start = 0
    for match in _FENCED.finditer(text):
        yield text[start : match.start()], _shortened(match[0].strip("\n"), match[1])
        start = match.end()
    yield text[start:], ""


def _headed(found: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each block, and for the row of a table its first row, which is no block itself if it names the columns."""
    header = ""
    for place, block in enumerate(found):
        if _CELLS not in block:
            header = ""
        elif not place or _CELLS not in found[place - 1]:
            # Names of columns hold no figures; and a single row names nothing.
            names = not re.search(r"\d", block) and _CELLS in "".join(found[place + 1 : place + 2])
            header = block if names else ""
            if names:
                continue
        yield block, header


def _plain(prose: str) -> str:
    """Markdown's prose without what nobody would quote: headings and comments; each row of a table by itself."""
    return _ROW.sub(r"\n\1\n", _RULE.sub("", _HEADING.sub("", _COMMENT.sub("", prose))))


def _shortened(code: str, fence: str) -> str:
    if len(code) <= _LONGEST_CODE:
        return code
    kept, _, _ = code[:_LONGEST_CODE].rpartition("\n")
    return f"{kept}\n{fence}"


def _quoted(sentence: Sentence, *, code: bool) -> Quote:
    return Quote(sentence.source, sentence.text, sentence.code if code else "")
