"""Asks a judge: as the key of whoever runs the evaluation, under the label of what it is shown.

So a judge is within that key's scope and budget, and one outside never sees what may not go there: the pipeline decides
that, as for every request, and what it refuses is no score with the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from freehold.core.caller import Caller
from freehold.core.label import Label
from freehold.core.money import ZERO, Nanodollars
from freehold.core.request import JsonObject, Message, OutputFormat, Request, Sampling, TextPart
from freehold.evaluate.asking import Asker
from freehold.evaluate.expectation import shown
from freehold.evaluate.model import Asked
from freehold.evaluate.runs.patience import patiently

TRIES = 3
"""How often a judge is asked before what it says is taken for off format."""
_ANSWER_TOKENS = 1024
_LONGEST_ANSWER = 20_000

T = TypeVar("T")
Reading = Callable[[Any], T | None]
"""What a decoded answer says; `None` where it does not say it as it was asked to."""


class Told(msgspec.Struct, Generic[T], frozen=True):
    """What came of asking: a value, or why there is none."""

    value: T | None
    reason: str = ""
    """The judge's own, shortened, or why there is no value."""
    cost: Nanodollars = ZERO
    off_format: bool = False
    answered_as: str = ""
    """What the model that answered calls itself."""


class Judging:
    """Who asks, and by which way. `patient`: waits while the judge's targets are at their limits or left alone."""

    def __init__(self, asker: Asker, caller: Caller, *, patient: bool = False) -> None:
        self._asker = asker
        self._patient = patient
        # What a judge is shown is material of an evaluation: no documents join it, and none of it is captured.
        self._caller = msgspec.structs.replace(caller, collections=(), capture=False)
        self.answered_as: set[str] = set()
        """What the models that answered so far call themselves."""

    async def ask(
        self, model: str, messages: Sequence[Message], schema: JsonObject, read: Reading[T], *, labels: Sequence[Label]
    ) -> Told[T]:
        """Ask for JSON of that schema until it can be read, at most `TRIES` times."""
        spent, turns = 0, tuple(messages)
        asked = Asked("failed")
        for _ in range(TRIES):
            asked = await self._once(model, turns, schema, labels)
            spent += asked.cost
            if asked.state != "answered":
                why = "the judge may not be shown this" if asked.state == "refused" else "the judge did not answer"
                return Told(None, f"{why}: {asked.error}"[:300], Nanodollars(spent))
            self.answered_as |= {name} if (name := _name(asked)) else set()
            said = decoded(asked.text)
            value = read(said)
            if value is not None:
                reason = str(said.get("reason", "")) if isinstance(said, dict) else ""
                return Told(value, " ".join(reason.split())[:300], Nanodollars(spent), answered_as=_name(asked))
            turns = (*messages, _turn("assistant", asked.text[:2000]), _turn("user", AGAIN))
        reason = f"off format after {TRIES} tries: {shown(asked.text)}"
        return Told(None, reason, Nanodollars(spent), off_format=True, answered_as=_name(asked))

    async def _once(
        self, model: str, messages: tuple[Message, ...], schema: JsonObject, labels: Sequence[Label]
    ) -> Asked:
        output = OutputFormat("schema", name="verdict", schema=schema, strict=True)
        request = Request(
            model,
            messages,
            "openai",
            sampling=Sampling(max_tokens=_ANSWER_TOKENS, temperature=0.0),
            output=output,
        )
        asked = await self._put(request, model, labels)
        if asked.state == "refused":
            # A target that takes no schema is asked in words alone; what is refused for another reason is so again.
            asked = await self._put(request.rewritten(output=None), model, labels)
        return asked

    async def _put(self, request: Request, model: str, labels: Sequence[Label]) -> Asked:
        async def once() -> Asked:
            return await self._asker(request, model, self._caller, labels=labels, origin=ORIGIN)

        asked = await patiently(once, asyncio.Event()) if self._patient else await once()
        return asked or Asked("failed")


ORIGIN = "judge"
"""What the ledger says such a request came from: no caller's documents ground what a judge says."""
AGAIN = "That was not the JSON object that was asked for. Answer with that object alone."


def decoded(text: str) -> Any:
    """The JSON of an answer, bare or in one fence; `None` for anything else. Nothing is guessed from prose."""
    bare = text.strip()[:_LONGEST_ANSWER]
    if bare.startswith("```") and bare.endswith("```"):
        bare = bare[3:-3].removeprefix("json").strip()
    try:
        return msgspec.json.decode(bare)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None


def _name(asked: Asked) -> str:
    shown_by = [attempt.answer_model for attempt in asked.attempts if attempt.shown and attempt.answer_model]
    return shown_by[-1] if shown_by else ""


def _turn(role: Any, text: str) -> Message:
    return Message(role, (TextPart(text),))
