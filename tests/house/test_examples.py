"""What the tutorial's data says of itself is so: its size, its licence, and what its two models' answers are worth."""

from __future__ import annotations

import json
from pathlib import Path

from freehold.core.request import Request
from freehold.evaluate.model import Example, Result
from freehold.evaluate.scorers.around import Around
from freehold.evaluate.scorers.numeric import numeric

FOLDER = Path(__file__).parents[2] / "examples" / "evaluate"
ROWS = [json.loads(line) for line in (FOLDER / "gsm8k.jsonl").read_text().splitlines()]


def test_it_is_small_and_its_licence_and_source_stand_beside_it() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 310_000
    assert "Apache License" in (FOLDER / "LICENSE").read_text()
    source = (FOLDER / "SOURCE.md").read_text()
    assert f"{len(ROWS)} word problems" in source


def test_no_problem_is_there_twice() -> None:
    assert len({row["input"] for row in ROWS}) == len(ROWS) == 280


async def test_the_answers_are_worth_what_the_tutorial_says() -> None:
    judge = numeric("", Around())
    right = {"mixtral": 0.0, "gpt-4": 0.0}
    for row in ROWS:
        example = Example("ex_1", Request("", (), "openai"), expected=row["expected"])
        for model in right:
            scored = await judge(example, Result(0, "ex_1", "answered", text=row[model]))
            right[model] += scored.value or 0.0
    assert {model: round(count / len(ROWS), 3) for model, count in right.items()} == {"mixtral": 0.65, "gpt-4": 0.914}
