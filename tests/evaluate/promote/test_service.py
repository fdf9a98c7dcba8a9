"""What a promotion makes of a route; the whole way is gone in tests/assemble/test_vigil.py."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Conflict, NotFound
from freehold.core.label import PUBLIC
from freehold.core.target import Target
from freehold.evaluate.model import Result, Run, Scored, Settings
from freehold.evaluate.promote.revisions import RevisionRows
from freehold.evaluate.promote.service import Promotions, Wanted
from freehold.evaluate.promote.shadows import Shadows, new_shadow
from freehold.evaluate.scorers import scorer
from freehold.evaluate.watch.rows import WatchRows
from freehold.evaluate.watch.seen import Seen
from freehold.policy.rules import Route
from freehold.stores.sqlite import open_store

ANN = Caller("key_ann", "ann")
TARGETS = {name: Target(name, "m", "", "openai", PUBLIC, licence="MIT") for name in ("a", "b", "new")}
ROUTES = {
    "fixed": Route("fixed", "fixed", (TARGETS["a"],)),
    "split": Route("split", "split", (TARGETS["a"], TARGETS["b"]), weights=(3.0, 1.0)),
    "cascade": Route("cascade", "cascade", (TARGETS["a"], TARGETS["b"])),
    "first": Route("first", "fallback", (TARGETS["new"], TARGETS["a"])),
}


STANDS = {name: f"{name} 1" for name in (*TARGETS, *ROUTES)}
OUTDATED: dict[str, int] = {}


class Runs:
    """Two runs of 400 examples, alike but for every hundredth."""

    async def get(self, run: str) -> Run:
        return Run(run, "ds_1", {"run_a": "a", "run_new": "new"}[run], "done", "k", 0, Settings(scorers=("exact",)))

    async def every(self, run: str) -> list[Result]:
        return [
            Result(n, f"ex_{n}", "answered", scores={"exact": Scored(float(run == "run_a" or n % 100 > 0))})
            for n in range(400)
        ]

    async def clusters(self, run: str) -> dict[str, str]:
        return {}

    async def outdated(self, run: str, _caller: Caller) -> int:
        return OUTDATED.get(run, 0)


def promotions(folder: Path, noted: list[tuple[str, dict[str, Any]]]) -> Promotions:
    store = open_store(folder)
    rows, nobody, runs = WatchRows(store.connect), Any, Runs()
    asker: Any = nobody
    given: Any = runs

    def read(names: Any, _caller: Caller | None) -> Any:
        return {name: scorer(name) for name in names}

    return Promotions(
        RevisionRows(store.connect),
        rows,
        lambda: given,
        Shadows(rows, asker, read, lambda: None, lambda name: STANDS[name]),
        routes=lambda: ROUTES,
        targets=lambda: TARGETS,
        scorers=read,
        apply=lambda: None,
        note=lambda kind, body: noted.append((kind, body)),
    )


async def test_two_runs_are_evidence_and_the_audit_log_hears_of_it(tmp_path: Path) -> None:
    noted: list[tuple[str, dict[str, Any]]] = []
    made = promotions(tmp_path, noted)
    revision = await made.promote(Wanted("fixed", "new", 0.1, ("run_a", "run_new")), ANN)

    assert (revision.targets, revision.flow) == (("new", "a"), "fallback")
    assert (revision.evidence.pairs, revision.evidence.runs) == (400, ("run_a", "run_new"))
    assert revision.evidence.difference == pytest.approx(-0.01)
    ((kind, body),) = noted
    assert (kind, body["by"], body["before"]) == ("promotion", "key_ann", {"flow": "fixed", "targets": ["a"]})


async def test_examples_of_one_cluster_are_one_pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def documents(_runs: Runs, run: str) -> dict[str, str]:
        assert run == "run_new"
        return {f"ex_{n}": f"document {n // 20}" for n in range(400)}

    monkeypatch.setattr(Runs, "clusters", documents)
    with pytest.raises(Conflict, match="over 20 pairs"):
        await promotions(tmp_path, []).promote(Wanted("fixed", "new", 0.1, ("run_a", "run_new")), ANN)


async def test_a_margin_that_the_runs_cannot_show_is_refused_with_how_many_more(tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="data: the comparison of the two runs has not told yet; about"):
        await promotions(tmp_path, []).promote(Wanted("fixed", "new", 0.011, ("run_a", "run_new")), ANN)


async def test_a_share_is_taken_from_the_others_as_they_had_it(tmp_path: Path) -> None:
    revision = await promotions(tmp_path, []).promote(Wanted("split", "new", canary=0.2), ANN)

    assert revision.targets == ("a", "b", "new")
    assert revision.weights == pytest.approx((0.6, 0.2, 0.2))


async def test_a_shadow_that_has_stopped_before_it_told_is_said_to_have(tmp_path: Path) -> None:
    made = promotions(tmp_path, [])
    await made._shadows.begin(new_shadow("fixed", "new", 1.0, "exact", 0.1, budget_nano=1), ANN)
    await made._shadows.end("fixed", "its budget is spent")
    with pytest.raises(Conflict, match=r"the shadow has stopped \(its budget is spent\), and no more pairs come"):
        await made.promote(Wanted("fixed", "new", 0.1), ANN)


async def test_what_another_model_did_is_no_evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = promotions(tmp_path, [])
    await made._shadows.begin(new_shadow("fixed", "new", 1.0, "exact", 0.1, budget_nano=1), ANN)
    monkeypatch.setitem(STANDS, "new", "new 2")
    with pytest.raises(Conflict, match=r"evidence: new or what answers fixed is not what it was .*; begin another"):
        await made.promote(Wanted("fixed", "new", 0.1), ANN)
    monkeypatch.setitem(OUTDATED, "run_new", 7)
    with pytest.raises(Conflict, match="evidence: 7 answers of the run run_new are of what new was before"):
        await made.promote(Wanted("fixed", "new", 0.1, ("run_a", "run_new")), ANN)


@pytest.mark.parametrize("route", ["fixed", "split", "cascade"])
async def test_a_candidate_is_held_against_what_answers_now(tmp_path: Path, route: str) -> None:
    with pytest.raises(BadRequest, match=f"the first run is of new, which does not answer {route} now; name one of"):
        await promotions(tmp_path, []).promote(Wanted(route, "new", 0.1, ("run_new", "run_new")), ANN)


async def test_runs_that_answered_nothing_are_no_evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(_runs: Runs, _run: str) -> list[Result]:
        return [Result(n, f"ex_{n}", "refused") for n in range(400)]

    monkeypatch.setattr(Runs, "every", refused)
    with pytest.raises(Conflict, match="evidence: the run run_a answered nothing; 400 of its 400 requests"):
        await promotions(tmp_path, []).promote(Wanted("fixed", "new", 0.1, ("run_a", "run_new")), ANN)


def ended(number: int, target: str, *, completed: bool) -> Seen:
    """A request of the route `fixed` that has ended."""
    drawn = {"turn": 1.0}
    return Seen(f"fh_{number}", "fixed", drawn, 0, None, ANN, PUBLIC, ("a",), target=target, completed=completed)


async def test_a_candidate_that_is_taken_back_does_not_take_the_trial_before_it_along(tmp_path: Path) -> None:
    noted: list[tuple[str, dict[str, Any]]] = []
    made = promotions(tmp_path, noted)
    await made.promote(Wanted("fixed", "b", canary=0.2), ANN)
    second = await made.promote(Wanted("fixed", "new", canary=0.2), ANN)
    # Many at once, and some of them after the candidate has gone: none may judge the other trial by this one's turns.
    turns = [ended(n, "new" if n % 2 else "a", completed=not n % 2) for n in range(200)]
    await asyncio.gather(*map(made.turn, turns))
    active = made.rows.active("fixed")
    assert active is not None
    assert (active.candidate, active.targets) == ("b", ("a", "b"))
    assert [(kind, body["by"]) for kind, body in noted] == [
        ("promotion", "key_ann"),
        ("promotion", "key_ann"),
        ("rollback", "guard"),
    ]
    with pytest.raises(NotFound, match="nothing to take back"):
        made.rows.take_back("fixed", "late", "guard", only=second.id)


@pytest.mark.parametrize(
    ("wanted", "error", "said"),
    [
        (Wanted("nowhere", "new"), NotFound, "no route"),
        (Wanted("fixed", "nobody"), NotFound, "no target"),
        (Wanted("fixed", "new", canary=1.0), BadRequest, "share on trial"),
        (Wanted("cascade", "new", canary=0.1), BadRequest, "cannot be split"),
        (Wanted("first", "new"), BadRequest, "already answers first"),
    ],
)
async def test_what_cannot_be_promoted(tmp_path: Path, wanted: Wanted, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        await promotions(tmp_path, []).promote(wanted, ANN)
