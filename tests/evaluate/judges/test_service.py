from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from freehold.core.caller import Caller
from freehold.core.errors import (
    AttemptFailed,
    BadRequest,
    Conflict,
    Fault,
    NotFound,
    UnknownModel,
    Unprocessable,
)
from freehold.evaluate.asking import Asker
from freehold.evaluate.judges.model import Certification, Thresholds
from freehold.evaluate.judges.service import Judges
from freehold.jobs import Stopped
from support.judging import CALLER, CHOOSER, RATER, Material, Played, Say, chooses, judge_store

SECONDS = 20.0
ROWS = [
    {
        "question": "Which?",
        "first": f"good {n}" + " so" * (n % 2),
        "second": f"bad {n}" + " so" * (1 - n % 2),
        "better": 1,
    }
    for n in range(100)
]


def good(shown: Material) -> str:
    return chooses("1" if shown["answer 1"].startswith("good") else "2")(shown)


class Held:
    """Judges over a played model, and the durable function of a test, which runs at once in a thread of its own."""

    def __init__(self, folder: Path, say: Say = good, **played: Any) -> None:
        self.played = Played(say, **played)
        self.model = "m1"
        self.holder: Caller | None = CALLER
        self.submitted: list[str] = []
        self.begin = True
        self._work: list[asyncio.Future[None]] = []
        self.judges = Judges(
            judge_store(folder),
            Asker(self.played),
            stands=self.stands,
            revision=lambda: "r1",
            holder=lambda _key: self.holder,
            submit=self.submit,
            loop=lambda: self._loop,
        )
        self._loop = asyncio.get_running_loop()

    def stands(self, model: str, _caller: Caller) -> str:
        if model != "wise":
            raise UnknownModel(f"there is no {model}")
        return self.model

    def submit(self, item: str, _key: str) -> None:
        self.submitted.append(item)
        if self.begin:
            self._loop.call_soon_threadsafe(self._start, item)

    def _start(self, item: str) -> None:
        self._work.append(asyncio.ensure_future(asyncio.to_thread(self.judges.carry_out, item)))

    async def done(self, certification: Certification) -> Certification:
        async with asyncio.timeout(SECONDS):
            while (found := await self.judges.certification(certification.id)).state in {"waiting", "running"}:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            await asyncio.gather(*self._work)
        return found


async def test_a_judge_is_made_certified_and_stands_while_its_model_does(tmp_path: Path) -> None:
    held = Held(tmp_path)
    kept = await held.judges.add(CHOOSER, CALLER)
    assert not held.judges.standing(kept, CALLER).certified
    done = await held.done(await held.judges.certify("chooser", ROWS, Thresholds(), CALLER))
    assert done.state == "done"
    assert done.certificate is not None
    assert done.certificate.revision == "r1"
    kept = await held.judges.get("chooser")
    assert held.judges.standing(kept, CALLER).certified
    held.model = "m2"
    assert "another model" in held.judges.standing(kept, CALLER).why


async def test_what_cannot_be_certified_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    held = Held(tmp_path)
    await held.judges.add(CHOOSER, CALLER)
    with pytest.raises(Unprocessable, match="more"):
        await held.judges.certify("chooser", ROWS[:12], Thresholds(), CALLER)
    with pytest.raises(BadRequest, match="compares two answers"):
        await held.judges.certify("chooser", [{"question": "q", "answer": "a", "good": 1}], Thresholds(), CALLER)
    with pytest.raises(NotFound):
        await held.judges.certify("nobody", ROWS, Thresholds(), CALLER)
    with pytest.raises(UnknownModel):
        await held.judges.add(msgspec.structs.replace(RATER, model="dull"), CALLER)
    assert held.played.asked == []
    assert held.submitted == []


async def test_a_judge_that_does_not_answer_ends_it_and_says_why(tmp_path: Path) -> None:
    held = Held(tmp_path, refuses=True)
    await held.judges.add(CHOOSER, CALLER)
    done = await held.done(await held.judges.certify("chooser", ROWS, Thresholds(), CALLER))
    assert done.state == "failed"
    assert "may not be shown" in done.note


async def test_what_a_judge_said_before_it_was_given_up_is_not_asked_again_on_the_same_gold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.evaluate.judges.certify.FIRST_PAUSE", 0.001)
    refused: set[str] = {"good 60"}

    def say(shown: Material) -> str:
        if refused & {shown["answer 1"], shown["answer 2"]}:
            raise AttemptFailed(Fault.SERVER, "it is down")
        return good(shown)

    held = Held(tmp_path, say)
    await held.judges.add(CHOOSER, CALLER)
    ended = await held.done(await held.judges.certify("chooser", ROWS, Thresholds(), CALLER))
    assert (ended.state, "number 61 of the 100" in ended.note) == ("failed", True)
    refused.clear()
    asked = len(held.played.asked)
    done = await held.done(await held.judges.certify("chooser", ROWS, Thresholds(), CALLER))
    assert done.state == "done"
    assert len(held.played.asked) - asked < 100


async def test_a_key_that_has_ended_ends_it(tmp_path: Path) -> None:
    held = Held(tmp_path)
    await held.judges.add(CHOOSER, CALLER)
    held.holder = None
    done = await held.done(await held.judges.certify("chooser", ROWS, Thresholds(), CALLER))
    assert done.state == "failed"
    assert CALLER.key_id in done.note


async def test_what_was_left_is_gone_on_with(tmp_path: Path) -> None:
    held = Held(tmp_path)
    held.begin = False
    await held.judges.add(CHOOSER, CALLER)
    begun = await held.judges.certify("chooser", ROWS, Thresholds(), CALLER)
    with pytest.raises(Conflict, match="being certified"):
        await held.judges.remove("chooser")
    held.begin = True
    await held.judges.resume_all()
    assert (await held.done(begun)).state == "done"
    await held.judges.resume_all()
    assert held.submitted == [begun.id, begun.id], "what is done is not begun again"
    await held.judges.remove("chooser")
    assert await held.judges.all() == []


async def test_stopping_leaves_it_to_be_gone_on_with(tmp_path: Path) -> None:
    held = Held(tmp_path)
    held.begin = False
    await held.judges.add(CHOOSER, CALLER)
    begun = await held.judges.certify("chooser", ROWS, Thresholds(), CALLER)
    await held.judges.stop()
    with pytest.raises(Stopped):
        await asyncio.to_thread(held.judges.carry_out, begun.id)
    assert (await held.judges.certification(begun.id)).state == "waiting"
