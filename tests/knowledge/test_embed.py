from __future__ import annotations

import asyncio
import math

import numpy as np
import pytest

from freehold.core.errors import BadRequest, Fault, LabelForbidden, UpstreamFailed
from freehold.core.event import Embedded, Opened
from freehold.core.label import Label
from freehold.core.request import AnyRequest, EmbeddingRequest
from freehold.core.target import Profile, Target
from freehold.knowledge.embed import LOCAL, REMOTE, Pace, TargetEmbedder
from freehold.providers.scripted import Scene
from support.asked import House
from support.decisions import a_target

INTERNAL = Label.parse("internal")
TARGET = a_target("e", "internal", profile=Profile(chat=False, embeddings=True))
SMALL = Pace(batch=3, parallel=2, characters=1000)


def inputs(request: AnyRequest) -> tuple[str, ...]:
    assert isinstance(request, EmbeddingRequest)
    return tuple(str(each) for each in request.inputs)


def lengths(target: Target, request: AnyRequest) -> Scene:
    """Vectors that tell the texts' lengths."""
    return Scene((Opened(), Embedded(tuple((float(len(text)), 1.0) for text in inputs(request)))))


def at_most(characters: int) -> object:
    def script(target: Target, request: AnyRequest) -> Scene:
        if any(len(text) > characters for text in inputs(request)):
            return Scene(refuses=Fault.REJECTED)
        return lengths(target, request)

    return script


def answering(*vectors: tuple[float, ...]) -> House:
    return House(TARGET, lambda _target, _request: Scene((Opened(), Embedded(vectors))))


async def test_vectors_are_of_length_one_in_the_order_of_their_texts() -> None:
    where = House(TARGET, lengths)
    embedder = TargetEmbedder(where.handler, TARGET, pace=SMALL)
    texts = ["x" * size for size in range(1, 8)]
    vectors = await embedder(texts, label=INTERNAL)
    assert (vectors.shape, vectors.dtype) == ((7, 2), np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert np.allclose(vectors[:, 0] / vectors[:, 1], range(1, 8))
    assert sorted(len(each) for each in where.inputs) == [1, 3, 3]


async def test_no_text_asks_nobody() -> None:
    where = House(TARGET, lengths)
    assert (await TargetEmbedder(where.handler, TARGET)([], label=INTERNAL)).shape == (0, 0)
    assert where.double.asked == []


async def test_no_more_requests_are_under_way_than_the_pace_says() -> None:
    where = House(TARGET, lambda target, request: Scene(lengths(target, request).events, wait=0.01))
    most = 0

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, where.double.open)
            await asyncio.sleep(0.001)

    watching = asyncio.create_task(watch())
    await TargetEmbedder(where.handler, TARGET, pace=Pace(1, 2, 1000))(["x"] * 8, label=INTERNAL)
    watching.cancel()
    assert most == 2


def test_the_pace_is_by_where_the_target_is() -> None:
    where = House(TARGET)
    assert TargetEmbedder(where.handler, TARGET)._pace is REMOTE
    assert TargetEmbedder(where.handler, a_target("m", engine="llamacpp"))._pace is LOCAL


def test_a_space_is_the_target_its_model_and_its_weights() -> None:
    where = House(TARGET)
    assert TargetEmbedder(where.handler, TARGET).space == "e/e"
    assert TargetEmbedder(where.handler, TARGET, weights="0123456789abcdef").space == "e/e@0123456789ab"


async def test_a_text_that_is_too_long_is_embedded_by_its_beginning_and_the_others_whole() -> None:
    where = House(TARGET, at_most(100))  # type: ignore[arg-type]
    embedder = TargetEmbedder(where.handler, TARGET, pace=Pace(8, 1, 1000))
    vectors = await embedder(["a" * 10, "b" * 900, "c" * 100], label=INTERNAL)
    shown = vectors[:, 0] / vectors[:, 1]
    assert shown[0] == pytest.approx(10)
    assert 50 < shown[1] <= 100
    assert shown[2] == pytest.approx(100)
    assert embedder.shortened == 1


async def test_a_text_is_never_sent_beyond_the_pace_s_characters() -> None:
    where = House(TARGET, lengths)
    await TargetEmbedder(where.handler, TARGET, pace=Pace(8, 1, 50))(["x" * 1000], label=INTERNAL)
    assert where.inputs == [("x" * 50,)]


async def test_a_short_text_that_is_refused_is_refused_for_another_reason() -> None:
    where = House(TARGET, at_most(0))  # type: ignore[arg-type]
    with pytest.raises(BadRequest):
        await TargetEmbedder(where.handler, TARGET)(["x" * 200], label=INTERNAL)
    assert len(where.double.asked) < 10


async def test_a_target_that_does_not_embed_is_not_asked_ever_shorter_texts() -> None:
    chats = a_target("chats", "internal")
    where = House(chats)
    with pytest.raises(BadRequest, match="makes no embeddings"):
        await TargetEmbedder(where.handler, chats)(["x" * 500, "y"], label=INTERNAL)
    assert len(where.book.settled) == 1


async def test_what_the_target_may_not_see_is_not_sent() -> None:
    where = House(TARGET, lengths)
    with pytest.raises(LabelForbidden):
        await TargetEmbedder(where.handler, TARGET)(["x"], label=Label.parse("confidential"))
    assert where.double.asked == []


@pytest.mark.parametrize(
    ("vectors", "what"),
    [
        (((1.0,),), "1 vectors for 2 texts"),
        (((1.0, 2.0), (1.0,)), "vectors of other lengths"),
        (((1.0, 2.0), (0.0, 0.0)), "zero or not of finite numbers"),
        (((1.0, 2.0), (math.inf, 0.0)), "zero or not of finite numbers"),
        (((1.0, 2.0), (math.nan, 0.0)), "zero or not of finite numbers"),
    ],
)
async def test_improper_vectors_are_refused(vectors: tuple[tuple[float, ...], ...], what: str) -> None:
    where = answering(*vectors)
    with pytest.raises(UpstreamFailed, match=what):
        await TargetEmbedder(where.handler, TARGET)(["a", "b"], label=INTERNAL)


async def test_the_dimensions_stay_what_they_were() -> None:
    sizes = iter([2, 3])

    def script(target: Target, request: AnyRequest) -> Scene:
        return Scene((Opened(), Embedded(((1.0,) * next(sizes),))))

    embedder = TargetEmbedder(House(TARGET, script).handler, TARGET)
    await embedder(["a"], label=INTERNAL)
    with pytest.raises(UpstreamFailed, match="the 2 dimensions it had before"):
        await embedder(["b"], label=INTERNAL)
