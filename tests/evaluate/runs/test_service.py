"""Runs from their beginning to their end, whatever comes between: failures, budgets, keys, stops and restarts."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from freehold.core.errors import BadRequest, BudgetSpent, Conflict, LabelForbidden, NotFound, Unavailable
from freehold.core.exchange import Exchange
from freehold.core.label import Label
from freehold.core.money import ZERO, Nanodollars
from freehold.core.request import Request, TextPart
from freehold.evaluate.datasets.identity import dataset_id
from freehold.evaluate.model import Dataset, Settings
from freehold.evaluate.runs import failing, patience, service
from freehold.evaluate.runs.exchanged import Document, GivenResult, GivenScore
from freehold.stores.sqlite import SqliteStore
from support.evaluated import ANN, PATIENCE, PLAIN, Exact, House, examples, fails
from support.ingesting import until


def question(exchange: Exchange) -> int:
    assert isinstance(exchange.request, Request)
    [part] = exchange.request.messages[0].parts
    assert isinstance(part, TextPart)
    return int(part.text.split()[-1])


async def test_every_example_is_asked_once_as_the_caller_and_scored(house: House) -> None:
    run = await house.ended(Settings(("exact",)))
    assert (run.state, run.note, run.revision, run.key) == ("done", "", "r1", "key_ann")
    results = house.results(run)
    assert [each.place for each in results] == [0, 1, 2, 3, 4, 5]
    assert {each.scores["exact"].value for each in results} == {1.0}
    assert sorted(map(question, house.answers.asked)) == [0, 1, 2, 3, 4, 5]
    first = house.answers.asked[0]
    assert (first.caller, first.origin, first.request.model) == (ANN, "evaluate", "home")


async def test_as_many_are_under_way_at_once_as_are_asked_for(house: House) -> None:
    house.answers.gate = asyncio.Event()
    run = await house.runs.begin("work", "home", Settings(("exact",), parallel=2), ANN)
    await until(lambda: house.answers.most == 2)
    house.answers.gate.set()
    assert (await house.runs.wait(run.id, PATIENCE)).state == "done"
    assert (house.answers.most, len(house.answers.asked)) == (2, 6)


async def test_a_run_that_cannot_be_is_refused_before_anything_is_asked(house: House) -> None:
    with pytest.raises(NotFound, match="no dataset"):
        await house.runs.begin("nothing", "home", PLAIN, ANN)
    with pytest.raises(BadRequest, match="no model"):
        await house.runs.begin("work", "nobody", PLAIN, ANN)
    with pytest.raises(BadRequest, match="no scorer"):
        await house.runs.begin("work", "home", Settings(("exakt",)), ANN)
    for wrong in (Settings(parallel=0), Settings(limit=0), Settings(budget=ZERO)):
        with pytest.raises(BadRequest):
            await house.runs.begin("work", "home", wrong, ANN)
    assert (await house.runs.newest(), house.answers.asked) == ([], [])


async def test_the_same_request_is_asked_once_unless_fresh_or_otherwise(house: House) -> None:
    house.answers.cost = Nanodollars(7)
    first = await house.ended()
    again = await house.ended()
    assert len(house.answers.asked) == 6
    kept = house.results(again)[0]
    assert (kept.cost, kept.saved, kept.repeated, kept.scores["exact"].value) == (0, 7, True, 1.0)
    assert (first.spent, again.spent) == (42, 0)
    assert (await house.runs.progress(again)).counts.repeated == 6
    assert sorted(house.scorers["exact"].scored) == [0, 1, 2, 3, 4, 5]
    unscored = await house.ended(Settings())
    assert [result.scores for result in house.results(unscored)] == [{}] * 6
    await house.ended(Settings(("exact",), fresh=True))
    assert len(house.answers.asked) == 12
    house.standing = "two"
    await house.ended()
    assert len(house.answers.asked) == 18
    house.repeatable = False
    await house.ended()
    assert len(house.answers.asked) == 24


async def test_a_limit_draws_the_same_examples_whoever_is_asked(house: House) -> None:
    limited = Settings(limit=3, seed=4)
    one, two = await house.ended(limited), await house.ended(limited, "away")
    places = [each.place for each in house.results(one)]
    assert len(places) == 3
    assert [each.place for each in house.results(two)] == places
    assert (await house.runs.progress(one)).total == 3


async def test_it_knows_which_examples_belong_together_while_the_dataset_is_there(house: House) -> None:
    some = [
        msgspec.structs.replace(each, slices={"cluster": "one"} if place < 2 else {"task": "two"})
        for place, each in enumerate(examples(4))
    ]
    documents = house.datasets.add(Dataset(dataset_id(some), "documents", 4, 1), some)
    run = await house.runs.wait((await house.runs.begin("documents", "home", PLAIN, ANN)).id, PATIENCE)
    assert await house.runs.clusters(run.id) == {some[0].id: "one", some[1].id: "one"}
    house.datasets.remove(documents.id, force=True)
    assert await house.runs.clusters(run.id) == {}


async def test_one_that_fails_is_recorded_and_the_others_go_on(house: House) -> None:
    house.answers.before = lambda exchange: fails(exchange) if question(exchange) == 2 else None
    run = await house.ended()
    assert run.state == "done"
    assert [each.state for each in house.results(run)] == [*["answered"] * 2, "failed", *["answered"] * 3]
    assert "it is down" in house.results(run)[2].error


async def test_what_failed_in_a_blip_is_asked_again_once_the_others_are_answered(house: House) -> None:
    turns = iter(range(100))
    house.answers.before = lambda exchange: fails(exchange) if next(turns) < 3 else None
    run = await house.ended(Settings(parallel=1))
    assert (run.state, run.note) == ("done", "")
    assert list(map(question, house.answers.asked)) == [0, 1, 2, 3, 4, 5, 0, 1, 2]
    assert {each.state for each in house.results(run)} == {"answered"}


async def test_what_goes_on_failing_is_asked_twice_and_told(house: House) -> None:
    house.answers.before = lambda exchange: fails(exchange) if question(exchange) == 2 else None
    run = await house.ended(Settings(parallel=1))
    assert (run.state, len(house.answers.asked)) == ("done", 7)
    assert run.note == "1 failed: every target failed: home: it is down; 'freehold eval resume' asks again"


async def test_when_nothing_answers_any_more_it_ends_and_goes_on_when_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failing, "FAILURES", 3)
    house.answers.before = lambda exchange: fails(exchange) if question(exchange) > 0 else None
    run = await house.ended(Settings(("exact",), parallel=1))
    assert (run.state, len(house.answers.asked)) == ("partial", 4)
    assert "3 requests in a row failed" in run.note
    house.answers.before = lambda _: None
    await house.runs.resume(run.id, ANN)
    run = await house.runs.wait(run.id, PATIENCE)
    assert (run.state, run.note, len(house.results(run))) == ("done", "", 6)
    assert len(house.answers.asked) == 9, "what was answered is not asked again"


async def test_a_target_that_is_full_is_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_FIRST_PAUSE", 0.001)
    turns = iter(range(100))
    house.answers.before = lambda exchange: fails(exchange, "rate_limited") if next(turns) < 9 else None
    run = await house.ended()
    assert {each.state for each in house.results(run)} == {"answered"}
    assert len(house.answers.asked) == 15


async def test_a_budget_with_a_known_worst_case_is_never_passed(house: House) -> None:
    house.answers.cost, house.worst = Nanodollars(10), Nanodollars(25)
    run = await house.ended(Settings(("exact",), budget=Nanodollars(60)))
    assert (run.state, run.spent, len(house.results(run))) == ("partial", 40, 4)
    assert "0.00000002 US dollars are left" in run.note
    await house.runs.resume(run.id, ANN, Nanodollars(1000))
    run = await house.runs.wait(run.id, PATIENCE)
    assert (run.state, run.spent) == ("done", 60)


async def test_a_budget_without_one_is_asked_one_at_a_time_and_stops_before_the_next(house: House) -> None:
    house.answers.cost = Nanodollars(10)
    run = await house.ended(Settings(budget=Nanodollars(35), parallel=4))
    assert (run.state, run.spent, house.answers.most) == ("partial", 30, 1)


async def test_the_budget_of_the_key_ends_it_and_keeps_what_there_is(house: House) -> None:
    def spent(exchange: Exchange) -> None:
        if question(exchange) >= 2:
            raise BudgetSpent("the key's budget is spent until tomorrow")

    house.answers.before = spent
    run = await house.ended(Settings(parallel=1))
    assert (run.state, len(house.results(run))) == ("partial", 2)
    assert run.note.startswith("the key's budget is spent")


async def test_a_run_ends_with_its_key(house: House) -> None:
    def revoke(exchange: Exchange) -> None:
        if question(exchange) == 1:
            house.holders.clear()

    house.answers.before = revoke
    run = await house.ended(Settings(("exact",), parallel=1))
    assert (run.state, len(house.results(run))) == ("partial", 2)
    assert "key_ann" in run.note
    assert house.results(run)[1].scores["exact"].value == 1.0


async def test_what_was_stopped_keeps_what_it_has_and_goes_on_when_told(house: House) -> None:
    house.answers.gate = asyncio.Event()
    run = await house.runs.begin("work", "home", Settings(("exact",), parallel=2), ANN)
    await until(lambda: len(house.answers.asked) == 2)
    assert (await house.runs.get(run.id)).state == "running"
    with pytest.raises(Conflict, match="running"):
        await house.runs.remove(run.id)
    await house.runs.halt(run.id)
    house.answers.gate.set()
    run = await house.runs.wait(run.id, PATIENCE)
    assert (run.state, len(house.results(run))) == ("stopped", 2)
    await house.runs.resume(run.id, ANN)
    assert (await house.runs.wait(run.id, PATIENCE)).state == "done"
    assert len(house.answers.asked) == 6
    await house.runs.remove(run.id)
    with pytest.raises(NotFound):
        await house.runs.get(run.id)


async def test_more_runs_than_there_is_room_for_wait_their_turn(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_AT_ONCE", 1)
    house.answers.gate = asyncio.Event()
    first = await house.runs.begin("work", "home", PLAIN, ANN)
    second = await house.runs.begin("work", "away", PLAIN, ANN)
    await until(lambda: len(house.answers.asked) == 4)
    assert (await house.runs.get(second.id)).state == "waiting"
    house.answers.gate.set()
    assert (await house.runs.wait(first.id, PATIENCE)).state == "done"
    assert (await house.runs.wait(second.id, PATIENCE)).state == "done"


async def test_one_that_waits_can_be_stopped_before_it_begins(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_AT_ONCE", 0)
    run = await house.runs.begin("work", "home", PLAIN, ANN)
    assert (await house.runs.halt(run.id)).state == "stopped"


async def test_the_next_process_goes_on_where_this_one_ended(store: SqliteStore) -> None:
    first = House(store)
    first.answers.cost, first.worst = Nanodollars(5), Nanodollars(9)
    first.answers.gate, first.answers.waits = asyncio.Event(), lambda exchange: question(exchange) >= 2
    run = await first.runs.begin("work", "home", Settings(("exact",), parallel=2, budget=Nanodollars(500)), ANN)
    await until(lambda: len(first.answers.asked) == 4)
    await first.close()  # With two under way, as a process that is killed leaves them.
    second = House(store)
    second.answers.cost, second.worst = Nanodollars(5), Nanodollars(9)
    await second.runs.resume_all()
    run = await second.runs.wait(run.id, PATIENCE)
    assert (run.state, len(second.results(run))) == ("done", 6)
    assert len(second.answers.asked) == 4
    assert run.spent == 6 * 5 + 2 * 9, "what was under way counts as spent, since nobody knows what became of it"
    await second.close()


async def test_a_run_waits_while_the_disk_does_not_take_results(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_RETRY_SECONDS", 0.01)
    put, turns = house.rows.put, iter(range(100))

    def refused(*given: object) -> None:
        if next(turns) < 2:
            raise Unavailable("the disk is full")
        put(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(house.rows, "put", refused)
    assert ((await house.ended()).state, len(house.answers.asked) >= 6) == ("done", True)


async def test_a_fault_of_ours_ends_one_run_alone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(house.rows, "put", broken)
    run = await house.ended()
    assert (run.state, run.note) == ("failed", "Freehold failed on it (ZeroDivisionError); its log has the story")


async def test_what_changed_meanwhile_is_asked_again(house: House) -> None:
    def change(exchange: Exchange) -> None:
        if question(exchange) == 3:
            house.standing = "two"

    house.answers.before = change
    run = await house.ended(Settings(parallel=1))
    assert sorted(map(question, house.answers.asked)) == sorted([0, 1, 2, 3, 4, 5, *range(4)])
    assert len(house.results(run)) == 6


async def test_what_was_asked_twice_is_told_and_a_revision_alone_asks_nothing_twice(house: House) -> None:
    def change(exchange: Exchange) -> None:
        house.revision = "r2"
        if question(exchange) == 3:
            house.standing = "two"

    house.answers.before = change
    run = await house.ended(Settings(parallel=1))
    assert (run.anew, run.revision, len(house.answers.asked)) == (4, "r2", 10)
    assert run.note.startswith("4 answers were asked for a second time, since home")
    house.revision = "r3"
    await house.runs.resume(run.id, ANN)
    run = await house.runs.wait(run.id, PATIENCE)
    assert (run.state, len(house.answers.asked)) == ("done", 10)


async def test_what_is_left_of_another_subject_where_the_budget_ends_is_told(house: House) -> None:
    def change(exchange: Exchange) -> None:
        if question(exchange) == 5:
            house.standing = "two"

    house.answers.cost, house.answers.before = Nanodollars(10), change
    run = await house.ended(Settings(("exact",), budget=Nanodollars(80), parallel=1))
    assert (run.state, run.anew, len(house.results(run))) == ("partial", 2, 6)
    assert "4 answers are of what home was before, so that its figures are a mixture" in run.note


async def test_a_subject_that_never_holds_still_ends_it(house: House) -> None:
    turns = iter(range(1000))

    def change(_: Exchange) -> None:
        house.standing = f"version {next(turns)}"

    house.answers.before = change
    run = await house.ended(Settings(parallel=1))
    assert (run.state, len(house.answers.asked)) == ("partial", 18)
    assert "changed again and again" in run.note


async def test_what_labels_refuse_is_told_and_asked_again_when_it_goes_on(house: House) -> None:
    def refuse(exchange: Exchange) -> None:
        if question(exchange) < 2:
            raise LabelForbidden(Label.parse("confidential"), ["home"], ["other"])

    house.answers.before = refuse
    run = await house.ended(Settings(parallel=1))
    assert run.note == (
        "2 refused by label: data labelled confidential may not flow to home; allowed for this label: other; home is"
        " cleared for internal"
    )
    assert (run.state, (await house.runs.progress(run)).counts.barred) == ("done", 2)
    house.answers.before = lambda _: None
    await house.runs.resume(run.id, ANN)
    run = await house.runs.wait(run.id, PATIENCE)
    assert (run.note, len(house.results(run)), (await house.runs.progress(run)).counts.barred) == ("", 6, 0)


async def test_answers_are_scored_anew_without_being_asked_again(house: House) -> None:
    run = await house.ended()
    house.scorers |= {"exact": Exact(version="2"), "other": Exact("other")}
    await house.runs.score(run.id, ["other"], ANN)
    run = await house.runs.wait(run.id, PATIENCE)
    assert (run.state, run.settings.scorers, len(house.answers.asked)) == ("done", ("exact", "other"), 6)
    assert [len(each.scored) for each in house.scorers.values()] == [6, 6]
    assert set(house.results(run)[0].scores) == {"exact", "other"}
    with pytest.raises(BadRequest):
        await house.runs.score(run.id, ["none"], ANN)


async def test_results_from_elsewhere_become_a_run_that_nobody_can_go_on_with(house: House) -> None:
    results = tuple(
        GivenResult(place=place, text="x", scores={"exact": GivenScore(float(place % 2))}) for place in range(6)
    )
    run = await house.runs.bring(Document("work", "theirs", results))
    assert (run.state, run.subject, run.settings.scorers) == ("done", "theirs", ("exact",))
    assert (await house.runs.progress(run)).scores == {"exact": (6, 0.5)}
    with pytest.raises(Conflict, match="elsewhere"):
        await house.runs.resume(run.id, ANN)
    part = await house.runs.bring(Document("work", "theirs", results[:2], note="half of it"))
    assert (part.state, part.note) == ("partial", "half of it")
    taken = await house.runs.taken(part.id)
    assert [(each.place, each.text) for each in taken.results] == [(0, "x"), (1, "x")]
