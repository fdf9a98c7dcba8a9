"""One run under way: what has been tested over the whole service is left out here."""

from __future__ import annotations

import msgspec
import pytest

from freehold.core.errors import BudgetSpent, Unavailable
from freehold.core.exchange import Exchange
from freehold.core.label import Label
from freehold.core.money import Nanodollars
from freehold.evaluate.asking import Asker
from freehold.evaluate.model import Example, Run, Settings
from freehold.evaluate.runs import patience
from freehold.evaluate.runs.carrying import Carrying
from support.evaluated import ANN, PLAIN, House, fails


def of(house: House, run: Run) -> Carrying:
    house.rows.add(run)
    return Carrying(run, house.rows, Asker(house.answers), house.subject, house.holders.get)


def todo(house: House) -> list[tuple[int, Example]]:
    return [(each.place, each.example) for each in house.datasets.examples(house.dataset.id)]


async def test_labels_of_the_data_travel_with_the_request(house: House) -> None:
    run = Run("run_1", house.dataset.id, "home", "waiting", ANN.key_id, 1, PLAIN)
    label = Label.parse("confidential;eu")
    [(place, example), *others] = todo(house)
    labelled = [(place, msgspec.structs.replace(example, label=label)), *others]
    assert await of(house, run)(labelled) == ("done", "")
    stated = [tuple(source.label for source in exchange.headers.stated) for exchange in house.answers.asked]
    assert sorted(stated) == [*[()] * len(others), (label,)]


async def test_what_the_key_may_not_pay_for_is_not_counted_as_spent(house: House) -> None:
    def refuse(_: Exchange) -> None:
        raise BudgetSpent("the key's budget is spent until tomorrow")

    house.answers.before, house.worst = refuse, Nanodollars(10)
    settings = Settings(parallel=1, budget=Nanodollars(25))
    run = Run("run_1", house.dataset.id, "home", "waiting", ANN.key_id, 1, settings)
    assert (await of(house, run)(todo(house)))[0] == "partial"
    assert house.rows.count_held("run_1") == 0


async def test_the_first_reason_to_end_is_the_runs(house: House) -> None:
    run = of(house, Run("run_1", house.dataset.id, "home", "waiting", ANN.key_id, 1, PLAIN))
    run.end("stopped", "it was stopped")
    run.end("partial", "no money")
    assert await run(todo(house)) == ("stopped", "it was stopped")
    assert house.answers.asked == []


async def test_a_subject_that_is_gone_ends_it(house: House) -> None:
    run = of(house, Run("run_1", house.dataset.id, "nobody", "waiting", ANN.key_id, 1, PLAIN))
    assert await run(todo(house)) == ("partial", "there is no model 'nobody'")


async def test_a_ledger_that_takes_nothing_is_not_the_examples_fault(house: House) -> None:
    def refuse(_: Exchange) -> None:
        raise Unavailable("the ledger cannot take it")

    house.answers.before = refuse
    run = of(house, Run("run_1", house.dataset.id, "home", "waiting", ANN.key_id, 1, PLAIN))
    with pytest.raises(ExceptionGroup) as raised:
        await run(todo(house))
    assert (
        raised.group_contains(Unavailable) if hasattr(raised, "group_contains") else raised.value.subgroup(Unavailable)
    )
    assert house.rows.hashes("run_1") == {}


async def test_an_answer_that_is_billed_for_more_than_was_asked_for_ends_it(house: House) -> None:
    house.answers.cost, house.worst = Nanodollars(1000), Nanodollars(10)
    run = Run("run_1", house.dataset.id, "home", "waiting", ANN.key_id, 1, Settings(parallel=1))
    state, note = await of(house, run)(todo(house))
    assert (state, len(house.answers.asked)) == ("partial", 1)
    assert note.startswith("home counted 20 tokens in its answer, more than max_tokens and its max_output allow")
    assert "it came to 0.000001 US dollars where 0.00000001 was the most" in note


async def test_what_waits_when_it_is_stopped_was_not_asked(house: House) -> None:
    run = Run("run_1", house.dataset.id, "home", "waiting", ANN.key_id, 1, Settings(budget=Nanodollars(50)))
    house.worst = Nanodollars(9)
    carrying = of(house, run)

    def left_alone(exchange: Exchange) -> None:
        if len(house.answers.asked) == 4:
            carrying.end("stopped", "it was stopped")
        fails(exchange, "breaker_open", retry_after=60.0)

    house.answers.before = left_alone
    assert await carrying(todo(house)) == ("stopped", "it was stopped")
    assert (house.rows.hashes("run_1"), house.rows.count_held("run_1")) == ({}, 0)


async def test_what_finds_no_room_for_too_long_has_failed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.0)
    house.answers.before = lambda exchange: fails(exchange, "queue_full")
    run = of(house, Run("run_1", house.dataset.id, "home", "waiting", ANN.key_id, 1, PLAIN))
    assert (await run(todo(house)))[0] == "done"
    assert {row.result.state for row in house.rows.every("run_1")} == {"failed"}
