"""A question that leans on earlier turns, made to stand by itself, so that it finds what it means.

A model does it where one is configured and may; a rule does it elsewhere: what was asked before is put before it.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence

from freehold.core.errors import RequestError
from freehold.core.exchange import Exchange
from freehold.core.ports import Handler
from freehold.core.request import Message, Request, Sampling, TextPart
from freehold.knowledge.asking import ask
from freehold.knowledge.prompt import said

LONGEST_QUESTION = 1000
"""Characters that are searched by."""
_SECONDS = 8.0
_MOST_TOKENS = 160
_HISTORY = 4000
"""Characters of the conversation, its end, that are shown to the model."""
_MOST_TURNS = 3
_SHORT = 4
"""Words of a question that says too little to be found by."""

_LOG = logging.getLogger("freehold")
_WORD = re.compile(r"\w+")
_LEANS = re.compile(
    r"^\W*(?:and|or|but|what about|how about|why|und|oder|aber|et|ou|mais|y|o|pero)\b"
    r"|\b(?:it|its|he|she|they|them|their|this|that|these|those|there|then|such|same|former|latter|above"
    r"|er|sie|es|dies\w*|davon|dafür|dort|il|elle|ils|elles|cela|ça|ello|ese|esa|eso|esto)\b",
    re.IGNORECASE,
)
_TASK = (
    "Rewrite the last question of this conversation so that it can be understood, and searched for, without the rest."
    " Keep its language and its meaning; answer nothing. Reply with the question alone, on one line."
)


def leans(question: str) -> bool:
    """Whether a question seems to mean something that was said before it."""
    return len(_WORD.findall(question)) <= _SHORT or _LEANS.search(question) is not None


def joined(questions: Sequence[str]) -> str:
    """The last question, behind those before it that it leans on, directly or through one another."""
    taken = [questions[-1]]
    for question in reversed(questions[:-1]):
        if not leans(taken[0]) or len(taken) == _MOST_TURNS:
            break
        taken.insert(0, question[:LONGEST_QUESTION])
    return " ".join(taken)


class Rewriter:
    """Asks a model, through the whole pipeline: under the label of the request it serves, and within its permit."""

    def __init__(self, ask: Handler, model: str) -> None:
        """`model`: the target or route to ask."""
        self._ask = ask
        self._model = model

    async def __call__(self, exchange: Exchange) -> str | None:
        """The question by itself; `None` where no model may do it, or none did it in time or in one line."""
        if exchange.label is None or not isinstance(exchange.request, Request):
            raise AssertionError("a chat that has its label is rewritten")
        request, of = self._request(exchange.request.messages), f"request {exchange.id}"
        try:
            async with asyncio.timeout(_SECONDS):
                answer = await ask(self._ask, request, exchange.label, exchange.caller, within=exchange.permit, of=of)
        except (RequestError, TimeoutError) as error:
            _LOG.info("the question of %s is not rewritten: %s", exchange.id, type(error).__name__)
            return None
        choices = answer.choices
        text = choices[0].text.strip() if choices and choices[0].finish == "stop" else ""
        return text if text and "\n" not in text and len(text) <= LONGEST_QUESTION else None

    def _request(self, messages: Sequence[Message]) -> Request:
        return Request(
            model=self._model,
            messages=(
                Message("system", (TextPart(_TASK),)),
                Message("user", (TextPart(_transcript(messages)),)),
            ),
            dialect="openai",
            sampling=Sampling(max_tokens=_MOST_TOKENS, temperature=0.0),
        )


def _transcript(messages: Sequence[Message]) -> str:
    """What user and assistant said, its end if it is long; instructions, tools and their results are left out."""
    lines = []
    for message in messages:
        if message.role in {"user", "assistant"}:
            text = said(message) or " ".join(part.text for part in message.parts if isinstance(part, TextPart))
            lines.append(f"{message.role}: {text.strip()}")
    return "\n\n".join(lines)[-_HISTORY:]
