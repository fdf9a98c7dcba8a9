"""Answers and summaries by quotation: which sentences of a text say it best. Pure functions over text.

Answers: BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) with each sentence a document, so
that a word is rare or common within this material; what a question asks for (a time, a number, a person, a reason)
favours sentences that hold such a thing. Nothing is quoted when too little of the question is met.
Summaries: the words that carry the material, the place of a sentence, and maximal marginal relevance (Carbonell and
Goldstein, "The Use of MMR", SIGIR 1998) against saying a thing twice.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from freehold.engines.language import blocks, language_of, raw_words, split_sentences, terms
from freehold.engines.question import Query, make_query

_K1, _B = 1.2, 0.5
_NEIGHBOUR = 0.35
"""What a question's word counts when it stands not in the sentence but in its heading or in the one before."""
_ENOUGH = 0.5
"""The share of a question's weight that must be met, else the material is said not to hold the answer."""
_ALSO = 0.8
"""A further sentence is quoted if it scores this share of the best and meets a word that the best does not."""
_TRUST = 0.95
"""What a sentence's score keeps for each better passage before its own: the search has seen more than its words."""
_SHORTEST_ANSWER = 3
"""Content words that a line without a full stop must have, so that no heading is an answer."""
_RELEVANCE = 0.7
"""MMR's lambda: the rest is weight against repetition."""
_SAMPLE = 4000
"""Characters looked at to tell the language."""
_LEAD, _PARAGRAPH_LEAD = 2.0, 1.15
"""Texts say first what they are about; the lead is the summary that is hardest to beat."""
MOST_SENTENCES = 2000
"""Longer material is read to here. At some ten thousand words a page, more is work for an index."""
_LONGEST_HEADING = 50
"""Content words. What is longer and lacks a full stop heads nothing: its words are no context for what follows."""
_MOST_QUOTED = 200
"""Sentences of a summary at most, however many words it may have."""

_LEANS = re.compile(
    r"^(?:it|he|she|they|this|that|these|those|its|his|her|their|er|sie|es|dies|diese[rs]?|il|elle|ils|elles"
    r"|cela|ce)\b",
    re.IGNORECASE,
)


class Sentence(msgspec.Struct, frozen=True):
    """A sentence, its place (paragraph, and number within it), and its content words."""

    text: str
    paragraph: int
    number: int
    terms: tuple[str, ...]
    source: int = 0
    """The number of the passage it stands in, where it comes from one."""
    context: frozenset[str] = frozenset()
    """Words of the title and the headings that it stands under, where they are known apart from the text."""
    code: str = ""
    """The code block that follows it, as it stands, fences included."""
    row: bool = False
    """Whether it is a row of a table; its context then holds the words of the table's first row."""

    @property
    def whole(self) -> bool:
        """Whether it ends as sentences do; a heading does not."""
        return self.text.rstrip("\"'”’»)]")[-1:] in ".!?…。！？"


def read(material: Iterable[str]) -> list[Sentence]:
    """The sentences of the material, in order."""
    texts = list(material)
    language = language_of(" ".join(texts)[:_SAMPLE])
    found: list[Sentence] = []
    paragraph = 0
    for text in texts:
        for block in blocks(text):
            for number, sentence in enumerate(split_sentences(block)[: MOST_SENTENCES - len(found)]):
                found.append(Sentence(sentence, paragraph, number, tuple(terms(sentence, language))))
            paragraph += 1
            if len(found) >= MOST_SENTENCES:
                return found
    return found


def answer(question: str, sentences: Sequence[Sentence], *, most: int = 2, earlier: str = "") -> list[str]:
    """The sentences that answer the question, in the order of the text; none if the material does not hold it.

    `earlier` is what was asked before: its words help to choose, and do not decide whether there is an answer.
    """
    return [sentences[place].text for place in choose(question, sentences, most=most, earlier=earlier)]


def choose(
    question: str, sentences: Sequence[Sentence], *, most: int = 2, earlier: str = "", enough: float = _ENOUGH
) -> list[int]:
    """The places of the sentences that answer the question, in order.

    `enough` is the share of the question's weight, from 0 to 1, that the best of them must meet.
    """
    material = language_of(" ".join(sentence.text for sentence in sentences)[:_SAMPLE])
    query = make_query(question, earlier, material)
    if not query.all_terms or not sentences or _about_something_else(query, sentences):
        return []
    index = _Index(sentences)
    scores = [index.score(place, query) for place in range(len(sentences))]
    order = sorted(range(len(sentences)), key=lambda place: (-scores[place], place))
    best = next((place for place in order if index.answers(place, query, enough)), None)
    if best is None:
        return []
    chosen, met = [best], set(sentences[best].terms)
    for place in order:
        news = query.must & set(sentences[place].terms) - met
        if len(chosen) < most and scores[place] >= _ALSO * scores[best] and news and sentences[place].whole:
            chosen.append(place)
            met |= news
    return _led(sentences, chosen, most)


def choose_step(question: str, steps: Sequence[Sentence], *, enough: float = _ENOUGH) -> int | None:
    """The place of the step that meets the most of the question; of equal ones, the first.

    Titles and headings say what is done, and the steps of a page share them, so that it matters little how short a step
    is or how often it says a word: how much of the question is met decides.
    """
    material = language_of(" ".join(step.text for step in steps)[:_SAMPLE])
    query = make_query(question, "", material)
    if not query.all_terms or not steps or _about_something_else(query, steps):
        return None
    index = _Index(steps)
    fit = [place for place in range(len(steps)) if index.answers(place, query, enough)]
    return max(fit, key=lambda place: (index.met(place, query), -place), default=None)


def _about_something_else(query: Query, sentences: Sequence[Sentence]) -> bool:
    """Whether the material lacks a name of the question; of passages that were searched for, more than half of them.

    A text that was given is about what it names. Passages are parts of a whole that need not repeat each name.
    """
    known = {term for sentence in sentences for term in (*sentence.terms, *sentence.context)}
    missing = len(query.names - known)
    return 2 * missing > len(query.names) if sentences[0].source else missing > 0


class _Index:
    """Term statistics of the material, each sentence a document."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self.sentences = sentences
        self._counts = [Counter(sentence.terms) for sentence in sentences]
        self._frequency = Counter(term for sentence in sentences for term in set(sentence.terms))
        self._length = sum(len(sentence.terms) for sentence in sentences) / len(sentences) or 1.0
        self._passages: dict[int, set[str]] = {}
        self._context = [self._around(place) for place in range(len(sentences))]

    def idf(self, term: str) -> float:
        """How telling a word is in this material; a word that it lacks is the most telling."""
        total, having = len(self.sentences), self._frequency[term]
        return math.log(1 + (total - having + 0.5) / (having + 0.5))

    def score(self, place: int, query: Query) -> float:
        """BM25 of one sentence, plus a share for words in its context, and a bonus for what was asked for."""
        counts, length = self._counts[place], len(self.sentences[place].terms)
        norm = _K1 * (1 - _B + _B * length / self._length)
        kind = query.kind
        total = kind.bonus if kind is not None and kind.looks.search(self.sentences[place].text) else 0.0
        for term in sorted(query.all_terms):  # in one order, so that rounding is the same each time
            weight = self.idf(term) * (_NEIGHBOUR if term in query.earlier else 1.0)
            if count := counts[term]:
                total += weight * count * (_K1 + 1) / (count + norm)
            elif term in self._context[place]:
                total += weight * _NEIGHBOUR
        return total * _TRUST ** max(0, self.sentences[place].source - 1)

    def answers(self, place: int, query: Query, enough: float) -> bool:
        """Whether a sentence is an answer at all: it has what was asked for, and meets enough of the question."""
        sentence = self.sentences[place]
        if not sentence.whole and len(sentence.terms) < _SHORTEST_ANSWER and not self._tells(place, query):
            return False
        if query.kind is not None and query.kind.needed and not query.kind.looks.search(sentence.text):
            return False
        asked = query.must | query.may or query.earlier
        return bool(asked & set(sentence.terms)) and self._met(place, query) >= enough

    def met(self, place: int, query: Query) -> float:
        """The share of the question's weight that the sentence meets, to two digits; its context counts half."""
        return round(self._coverage(query, set(self.sentences[place].terms), self._context[place]), 2)

    def _tells(self, place: int, query: Query) -> bool:
        """Whether a row that is too short to speak for itself holds, with its table's first row, all that is asked."""
        sentence = self.sentences[place]
        return sentence.row and query.must <= sentence.context.union(sentence.terms)

    def _met(self, place: int, query: Query) -> float:
        """The share of the question's weight that is met, 0 to 1: by the sentence, and as much by its whole passage."""
        sentence = self.sentences[place]
        met = self._coverage(query, set(sentence.terms), self._context[place])
        if not sentence.source:
            return met
        return (met + self._coverage(query, self._passage(sentence.source), frozenset())) / 2

    def _passage(self, source: int) -> set[str]:
        """The words of a passage and of what it stands under."""
        if source not in self._passages:
            inside = [each for each in self.sentences if each.source == source]
            self._passages[source] = {term for each in inside for term in (*each.terms, *each.context)}
        return self._passages[source]

    def _coverage(self, query: Query, here: set[str], near: frozenset[str]) -> float:
        """The share of the question's weight that these words meet, those near by counting half. 0 to 1.

        Words weigh by how telling they are, tempered, because in a short text nearly every word is rare.
        """
        counted = (query.must or (frozenset() if query.may else query.earlier)) | query.may & here
        weights = {term: 1 + self.idf(term) for term in counted}
        met = sum(weight * (1.0 if term in here else 0.5 if term in near else 0.0) for term, weight in weights.items())
        return met / (sum(weights.values()) or 1.0)

    def _around(self, place: int) -> frozenset[str]:
        """The words of the sentence before, if it is of the same paragraph, and of a heading right above."""
        here = self.sentences[place]
        words = set(here.context)
        if place and self.sentences[place - 1].paragraph == here.paragraph:
            words.update(self.sentences[place - 1].terms)
        first = place - here.number - 1
        heads = first >= 0 and len(self.sentences[first].terms) <= _LONGEST_HEADING
        if heads and not self.sentences[first].whole:
            words.update(self.sentences[first].terms)
        return frozenset(words)


def _led(sentences: Sequence[Sentence], chosen: Sequence[int], most: int) -> list[int]:
    """The chosen sentences in order, led by the one that a pronoun at the start of the first leans on."""
    places = sorted(chosen)
    first = sentences[places[0]]
    if _LEANS.search(first.text) and first.number and len(places) < most:
        places.insert(0, places[0] - 1)
    return places


def summarise(sentences: Sequence[Sentence], count: int | None = None, *, words: int | None = None) -> list[str]:
    """The sentences that say most of the text without saying it twice, in order.

    `count` sentences, or as many as stay within `words` words, at most 200; neither given: about one in five, at most
    five.
    """
    return [sentences[place].text for place in summarise_places(sentences, count, words=words)]


def summarise_places(sentences: Sequence[Sentence], count: int | None = None, *, words: int | None = None) -> list[int]:
    """The places of the sentences of `summarise`, in order."""
    whole = [place for place, sentence in enumerate(sentences) if sentence.whole and sentence.terms]
    candidates = whole or [place for place, sentence in enumerate(sentences) if sentence.terms]
    if not candidates:
        return []
    wanted = count or (_MOST_QUOTED if words else min(5, max(1, math.ceil(len(candidates) / 5))))
    weights = _salience(sentences, candidates)
    distinct = {place: frozenset(sentences[place].terms) for place in candidates}
    lengths = {place: len(raw_words(sentences[place].text)) for place in candidates}
    repeats = dict.fromkeys(candidates, 0.0)
    chosen: list[int] = []
    left = words if words is not None else math.inf
    while len(chosen) < wanted and (candidates := [place for place in candidates if lengths[place] <= left]):
        best = max(candidates, key=lambda place: (_marginal(weights[place], repeats[place]), -place))
        candidates.remove(best)
        chosen.append(best)
        left -= lengths[best]
        for place in candidates:
            repeats[place] = max(repeats[place], _overlap(distinct[place], distinct[best]))
    return sorted(chosen)


def _salience(sentences: Sequence[Sentence], candidates: Sequence[int]) -> dict[int, float]:
    """How much of the text each sentence carries, from 0 to 1: the weight of its words, and where it stands."""
    frequency = Counter(term for sentence in sentences for term in set(sentence.terms))
    raw = {}
    for place in candidates:
        sentence = sentences[place]
        distinct = set(sentence.terms)
        carried = sum(math.log(1 + frequency[term]) for term in distinct) / math.sqrt(len(distinct) + 4)
        lead = _LEAD if place == candidates[0] else _PARAGRAPH_LEAD if sentence.number == 0 else 1.0
        leans = 0.75 if _LEANS.search(sentence.text) else 1.0
        raw[place] = carried * lead * leans
    top = max(raw.values())
    return {place: value / top for place, value in raw.items()}


def _marginal(weight: float, repeats: float) -> float:
    return _RELEVANCE * weight - (1 - _RELEVANCE) * repeats


def _overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """The share of the shorter sentence's words that the other has too."""
    return len(first & second) / (min(len(first), len(second)) or 1)
