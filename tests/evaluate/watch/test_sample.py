from __future__ import annotations

import msgspec

from freehold.catalog.promises import Promise
from freehold.core.caller import Caller
from freehold.core.event import Answer, Choice
from freehold.core.exchange import Exchange
from freehold.core.record import Attempt, End, Ending, Score
from freehold.core.request import Message, Request, TextPart, Tool
from freehold.evaluate.watch.looking import chosen
from freehold.evaluate.watch.sample import Observers, Sampler, watchlist
from freehold.evaluate.watch.seen import Seen

ANN = Caller(key_id="key_ann", name="ann")


def exchange(alias: str = "auto", origin: str = "api", tools: tuple[Tool, ...] = ()) -> Exchange:
    request = Request(alias, (Message("user", (TextPart("hi"),)),), "openai", tools=tools, user="somebody")
    request = msgspec.structs.replace(request, metadata={"a": "b"})
    return Exchange(request, ANN, origin=origin)


def ended(made: Exchange, *, method: str = "promise") -> Exchange:
    score = Score(method, 0.9, kept=True)
    made.attempts.append(Attempt("away", 1, fault="server"))
    made.attempts.append(Attempt("home", 2, shown=True, score=score))
    made.answer = Answer(choices=[Choice(text="Well.")])
    made.end = End(Ending.COMPLETED, 200, total_ms=12.0)
    return made


def sampler(**watched: dict[str, float]) -> tuple[Sampler, list[Seen]]:
    told: list[Seen] = []
    made = Sampler(told.append, seed=1)
    made.watchlist = watched
    return made, told


def never(_exchange: Exchange) -> bool:
    return False


def test_what_was_chosen_is_gathered_and_handed_on() -> None:
    made, told = sampler(auto={"audit": 1.0})
    one = exchange()

    assert made.gathers(never)(one)
    made.ended(ended(one))
    (seen,) = told
    assert (seen.route, seen.drawn, seen.text, seen.target) == ("auto", {"audit": 1.0}, "Well.", "home")
    assert (seen.kept, seen.chance, seen.completed, seen.failed) == (True, 0.9, True, ("away",))
    assert seen.request is not None
    assert seen.request.messages == one.request.messages  # type: ignore[union-attr]
    assert seen.request.user is None
    assert seen.slices == {"a": "b"}


def test_what_was_not_chosen_is_let_be() -> None:
    made, told = sampler(auto={"audit": 1.0})
    for other in (exchange("plain"), exchange(origin="evaluate"), exchange(tools=(Tool("f", {}),))):
        assert not made.gathers(never)(other)
        made.ended(ended(other))

    assert told == []


def test_what_is_captured_anyway_is_gathered_still() -> None:
    made, _ = sampler()

    assert made.gathers(lambda _exchange: True)(exchange())


def test_the_share_is_what_it_is_said_to_be() -> None:
    made, told = sampler(auto={"audit": 0.2, "shadow": 0.5})
    for _ in range(2000):
        one = exchange()
        made.gathers(never)(one)
        made.ended(ended(one))

    assert 320 < sum("audit" in each.drawn for each in told) < 480
    assert 900 < sum("shadow" in each.drawn for each in told) < 1100


def test_a_turn_of_a_candidate_on_trial_brings_no_text() -> None:
    made, told = sampler(auto={"turn": 1.0})
    one = exchange()

    assert not made.gathers(never)(one)
    made.ended(ended(one))
    assert told[0].body is None


def test_an_answer_that_another_rule_kept_is_not_kept_by_a_promise() -> None:
    made, told = sampler(auto={"audit": 1.0})
    one = exchange()
    made.gathers(never)(one)
    made.ended(ended(one, method="confidence"))

    assert not told[0].kept


def test_several_observers_see_each() -> None:
    first, second = sampler(auto={"turn": 1.0}), sampler(auto={"turn": 1.0})
    one = exchange()
    for each in (first[0], second[0]):
        each.gathers(never)(one)
    Observers(first[0], second[0]).ended(ended(one))

    assert (len(first[1]), len(second[1])) == (1, 1)


def test_only_what_is_in_force_is_watched() -> None:
    active = Promise("pr_1", "auto", "2026-11-22", "single", "away", None, single="home")
    suspended = Promise("pr_2", "code", "2026-11-22", "single", "away", None, single="home", state="suspended")
    found = watchlist({"auto": active, "code": suspended}, {"auto": 0.1}, ["plain"], 0.05, judged=True)

    assert found == {"auto": {"audit": chosen(0.05), "shadow": 0.1}, "plain": {"turn": 1.0, "quality": 0.05}}
    assert watchlist({"auto": active}, {}, [], 0.0, judged=False) == {}
