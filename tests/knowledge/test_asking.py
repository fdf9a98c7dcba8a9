from __future__ import annotations

import pytest

from freehold.core.errors import Fault, LabelForbidden, UnknownModel, UpstreamFailed, UpstreamTimeout
from freehold.core.event import Opened
from freehold.core.label import Label
from freehold.core.record import Ending
from freehold.core.request import EmbeddingRequest
from freehold.core.target import Profile
from freehold.knowledge.asking import ask
from freehold.providers.scripted import Scene
from support.asked import House
from support.decisions import a_target

INTERNAL = Label.parse("internal")
EMBEDS = Profile(chat=False, embeddings=True)
REQUEST = EmbeddingRequest("e", ("a text",))


def house(clearance: str = "internal", scene: Scene | None = None) -> House:
    target = a_target("e", clearance, profile=EMBEDS)
    return House(target, None if scene is None else lambda _target, _request: scene)


async def test_the_answer_comes_and_the_record_says_who_asked_under_which_label() -> None:
    where = house()
    answer = await ask(where.handler, REQUEST, INTERNAL)
    assert answer.vectors is not None
    (exchange,) = where.book.settled
    assert (exchange.origin, exchange.caller.key_id, exchange.label) == ("knowledge", "knowledge", INTERNAL)
    assert exchange.end is not None
    assert exchange.end.ending is Ending.COMPLETED


async def test_what_a_target_may_not_see_is_not_sent() -> None:
    where = house()
    with pytest.raises(LabelForbidden):
        await ask(where.handler, REQUEST, Label.parse("internal;health"))
    assert where.double.asked == []


async def test_it_may_ask_no_other_target() -> None:
    caller_of = house()
    with pytest.raises(UnknownModel):
        await ask(caller_of.handler, EmbeddingRequest("another", ("a text",)), INTERNAL)


@pytest.mark.parametrize(("fault", "kind"), [(Fault.BROKEN, UpstreamFailed), (Fault.TIMEOUT_SILENCE, UpstreamTimeout)])
async def test_what_breaks_in_mid_answer_is_a_failure_of_the_target(fault: Fault, kind: type[UpstreamFailed]) -> None:
    where = house(scene=Scene((Opened(),), breaks=fault))
    with pytest.raises(UpstreamFailed, match="e failed in mid-answer") as caught:
        await ask(where.handler, REQUEST, INTERNAL)
    assert type(caught.value) is kind
