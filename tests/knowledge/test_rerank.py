from __future__ import annotations

import math

import pytest

from freehold.core.errors import LabelForbidden, UpstreamFailed
from freehold.core.event import Opened, Ranked, Reranked
from freehold.core.label import Label
from freehold.core.request import RerankRequest
from freehold.core.target import Profile
from freehold.knowledge.rerank import TargetReranker
from freehold.providers.scripted import Scene
from support.asked import House
from support.decisions import a_target

INTERNAL = Label.parse("internal")
TARGET = a_target("r", "internal", profile=Profile(chat=False, rerank=True))


async def test_scores_come_in_the_order_of_the_passages() -> None:
    where = House(TARGET)
    reranker = TargetReranker(where.handler, TARGET)
    scores = await reranker("parental leave", ["the office", "leave", "parental leave is"], label=INTERNAL)
    assert scores == [0.0, 0.5, 1.0]
    assert where.book.settled[0].label == INTERNAL


async def test_no_more_of_a_passage_is_sent_than_is_judged() -> None:
    where = House(TARGET)
    await TargetReranker(where.handler, TARGET)("q", ["x" * 100_000], label=INTERNAL)
    request = where.double.asked[0].request
    assert isinstance(request, RerankRequest)
    assert len(request.documents[0]) == 4_000


async def test_what_the_target_may_not_see_is_not_sent() -> None:
    where = House(TARGET)
    with pytest.raises(LabelForbidden):
        await TargetReranker(where.handler, TARGET)("q", ["x"], label=Label.parse("restricted"))
    assert where.double.asked == []


@pytest.mark.parametrize(
    "ranking", [(), (Ranked(0, 1.0),), (Ranked(0, 1.0), Ranked(2, 1.0)), (Ranked(0, 1.0), Ranked(1, math.nan))]
)
async def test_a_passage_without_a_score_is_a_failure(ranking: tuple[Ranked, ...]) -> None:
    where = House(TARGET, lambda _target, _request: Scene((Opened(), Reranked(ranking))))
    with pytest.raises(UpstreamFailed, match="did not score every passage"):
        await TargetReranker(where.handler, TARGET)("q", ["a", "b"], label=INTERNAL)
