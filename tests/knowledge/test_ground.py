"""What is searched for whom, and what is shown to whom: rights and labels before anything is found."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, LabelForbidden, NotFound
from freehold.core.exchange import Exchange, Headers
from freehold.core.label import Label
from freehold.core.request import Grounds, Message, Request, Sampling, TextPart
from freehold.core.target import Limits, Target
from freehold.knowledge.ground import MOST_CHARACTERS, Ground, Grounded, Settings
from freehold.knowledge.model import Hit
from support.decisions import ANYONE, a_permit, a_request, a_target
from support.passages import LEAVE, MEALS, Shelf, a_hit

READER = a_target("reader", provider="reader")
OWN, OUT = a_target("own"), a_target("out", "internal")
STAFF = Caller("k", "staff", groups=frozenset({"staff"}))


async def nobody(_: Exchange) -> Any:
    raise AssertionError("no model is asked")


def an_exchange(
    *targets: Target, collections: tuple[str, ...] = ("handbook",), caller: Caller = ANYONE, **changes: Any
) -> Exchange:
    """As it comes to the stage: admitted, its collections asked for by the request itself."""
    request = changes.pop("request", None) or a_request(TextPart("How many days of paid leave do employees have?"))
    exchange = Exchange(request, caller, changes.pop("headers", Headers(collections=collections)))
    exchange.collections, exchange.label = collections, Label.parse("internal")
    exchange.permit = a_permit(*(targets or (OWN,)))
    return exchange


def over(shelf: Shelf, **settings: Any) -> Ground:
    return Ground(
        shelf.find,
        shelf.labels,
        ask=nobody,  # type: ignore[arg-type]
        settings=lambda: Settings(**settings),
        known=lambda: (OWN, OUT, READER),
    )


async def grounded(shelf: Shelf, exchange: Exchange, **settings: Any) -> Grounded:
    found = await over(shelf, **settings)(exchange)
    assert found is not None
    return found


async def test_what_is_found_becomes_numbered_passages_in_the_request() -> None:
    shelf = Shelf(a_hit(), a_hit(MEALS, name="expenses.md"))
    exchange = an_exchange()
    found = await grounded(shelf, exchange)
    assert [(each.number, each.text) for each in found.passages] == [(1, LEAVE), (2, MEALS)]
    assert isinstance(exchange.request, Request)
    question = "How many days of paid leave do employees have?"
    assert found.request.grounds == Grounds(question, found.passages, exchange.request.messages)
    prompt = found.request.messages[-1].parts[0]
    assert isinstance(prompt, TextPart)
    assert LEAVE in prompt.text
    assert prompt.text.endswith(question)


async def test_the_search_is_asked_with_the_readers_rights_and_under_the_requests_label() -> None:
    shelf = Shelf(a_hit())
    exchange = an_exchange(caller=STAFF)
    exchange.label = Label.parse("confidential")
    await grounded(shelf, exchange, passages=3)
    ((query, label),) = shelf.queries
    assert query.reader.groups == {"staff"}
    assert shelf.callers == [STAFF]
    assert not query.reader.everything
    assert (query.collections, query.limit, str(label)) == (("handbook",), 3, "confidential")


async def test_only_labels_that_flow_to_the_target_that_may_see_most_are_searched() -> None:
    shelf = Shelf(a_hit(), a_hit(MEALS, "confidential;eu"), a_hit("Health.", "confidential;health"))
    eu = a_target("eu", "confidential;eu")
    found = await grounded(shelf, an_exchange(OUT, eu))
    assert shelf.queries[0][0].labels == {Label.parse("internal"), Label.parse("confidential;eu")}
    assert [each.text for each in found.passages] == [LEAVE, MEALS]


async def test_a_passage_of_another_label_than_was_decided_on_is_left_out() -> None:
    """It was raised between the decision and the search."""

    class Late(Shelf):
        async def find(self, query: Any, label: Label, caller: Caller) -> list[Hit]:
            return [a_hit("Now restricted.", "restricted"), *await super().find(query, label, caller)]

    found = await grounded(Late(a_hit()), an_exchange(OUT))
    assert [each.text for each in found.passages] == [LEAVE]


async def test_where_no_target_may_see_any_of_it_the_request_is_refused() -> None:
    shelf = Shelf(a_hit(label="confidential"), a_hit(MEALS, "restricted"))
    with pytest.raises(LabelForbidden) as caught:
        await over(shelf)(an_exchange(OUT))
    assert (str(caught.value.label), caught.value.allowed) == ("confidential", ("own", "reader"))
    assert "out" in caught.value.message
    assert shelf.queries == []


async def test_who_may_read_nothing_is_told_what_who_asks_for_nothing_real_is_told() -> None:
    shelf = Shelf((a_hit(), frozenset({"board"})))
    told = []
    for name in ("handbook", "nowhere"):
        with pytest.raises(NotFound) as caught:
            await over(shelf)(an_exchange(collections=(name,), caller=STAFF))
        told.append(caught.value.message.replace(name, "X"))
        assert caught.value.status == 404
    assert told[0] == told[1]
    assert shelf.queries == []


async def test_every_collection_that_is_asked_for_must_be_there() -> None:
    with pytest.raises(NotFound, match="contracts"):
        await over(Shelf(a_hit()))(an_exchange(collections=("handbook", "contracts")))


async def test_what_a_route_chose_and_the_reader_may_not_read_is_as_if_nothing_was_found() -> None:
    shelf = Shelf((a_hit(), frozenset({"board"})))
    found = await grounded(shelf, an_exchange(headers=Headers()))
    assert found.passages == ()
    assert "Nothing was found" in str(found.request.messages)


async def test_an_admins_key_reads_all() -> None:
    shelf = Shelf((a_hit(), frozenset({"board"})))
    found = await grounded(shelf, an_exchange(caller=Caller("k", "a", role="admin")))
    assert len(found.passages) == 1


@pytest.mark.parametrize(
    ("targets", "stated", "wanted"),
    [((READER,), None, True), ((READER,), (), False), ((OWN,), None, False), ((READER, OWN), None, False)],
)
def test_only_the_lone_reader_falls_back_on_the_documentation(
    targets: tuple[Target, ...], stated: tuple[str, ...] | None, wanted: bool
) -> None:
    exchange = an_exchange(*targets, collections=(), headers=Headers(collections=stated))
    assert over(Shelf()).wants(exchange) is wanted
    assert not over(Shelf(), documentation=False).wants(exchange)


async def test_the_reader_falls_back_where_it_has_no_text_to_read() -> None:
    shelf = Shelf(a_hit("Name it in freehold.toml.", "public", collection="freehold"))
    bare = an_exchange(READER, collections=(), headers=Headers())
    found = await grounded(shelf, bare)
    assert found.request.grounds is not None
    assert not found.request.grounds.chosen
    assert shelf.queries[0][0].collections == ("freehold",)
    text = a_request(TextPart("The tower is 34 metres high. It was built in 1857.\n\nHow high is the tower?"))
    assert await over(shelf)(an_exchange(READER, collections=(), headers=Headers(), request=text)) is None
    assert await over(Shelf())(an_exchange(READER, collections=(), headers=Headers())) is None


async def test_passages_are_bounded_in_number_and_in_length() -> None:
    hits = [a_hit(f"{number} " + "word " * 1000, name=f"{number}.md") for number in range(9)]
    found = await grounded(Shelf(*hits), an_exchange(), passages=20)
    assert 1 < len(found.passages) < 9
    assert sum(len(each.text) for each in found.passages) <= MOST_CHARACTERS
    assert len((await grounded(Shelf(*hits), an_exchange(), passages=2)).passages) == 2


async def test_passages_fit_the_smallest_window_that_holds_one() -> None:
    hits = [a_hit(f"{number} " + "word " * 200, name=f"{number}.md") for number in range(8)]
    small, large = a_target("small", limits=Limits(context=1200)), a_target("large", limits=Limits(context=32_000))
    found = await grounded(Shelf(*hits), an_exchange(small, large))
    assert 0 < len(found.passages) < 8
    assert len((await grounded(Shelf(*hits), an_exchange(large))).passages) == 8
    tiny = a_target("tiny", limits=Limits(context=200))
    assert len((await grounded(Shelf(*hits), an_exchange(tiny, large))).passages) == 8
    with pytest.raises(BadRequest, match="no room"):
        await over(Shelf(*hits))(an_exchange(tiny))


async def test_room_is_left_for_the_answer_that_is_asked_for() -> None:
    hits = [a_hit(f"{number} " + "word " * 200, name=f"{number}.md") for number in range(8)]
    target = a_target(limits=Limits(context=2300))
    question = TextPart("How many days of paid leave do employees have?")
    short = await grounded(
        Shelf(*hits), an_exchange(target, request=a_request(question, sampling=Sampling(max_tokens=10)))
    )
    long = await grounded(
        Shelf(*hits), an_exchange(target, request=a_request(question, sampling=Sampling(max_tokens=3000)))
    )
    assert len(long.passages) < len(short.passages)


def follow_up() -> Request:
    turns = ("How many days of paid leave do employees have?", "28 days.", "and for contractors?")
    roles = ("user", "assistant", "user")
    return a_request(
        messages=tuple(Message(role, (TextPart(turn),)) for role, turn in zip(roles, turns, strict=True))  # type: ignore[arg-type]
    )


async def test_a_follow_up_is_searched_with_what_it_leans_on() -> None:
    shelf = Shelf(a_hit())
    await grounded(shelf, an_exchange(request=follow_up()))
    assert shelf.queries[0][0].text == "How many days of paid leave do employees have? and for contractors?"


async def test_a_rewriter_that_fails_leaves_the_rule() -> None:
    from freehold.core.errors import Forbidden

    def refuse(_: Exchange) -> Any:
        raise Forbidden("not this key")

    shelf = Shelf(a_hit())
    ground = Ground(shelf.find, shelf.labels, ask=refuse, settings=lambda: Settings(rewrite="small"))
    assert await ground(an_exchange(request=follow_up())) is not None
    assert shelf.queries[0][0].text.endswith("and for contractors?")


async def test_a_long_turn_is_searched_by_its_question() -> None:
    shelf = Shelf(a_hit())
    text = "This is background that nobody asked about. " * 60 + "\n\nHow many days of paid leave do employees have?"
    await grounded(shelf, an_exchange(request=a_request(TextPart(text))))
    assert shelf.queries[0][0].text == "How many days of paid leave do employees have?"
