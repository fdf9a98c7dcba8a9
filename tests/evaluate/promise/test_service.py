"""Calibrating a route, over runs that are played."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from freehold.catalog.promises import Promise, Standing
from freehold.core.errors import BadRequest, Conflict, RequestError
from freehold.core.event import Answer, Choice
from freehold.core.money import Nanodollars
from freehold.evaluate.model import Evidence, Example, Result, Run, Scored, Settings
from freehold.evaluate.promise.service import Calibrations, Plan
from freehold.policy.rules import Route
from support.decisions import ANYONE, a_request, a_target

HOME, AWAY = a_target("home", owned=True), a_target("away", "internal")
ROUTE = Route("auto", "cascade", (HOME, AWAY))
PLAN = Plan("work", "exact")
RUNS = {"home": "run_home", "away": "run_away"}
SIZE = 150


def a_result(place: int, name: str) -> Result:
    answer = Answer(choices=[Choice(text="B", finish="stop")])
    scores = {"exact": Scored(1.0)}
    evidence = Evidence(0.5 + place / 400, 0.5)
    return Result(place, f"ex_{place}", "answered", "B", answer, evidence, name, cost=Nanodollars(9), scores=scores)


class Played:
    """Runs, datasets and rows in one: what calibrating asks of each."""

    def __init__(self) -> None:
        self.runs = {f"run_{n}": Run(f"run_{n}", "ds_1", n, "done", "key", 0) for n in ("home", "away")}
        self.begun: list[tuple[str, Settings]] = []
        self.added: list[Promise] = []
        self.applied = 0
        self.gates = True
        self.size = SIZE
        self.former: set[str] = set()
        self.former_answers: dict[str, int] = {}
        self.foreseen: list[tuple[str, list[str]]] = []
        self.taught = 0
        self.answers: dict[str, int] = {}

    async def begin(self, dataset: str, subject: str, settings: Settings, _caller: object) -> Run:
        self.begun.append((subject, settings))
        return Run(f"run_{subject}", dataset, subject, "waiting", "key", 0, settings)

    async def get(self, run: str) -> Run:
        return self.runs[run]

    async def every(self, run: str) -> list[Result]:
        return [a_result(place, run) for place in range(self.answers.get(run, SIZE))]

    async def outdated(self, run: str, _caller: object) -> int:
        return self.former_answers.get(run, 0)

    async def versions(self, _run: str, scorer: str) -> frozenset[str]:
        return frozenset({f"{scorer}@1", *self.former})

    def find(self, _name: str) -> Any:
        return SimpleNamespace(id="ds_1", label=None, size=self.size)

    def examples(self, _dataset: str) -> list[Any]:
        return [SimpleNamespace(place=n, example=Example(f"ex_{n}", a_request())) for n in range(SIZE)]

    def add(self, promise: Promise) -> Promise:
        self.added.append(promise)
        return promise

    def standing(self) -> Standing:
        return Standing({each.route: each for each in self.added})

    def apply(self) -> None:
        self.applied += 1

    def calibrations(self, route: Route = ROUTE) -> Calibrations:
        played: Any = self
        return Calibrations(
            played,
            played,
            played,
            routes=lambda _name, _caller: route,
            scorers=self.scorers,
            apply=self.apply,
            forecasts=self.forecasts,
        )

    def scorers(self, names: Sequence[str], _caller: object) -> Any:
        return {name: SimpleNamespace(gates=self.gates, version=f"{name}@1") for name in names}

    async def forecasts(self, router: str, examples: Any, label: object, _caller: object) -> list[float | None]:
        self.foreseen.append((router, [name for name, _, _ in examples]))
        assert label is None
        return [None if place < self.taught else 0.9 for place in range(len(examples))]


async def test_every_voice_and_the_stronger_target_are_asked_with_probabilities() -> None:
    played = Played()
    runs = await played.calibrations().begin("auto", PLAN, ANYONE)
    assert {name: run.id for name, run in runs.items()} == RUNS
    assert [name for name, _ in played.begun] == ["home", "away"]
    assert all(settings.logprobs and settings.scorers == ("exact",) for _, settings in played.begun)


async def test_a_promise_is_put_in_force_and_a_dry_run_is_not() -> None:
    played = Played()
    dry = await played.calibrations().conclude("auto", PLAN, RUNS, ANYONE, dry_run=True)
    assert (played.added, played.applied) == ([], 0)
    made = await played.calibrations().conclude("auto", PLAN, RUNS, ANYONE, dry_run=False)
    assert (played.added, played.applied) == ([made.promise], 1)
    assert made.promise == dry.promise
    assert (made.promise.data, made.promise.size, made.promise.models) == (
        "ds_1",
        SIZE,
        {"home": "home", "away": "away"},
    )


async def test_answers_of_another_model_promise_nothing_of_this_one() -> None:
    played = Played()
    played.former_answers["run_home"] = 3
    with pytest.raises(Conflict, match="3 answers of home are of what it was before"):
        await played.calibrations().conclude("auto", PLAN, RUNS, ANYONE, dry_run=False)
    assert played.added == []


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (PLAN, "12 questions are too few to promise a harm"),
        (msgspec.structs.replace(PLAN, escalate=0.3), "12 questions are too few; it takes at least 60"),
    ],
)
async def test_too_few_questions_are_refused_before_anything_is_asked(plan: Plan, said: str) -> None:
    played = Played()
    played.size = 12
    with pytest.raises(BadRequest, match=said):
        await played.calibrations().begin("auto", plan, ANYONE)
    limited = msgspec.structs.replace(plan, settings=Settings(limit=12))
    with pytest.raises(BadRequest, match=said):
        await Played().calibrations().begin("auto", limited, ANYONE)
    assert played.begun == []


async def test_after_an_alarm_all_is_asked_anew_and_the_same_questions_are_told() -> None:
    played = Played()
    made = await played.calibrations().conclude("auto", PLAN, RUNS, ANYONE, dry_run=False)
    await played.calibrations().begin("auto", PLAN, ANYONE)
    assert not any(settings.fresh for _, settings in played.begun)
    played.added, played.begun = [msgspec.structs.replace(made.promise, state="suspended", why="an alarm")], []
    await played.calibrations().begin("auto", PLAN, ANYONE)
    assert all(settings.fresh for _, settings in played.begun)
    again = await played.calibrations().conclude("auto", PLAN, RUNS, ANYONE, dry_run=True)
    assert again.sentences[:-1] == made.sentences
    assert again.sentences[-1].startswith(f"On these very questions {made.promise.id} was promised")


async def test_a_slice_that_no_question_has_is_refused_before_anything_is_asked() -> None:
    played = Played()
    with pytest.raises(BadRequest, match="no question has a slice 'nosuch'; they have none"):
        await played.calibrations().begin("auto", msgspec.structs.replace(PLAN, slices=("nosuch",)), ANYONE)
    assert played.begun == []


async def test_a_run_that_ended_early_is_named_as_the_cause_of_too_little_data() -> None:
    played = Played()
    played.answers["run_away"] = 24
    played.runs["run_away"] = Run("run_away", "ds_1", "away", "partial", "key", 0, note="its budget is spent")
    said = "^the run run_away of away is partial: its budget is spent; 24 questions are too few .* at least 115$"
    with pytest.raises(BadRequest, match=said):
        await played.calibrations().conclude("auto", PLAN, RUNS, ANYONE, dry_run=False)
    played.answers["run_away"] = 140
    found = await played.calibrations().conclude("auto", PLAN, RUNS, ANYONE, dry_run=True)
    assert "Left out: 10 not asked of every target. Not every question was asked: the run" in found.sentences[1]


async def test_a_scorer_that_may_not_gate_promises_nothing() -> None:
    played = Played()
    played.gates = False
    with pytest.raises(Conflict, match="exact is not certified"):
        await played.calibrations().begin("auto", PLAN, ANYONE)
    with pytest.raises(Conflict, match="exact is not certified"):
        await played.calibrations().conclude("auto", PLAN, RUNS, ANYONE, dry_run=False)


async def test_what_a_judge_said_before_it_was_certified_as_it_is_promises_nothing() -> None:
    played = Played()
    played.former = {"judge:fair@0"}
    plan = msgspec.structs.replace(PLAN, scorer="judge:fair")
    with pytest.raises(Conflict, match="score it anew"):
        await played.calibrations().conclude("auto", plan, RUNS, ANYONE, dry_run=True)


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (Run("run_home", "ds_1", "home", "running", "key", 0), "is running; wait for its end"),
        (Run("run_home", "ds_1", "home", "failed", "key", 0, note="it broke"), "failed: it broke"),
        (Run("run_home", "ds_1", "other", "done", "key", 0), "is of other, not of home"),
        (Run("run_home", "ds_1", "home", "done", "", 0), "brought from elsewhere"),
        (Run("run_home", "ds_2", "home", "done", "key", 0), "different datasets"),
    ],
)
async def test_runs_that_do_not_do_are_refused(run: Run, said: str) -> None:
    played = Played()
    played.runs["run_home"] = run
    with pytest.raises(RequestError, match=said):
        await played.calibrations().conclude("auto", PLAN, RUNS, ANYONE, dry_run=False)
    assert played.added == []


@pytest.mark.parametrize(
    ("route", "plan", "said"),
    [
        (msgspec.structs.replace(ROUTE, flow="fallback"), PLAN, "is no cascade"),
        (msgspec.structs.replace(ROUTE, collections=("law",)), PLAN, r"answers from documents \(law\)"),
        (ROUTE, msgspec.structs.replace(PLAN, stronger="nobody"), "has no target 'nobody'"),
        (ROUTE, msgspec.structs.replace(PLAN, voices=("away",)), "away can be no voice"),
        (msgspec.structs.replace(ROUTE, targets=(AWAY,)), PLAN, "keeps owned answers alone"),
    ],
)
async def test_routes_that_can_keep_no_promise_are_refused(route: Route, plan: Plan, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        await Played().calibrations(route).begin("auto", plan, ANYONE)


async def test_a_router_is_asked_about_every_question() -> None:
    played = Played()
    plan = msgspec.structs.replace(PLAN, router="rt_1")
    await played.calibrations().conclude("auto", plan, RUNS, ANYONE, dry_run=True)
    assert played.foreseen == [("rt_1", [f"ex_{place}" for place in range(SIZE)])]
    await played.calibrations().conclude("auto", PLAN, RUNS, ANYONE, dry_run=True)
    assert len(played.foreseen) == 1


async def test_a_router_that_was_taught_the_questions_is_refused() -> None:
    played = Played()
    played.taught = SIZE // 2 + 1
    with pytest.raises(BadRequest, match="calibrate on others"):
        await played.calibrations().conclude(
            "auto", msgspec.structs.replace(PLAN, router="rt_1"), RUNS, ANYONE, dry_run=True
        )
