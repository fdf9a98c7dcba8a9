from __future__ import annotations

import random
from collections.abc import Callable

import msgspec
import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.evaluate.asking import Asker
from freehold.evaluate.judges.asked import Judging
from freehold.evaluate.judges.certify import GivenUp, certify
from freehold.evaluate.judges.model import Certification, Gold, Judge, Pair
from support.judging import CALLER, CHOOSER, RATER, Material, Played, Say, chooses, rates
from support.scored import example


def gold(size: int = 100) -> tuple[Gold, ...]:
    """Half of the better answers are the longer ones, half stand first."""
    asked = example().request.messages
    found: list[Gold] = []
    for n in range(size):
        good, bad = (f"good {n} " + "so" * 9, f"bad {n}") if n % 2 else (f"good {n}", f"bad {n} " + "so" * 9)
        found.append(Pair(asked, good, bad, 1) if n % 4 < 2 else Pair(asked, bad, good, 2))
    return tuple(found)


def begun(judge: Judge, size: int = 100) -> Certification:
    return Certification("ct_1", judge, CALLER.key_id, "running", 0, gold(size))


class Kept:
    def __init__(self) -> None:
        self.all: list[Certification] = []

    async def __call__(self, certification: Certification) -> None:
        self.all.append(certification)


def choosing(first: Callable[[str, str], bool]) -> Callable[[Material], str]:
    return lambda shown: chooses("1" if first(shown["answer 1"], shown["answer 2"]) else "2")(shown)


def mostly_good(share: float) -> Callable[[Material], str]:
    drawn = random.Random(1)
    return choosing(lambda one, _other: one.startswith("good") == (drawn.random() < share))


async def certified(judge: Judge, say: Callable[[Material], str]) -> Certification:
    return await certify(begun(judge), Judging(Asker(Played(say)), CALLER), keep=Kept(), standing="m1", revision="r1")


async def test_a_good_judge_is_certified_for_what_it_is() -> None:
    done = await certified(CHOOSER, mostly_good(0.9))
    certificate = done.certificate
    assert certificate is not None
    assert certificate.passed, certificate.why
    assert (certificate.judge, certificate.standing, certificate.revision) == (CHOOSER.id, "m1", "r1")
    assert certificate.answered_as == ("wise-1",)
    assert certificate.data.startswith("gold_")
    assert certificate.cost == 100 * 2 * 7


@pytest.mark.parametrize(
    ("say", "why"),
    [
        (choosing(lambda _one, _other: True), "position"),
        (choosing(lambda one, other: len(one) > len(other)), "length"),
        (mostly_good(0.5), "agreement"),
        (chooses("tie"), "agreement"),
        (lambda _shown: "I like both", "off format"),
    ],
)
async def test_other_judges_are_not_and_it_says_why(say: Callable[[Material], str], why: str) -> None:
    certificate = (await certified(CHOOSER, say)).certificate
    assert certificate is not None
    assert not certificate.passed
    assert why in certificate.why


async def test_a_rubric_judge_is_held_to_pairs_by_what_it_gives_more() -> None:
    done = await certified(RATER, lambda shown: rates(5 if shown["answer"].startswith("good") else 1)(shown))
    assert done.certificate is not None
    assert done.certificate.passed
    assert {each.name for each in done.certificate.measures} == {"agreement", "kappa", "length", "off format"}


async def test_it_goes_on_from_what_was_heard() -> None:
    kept = Kept()
    played = Played(mostly_good(1.0))
    await certify(begun(CHOOSER), Judging(Asker(played), CALLER), keep=kept)
    half = kept.all[1]
    assert half.state == "running"
    asked = len(played.asked)
    again = Played(mostly_good(1.0))
    done = await certify(half, Judging(Asker(again), CALLER), keep=Kept())
    assert 0 < len(again.asked) < asked
    assert done.certificate is not None
    assert done.certificate.passed


async def test_what_another_model_said_before_is_heard_anew() -> None:
    kept = Kept()
    await certify(begun(CHOOSER), Judging(Asker(Played(mostly_good(1.0))), CALLER), keep=kept, standing="m1")
    again = Played(chooses("1"))
    done = await certify(kept.all[1], Judging(Asker(again), CALLER), keep=Kept(), standing="m2")
    assert len(again.asked) == 200
    assert done.certificate is not None
    assert (done.certificate.passed, done.certificate.standing) == (False, "m2")


async def test_who_answered_before_is_remembered() -> None:
    kept = Kept()
    await certify(begun(CHOOSER), Judging(Asker(Played(mostly_good(1.0))), CALLER), keep=kept)
    whole = msgspec.structs.replace(kept.all[-2], heard=kept.all[-1].heard)
    assert whole.state == "running"
    done = await certify(whole, Judging(Asker(Played(chooses("1"))), CALLER), keep=Kept())
    assert done.certificate is not None
    assert done.certificate.answered_as == ("wise-1",)


def failing(many: int, say: Say) -> Say:
    """A judge that fails so often before it says anything."""
    left = iter(range(many))

    def said(shown: Material) -> str:
        if next(left, None) is not None:
            raise AttemptFailed(Fault.SERVER, "it is down")
        return say(shown)

    return said


async def test_a_judge_that_is_down_for_a_while_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.evaluate.judges.certify.FIRST_PAUSE", 0.001)
    judging = Judging(Asker(Played(failing(12, mostly_good(1.0)))), CALLER)
    done = await certify(begun(CHOOSER), judging, keep=Kept())
    assert done.certificate is not None
    assert done.certificate.passed


async def test_a_judge_that_stays_down_is_given_up_with_the_place_and_what_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("freehold.evaluate.judges.certify.FIRST_PAUSE", 0.001)
    judging = Judging(Asker(Played(failing(10**6, mostly_good(1.0)))), CALLER)
    with pytest.raises(GivenUp, match=r"^number \d of the 100 that it is held to: the judge did not answer: .*kept"):
        await certify(begun(CHOOSER), judging, keep=Kept())


async def test_a_judge_that_may_not_be_shown_the_gold_is_given_up() -> None:
    kept = Kept()
    handler = Played(chooses("1"), refuses=True)
    judging = Judging(Asker(handler), CALLER)
    with pytest.raises(GivenUp, match="may not be shown"):
        await certify(begun(CHOOSER), judging, keep=kept)
    assert kept.all[-1].state == "running"
