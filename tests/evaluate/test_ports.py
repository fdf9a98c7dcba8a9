"""The joint of scorers: the test double is one, and so is every scorer that ships."""

from __future__ import annotations

from freehold.evaluate.model import Result
from freehold.evaluate.ports import Scorer, Scorers
from freehold.evaluate.scorers.reading import read
from support.evaluated import Exact, examples


async def test_a_scorer_has_a_name_a_version_and_says_what_an_answer_is_worth() -> None:
    [example] = examples(1)
    both: Scorers = {"double": Exact("double"), **read(["exact"])}
    scorer: Scorer
    for name, scorer in both.items():
        assert (scorer.name, bool(scorer.version), scorer.gates) == (name, True, True)
        right = await scorer(example, Result(0, example.id, "answered", "question 0"))
        wrong = await scorer(example, Result(0, example.id, "answered", "no"))
        assert (right.value, wrong.value) == (1.0, 0.0)
