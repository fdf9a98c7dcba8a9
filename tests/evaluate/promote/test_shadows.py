from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Conflict, NotFound, UnknownModel
from freehold.core.event import Answer, Choice
from freehold.core.label import PUBLIC
from freehold.core.money import Nanodollars
from freehold.evaluate.model import Asked, Example, Result, Scored
from freehold.evaluate.ports import Scorers
from freehold.evaluate.promote.shadows import Shadows, compared, new_shadow
from freehold.evaluate.scorers import scorer
from freehold.evaluate.watch.rows import WatchRows
from freehold.evaluate.watch.seen import Seen
from freehold.stores.sqlite import open_store

ANN = Caller("key_ann", "ann")
BODY = '{"messages":[{"role":"user","content":"hi"}]}'
SEEN = Seen("fh_1", "work", {"shadow": 1.0}, 0, BODY, ANN, PUBLIC, (), text="hi", target="away", completed=True)


class Judge:
    version = "1"

    def __init__(self, name: str, value: float, *, gates: bool = True) -> None:
        self.name, self.value, self.gates = name, value, gates

    async def __call__(self, example: Example, result: Result) -> Scored:
        return Scored(self.value, cost=Nanodollars(3))


class Candidate:
    def __init__(self, text: str | None = "hi") -> None:
        self.text = text

    async def __call__(self, *_args: Any, **_more: Any) -> Asked:
        if self.text is None:
            return Asked("failed", cost=Nanodollars(2))
        return Asked("answered", Answer(choices=[Choice(text=self.text)]), cost=Nanodollars(10))


def read(names: Any, _caller: Caller | None) -> Scorers:
    judges = {"judge:fair": Judge("judge:fair", 1.0), "judge:new": Judge("judge:new", 1.0, gates=False)}
    return {name: judges[name] if name in judges else scorer(name) for name in names}


def shadows(
    folder: Path, candidate: Candidate, changes: list[int], stands: Callable[[str], str] = lambda name: name
) -> Shadows:
    asker: Any = candidate
    return Shadows(WatchRows(open_store(folder).connect), asker, read, lambda: changes.append(1), stands)


async def test_pairs_are_counted_and_kept(tmp_path: Path) -> None:
    changes: list[int] = []
    made = shadows(tmp_path, Candidate(), changes)
    await made.begin(new_shadow("work", "home", 0.1, "exact", 0.1, budget_nano=100), ANN)
    for _ in range(3):
        await made(SEEN)

    again = shadows(tmp_path, Candidate(), []).all["work"]
    assert (again.trial.pairs, again.trial.mean, again.spent_nano) == (3, 0.0, 30)
    assert (made.shares(), len(changes)) == ({"work": 0.1}, 1)


async def test_it_ends_when_its_budget_is_spent(tmp_path: Path) -> None:
    made = shadows(tmp_path, Candidate(), [])
    await made.begin(new_shadow("work", "home", 1.0, "exact", 0.1, budget_nano=15), ANN)
    for _ in range(4):
        await made(SEEN)

    assert (made.all["work"].trial.pairs, made.all["work"].state) == (2, "stopped")
    assert made.all["work"].why == "its budget is spent"
    assert made.all["work"].says().endswith("; it has stopped: its budget is spent")
    assert made.shares() == {}


@pytest.mark.parametrize("other", ["work", "home"])
async def test_it_ends_where_another_model_comes_to_stand_behind_either_name(tmp_path: Path, other: str) -> None:
    now = {"work": "m1", "home": "m2"}

    def stands(name: str) -> str:
        if name not in now:
            raise UnknownModel(f"there is no {name}")
        return now[name]

    made = shadows(tmp_path, Candidate(), [], stands)
    await made.begin(new_shadow("work", "home", 1.0, "exact", 0.1, budget_nano=1000), ANN)
    await made(SEEN)
    assert made.is_as_it_began(made.all["work"])
    now[other] = "m3"
    await made(SEEN)
    ended = made.all["work"]
    assert (ended.trial.pairs, ended.state) == (1, "stopped")
    assert ended.why == "home or what answers work is not what it was when the shadow began"
    del now[other]
    assert not made.is_as_it_began(ended)


async def test_a_candidate_that_fails_is_worth_nothing(tmp_path: Path) -> None:
    made = shadows(tmp_path, Candidate(None), [])
    await made.begin(new_shadow("work", "home", 1.0, "exact", 0.1, budget_nano=100), ANN)
    await made(SEEN)
    await made(msgspec.structs.replace(SEEN, completed=False))
    await made(msgspec.structs.replace(SEEN, target="home"))

    assert (made.all["work"].trial.pairs, made.all["work"].trial.mean) == (1, -1.0)


async def test_a_judge_of_pairs_can_find_the_candidate_better() -> None:
    assert await compared(Judge("judge:fair", 1.0), SEEN, "other") == (1.0, 3)
    assert await compared(scorer("exact"), SEEN, "other") == (-1.0, 0)
    assert await compared(scorer("exact"), SEEN, "hi") == (0.0, 0)


async def test_what_cannot_be_shadowed(tmp_path: Path) -> None:
    made = shadows(tmp_path, Candidate(), [])
    with pytest.raises(Conflict, match="not certified"):
        await made.begin(new_shadow("work", "home", 0.1, "judge:new", 0.1, budget_nano=1), ANN)
    with pytest.raises(BadRequest, match="a share is"):
        await made.begin(new_shadow("work", "home", 1.5, "exact", 0.1, budget_nano=1), ANN)
    with pytest.raises(NotFound, match="nothing shadows"):
        await made.end("work", "")
    with pytest.raises(BadRequest, match="margin"):
        new_shadow("work", "home", 0.1, "exact", 0.0, budget_nano=1)
