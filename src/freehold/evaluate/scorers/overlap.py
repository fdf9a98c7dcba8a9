"""How far the answer's words are those that are expected: token F1, ROUGE-L and BLEU."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from freehold.core.errors import BadRequest
from freehold.evaluate.expectation import texts, wanting
from freehold.evaluate.model import Example, Result, Scored
from freehold.evaluate.scorers.around import Around
from freehold.evaluate.scorers.normal import tokens
from freehold.evaluate.scorers.plain import Plain
from freehold.evaluate.scorers.settings import none

MOST_WORDS = 2000
"""Of either text, for ROUGE-L, whose work grows with their product, and for BLEU."""
_WORD = re.compile(r"\w+")

Measure = Callable[[Sequence[str], str], Scored]
"""Of the expected texts and the answer's."""


def f1(settings: str, _around: Around) -> Plain:
    """``f1``: harmonic mean of the precision and recall of words, as in SQuAD; the best of the expected texts."""
    none("f1", settings)
    return Plain("f1", lambda example, result: _measured(example, result, _f1))


def rouge_l(settings: str, _around: Around) -> Plain:
    """``rouge-l``: by the longest common subsequence of words (Lin 2004), of the package rouge_score, stemmed."""
    none("rouge-l", settings)
    try:
        # Here: both are of the extra `evaluate`, and NLTK costs most of a second.
        from nltk.stem.porter import PorterStemmer  # type: ignore[import-untyped]  # noqa: PLC0415
        from rouge_score.rouge_scorer import RougeScorer  # noqa: PLC0415
    except ImportError as error:
        raise _missing("rouge-l", error) from error
    measure = _rouge(RougeScorer(["rougeL"]), PorterStemmer())
    return Plain("rouge-l", lambda example, result: _measured(example, result, measure, bounded=True), slow=True)


def bleu(settings: str, _around: Around) -> Plain:
    """``bleu``: of one sentence (Papineni et al. 2002; sacrebleu's, smoothed, effective order), from 0 to 1."""
    none("bleu", settings)
    try:
        from sacrebleu.metrics.bleu import BLEU  # noqa: PLC0415  as above
    except ImportError as error:
        raise _missing("bleu", error) from error
    measure = _bleu(BLEU(effective_order=True))
    return Plain("bleu", lambda example, result: _measured(example, result, measure, bounded=True), slow=True)


def _measured(example: Example, result: Result, measure: Measure, *, bounded: bool = False) -> Scored:
    wanted = texts(example.expected)
    if not wanted:
        return wanting(example)
    if bounded and any(len(_WORD.findall(text)) > MOST_WORDS for text in (result.text, *wanted)):
        return Scored(None, f"a text has more than {MOST_WORDS} words, which would take too long to compare")
    return measure(wanted, result.text)


def _f1(wanted: Sequence[str], said: str) -> Scored:
    return max((_pair(tokens(each), tokens(said)) for each in wanted), key=lambda scored: scored.value or 0.0)


def _pair(wanted: list[str], said: list[str]) -> Scored:
    if not wanted or not said:
        both = float(wanted == said)
        return Scored(both, detail={"precision": both, "recall": both})
    common = (Counter(wanted) & Counter(said)).total()
    precision, recall = common / len(said), common / len(wanted)
    value = 2 * precision * recall / (precision + recall) if common else 0.0
    return Scored(value, detail={"precision": precision, "recall": recall})


def _rouge(scorer: Any, stemmer: Any) -> Measure:
    """Given words by number: the package's own tokens are ASCII, which leaves nothing of most languages."""

    def words(text: str) -> list[str]:
        # Words of three letters and fewer stay as they are, as in ROUGE-1.5.5.
        found = _WORD.findall(text.lower())
        return [stemmer.stem(word) if word.isascii() and len(word) > 3 else word for word in found]

    def measure(wanted: Sequence[str], said: str) -> Scored:
        numbers: dict[str, int] = {}

        def coded(text: str) -> str:
            return " ".join(f"w{numbers.setdefault(word, len(numbers))}" for word in words(text))

        found = [scorer.score(coded(each), coded(said))["rougeL"] for each in wanted]
        best = max(found, key=lambda each: each.fmeasure)
        return Scored(float(best.fmeasure), detail={"precision": float(best.precision), "recall": float(best.recall)})

    return measure


def _bleu(metric: Any) -> Measure:
    def measure(wanted: Sequence[str], said: str) -> Scored:
        if not said.strip():
            return Scored(0.0, "the answer is empty")
        found = metric.sentence_score(said, list(wanted))
        return Scored(min(1.0, max(0.0, found.score / 100)), detail={"brevity": float(found.bp)})

    return measure


def _missing(scorer: str, error: ImportError) -> BadRequest:
    return BadRequest(f"the scorer {scorer} needs {error.name}; pip install 'freehold[evaluate]'", param="scorers")
