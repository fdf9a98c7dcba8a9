from __future__ import annotations

import msgspec
import pytest

from freehold.core.caller import Caller
from freehold.core.errors import Fault, Forbidden, LabelForbidden, UnknownModel, UpstreamFailed, UpstreamTimeout
from freehold.core.event import Opened
from freehold.core.label import Label
from freehold.core.record import Ending
from freehold.core.request import EmbeddingRequest
from freehold.core.target import Profile, Target
from freehold.knowledge.asking import ask, asker
from freehold.providers.scripted import Scene
from support.asked import House
from support.decisions import a_target

INTERNAL = Label.parse("internal")
EMBEDS = Profile(chat=False, embeddings=True)
OURS = asker(a_target("e", "internal", profile=EMBEDS), None)
REQUEST = EmbeddingRequest("e", ("a text",))


def house(clearance: str = "internal", scene: Scene | None = None) -> House:
    target = a_target("e", clearance, profile=EMBEDS)
    return House(target, None if scene is None else lambda _target, _request: scene)


async def test_the_answer_comes_and_the_record_says_who_asked_under_which_label() -> None:
    where = house()
    answer = await ask(where.handler, REQUEST, INTERNAL, OURS)
    assert answer.vectors is not None
    (exchange,) = where.book.settled
    assert (exchange.origin, exchange.caller.key_id, exchange.label) == ("knowledge", "knowledge", INTERNAL)
    assert exchange.end is not None
    assert exchange.end.ending is Ending.COMPLETED


async def test_what_a_target_may_not_see_is_not_sent() -> None:
    where = house()
    with pytest.raises(LabelForbidden):
        await ask(where.handler, REQUEST, Label.parse("internal;health"), OURS)
    assert where.double.asked == []


async def test_it_may_ask_no_other_target() -> None:
    caller_of = house()
    with pytest.raises(UnknownModel):
        await ask(caller_of.handler, EmbeddingRequest("another", ("a text",)), INTERNAL, OURS)


@pytest.mark.parametrize(("fault", "kind"), [(Fault.BROKEN, UpstreamFailed), (Fault.TIMEOUT_SILENCE, UpstreamTimeout)])
async def test_what_breaks_in_mid_answer_is_a_failure_of_the_target(fault: Fault, kind: type[UpstreamFailed]) -> None:
    where = house(scene=Scene((Opened(),), breaks=fault))
    with pytest.raises(UpstreamFailed, match="e failed in mid-answer") as caught:
        await ask(where.handler, REQUEST, INTERNAL, OURS)
    assert type(caught.value) is kind


def elsewhere(*, owned: bool) -> Target:
    return msgspec.structs.replace(a_target("e", "internal", profile=EMBEDS), owned=owned)


LIMITED = Caller("key_ann", "ann", models=frozenset({"local"}), groups=frozenset({"hr"}), capture=True)


def test_an_owned_target_serves_every_key_and_it_alone_at_the_cost_of_that_key() -> None:
    by = asker(elsewhere(owned=True), LIMITED)
    assert (by.key_id, by.models, by.groups) == ("key_ann", {"e"}, {"hr"})


def test_a_target_elsewhere_serves_a_key_that_may_ask_it_and_no_other() -> None:
    remote = elsewhere(owned=False)
    with pytest.raises(Forbidden, match="add it to the key's models"):
        asker(remote, LIMITED)
    for models in (None, frozenset({"local", "e"})):
        assert asker(remote, msgspec.structs.replace(LIMITED, models=models)).models == {"e"}


def test_texts_of_documents_are_not_captured_and_the_key_gains_no_trust() -> None:
    by = asker(elsewhere(owned=True), LIMITED)
    assert not by.capture
    assert not by.may_declare
    assert not by.admin


async def test_it_is_recorded_as_asked_by_the_key_that_is_served() -> None:
    where = house("restricted;unsaid")
    await ask(where.handler, REQUEST, INTERNAL, asker(elsewhere(owned=True), LIMITED), of="request fh_1")
    (exchange,) = where.book.settled
    assert (exchange.caller.key_id, exchange.origin) == ("key_ann", "knowledge")
    assert "request fh_1" in {source.origin for source in exchange.sources}
    assert exchange.collections == ()
