"""The built-in answerer, which needs no weights and no network: it reads the material it is given, and quotes.

It understands nothing. It finds the sentences that best meet a question or carry a text, says plainly when there are
none, and, where there is nothing to read, how to add a model that can do more. The same request gives the same answer.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Event, Finished, FinishReason, Opened, Text, Usage
from freehold.core.ports import Events
from freehold.core.record import Attempt
from freehold.core.request import (
    AnyRequest,
    AudioPart,
    FilePart,
    Grounds,
    ImagePart,
    OpaquePart,
    Request,
    TextPart,
    ToolResult,
)
from freehold.core.target import Target
from freehold.engines.asked import LONGEST_MATERIAL, Asked, understand
from freehold.engines.extract import MOST_SENTENCES, answer, read, summarise
from freehold.engines.language import count_tokens, first_tokens, language_of, terms
from freehold.engines.quote import quote, say, summary

MODEL_NAME = "freehold-reader-extractive"

MODEL_CARD = f"""\
freehold-reader-extractive answers by quotation. It has no weights and no knowledge: it scores the sentences of the
material in the conversation against the question (BM25, with a preference for the kind of thing asked for), or against
the text as a whole for a summary (salience with maximal marginal relevance), and returns the best of them unchanged.

Good for: a question whose answer stands in the given text in words like the question's; a first summary of a text;
trying Freehold before a model is there. English, German, French and Spanish, and with less skill other languages that
part words by spaces.
Not for: anything the text does not say outright, reasoning, arithmetic, translation, writing, conversation, tools or
JSON. It can miss an answer in other words than the question's, and can quote a sentence that meets the words of a
question and not its sense.
It reads {LONGEST_MATERIAL:,} characters of a conversation and {MOST_SENTENCES:,} sentences of its material, and says so
in its answer where there was more.
Tokens are its own measure: each word and each punctuation mark is one.
"""

_ADD = (
    "To get a model that can: fetch one with 'freehold models pull hf:OWNER/NAME' ('freehold models fit' names some for"
    " this machine), start Ollama on this machine, or set a provider's key such as OPENAI_API_KEY."
)
_NOTHING = (
    "I am Freehold's built-in reader. I have no knowledge of my own: I answer and summarise by quoting text that you"
    f" give me, and there is none in this conversation. {_ADD}"
)
_CREATE = f"I can only quote from the text that I am given; I cannot write, translate or calculate. {_ADD}"
_NOT_THERE = {
    "en": "The material does not hold the answer.",
    "de": "Das Material enthält die Antwort nicht.",
    "fr": "Le texte fourni ne contient pas la réponse.",
    "es": "El texto no contiene la respuesta.",
}
_NOT_IN_DOCUMENTS = {
    "en": "The documents do not hold the answer.",
    "de": "Die Dokumente enthalten die Antwort nicht.",
    "fr": "Les documents ne contiennent pas la réponse.",
    "es": "Los documentos no contienen la respuesta.",
}
_CUT = (
    f"(I read no more than {LONGEST_MATERIAL:,} characters and {MOST_SENTENCES:,} sentences, and here I have not read"
    " everything.)"
)
_INERT = ("temperature", "top_p", "top_k", "frequency_penalty", "presence_penalty", "seed", "logit_bias", "logprobs")
"""Ways to draw tokens, which nothing here draws."""


@asynccontextmanager
async def reader(
    target: Target,  # noqa: ARG001  # the port hands it over; there is nothing to choose by it here
    request: AnyRequest,
    attempt: Attempt,
) -> AsyncIterator[Events]:
    """A `Provider`. Raises `AttemptFailed` (``UNTRANSLATABLE``) for what quoting cannot give, so that another may."""
    chat = _within_reach(request)
    attempt.dropped += _dropped(chat)
    yield _events(chat)


async def _events(request: Request) -> AsyncIterator[Event]:
    yield Opened(id=f"reader-{secrets.token_hex(12)}", model=MODEL_NAME, created=int(time.time()))
    # Reading takes as long as the text, and the event loop has others to serve meanwhile.
    pieces, reason, stop, count = await asyncio.to_thread(_said, request)
    for choice in range(request.sampling.n):
        for piece in pieces:
            yield Text(piece, choice)
        yield Finished(reason, choice, stop)
    output = sum(count_tokens(piece) for piece in pieces) * request.sampling.n
    yield Usage(input=count, output=output)


def _said(request: Request) -> tuple[list[str], FinishReason, str | None, int]:
    """The answer's pieces, why it ends, the stop sequence that ended it, and the tokens of the request."""
    said = reply(understand(request.messages)) if request.grounds is None else answer_from(request.grounds)
    return *_bounded(said, request), _count_input(request)


def answer_from(grounds: Grounds) -> list[str]:
    """What to say to a request that comes with passages, piece by piece; the text that it brings itself comes after.

    Where the passages are only what is fallen back on and hold no answer, it is as if they were not there.
    """
    own = understand(grounds.asked)
    asked = understand(grounds.asked, [passage.text for passage in grounds.passages])
    if asked.kind == "summary" and own.kind != "summary" and grounds.chosen:
        quotes = summary(grounds.passages, asked.count, asked.words)
    elif asked.kind == "create":
        return [_CREATE]
    else:
        quotes = quote(grounds.question or asked.question, grounds.passages, most=asked.count or 2)
    if quotes and (grounds.chosen or _is_question(grounds.question)):
        return say(quotes, bullets=asked.bullets)
    if own.kind != "nothing" or not grounds.chosen:
        return reply(own)
    return [_NOT_IN_DOCUMENTS[language_of(grounds.question)]]


def _is_question(text: str) -> bool:
    """Whether a text that chose no documents asks something; a lone word such as a greeting does not."""
    return "?" in text or len(terms(text, language_of(text))) > 1


def reply(asked: Asked) -> list[str]:
    """What to say, sentence by sentence; joined as they are, they are the answer."""
    if asked.kind == "nothing":
        return [_NOTHING]
    if asked.kind == "create":
        return [_CREATE]
    sentences = read(asked.material)
    if asked.kind == "summary":
        found = summarise(sentences, asked.count, words=asked.words)
    else:
        found = answer(asked.question, sentences, most=asked.count or 2, earlier=asked.earlier)
    cut = asked.cut or len(sentences) == MOST_SENTENCES
    if not found:
        return [_NOT_THERE[language_of(asked.question)], *([f" {_CUT}"] if cut else [])]
    if asked.bullets:
        found = [f"- {sentence}" for sentence in found]
    said = list(_spaced(found, "\n" if asked.bullets else " "))
    return [*said, f"\n\n{_CUT}"] if cut else said


def _spaced(sentences: Sequence[str], gap: str) -> Iterator[str]:
    yield sentences[0]
    for _, sentence in pairwise(sentences):
        yield gap + sentence


def _bounded(pieces: list[str], request: Request) -> tuple[list[str], FinishReason, str | None]:
    """The pieces as far as the stop sequences and the token limit let them go."""
    whole = "".join(pieces)
    cuts = [(place, stop) for stop in request.sampling.stop if stop and (place := whole.find(stop)) >= 0]
    at, stop = min(cuts, default=(len(whole), None))
    kept: list[str] = []
    left = request.sampling.max_tokens
    for piece in pieces:
        shown = piece[:at]
        at -= len(shown)
        if left is not None and count_tokens(shown) > left:
            beginning = first_tokens(shown, left)
            return [*kept, *([beginning] if beginning else [])], "length", None
        left = None if left is None else left - count_tokens(shown)
        kept += [shown] if shown else []
    return kept, "stop" if stop is None else "stop_sequence", stop


def _within_reach(request: AnyRequest) -> Request:
    """The request, if quoting can answer it."""
    if not isinstance(request, Request):
        raise _cannot("it makes no embeddings", "model")
    if request.output is not None:
        raise _cannot("it quotes sentences and cannot write JSON", "response_format")
    if request.tool_choice is not None and request.tool_choice.mode in {"required", "named"}:
        raise _cannot("it cannot call tools", "tool_choice")
    for part in (part for message in request.messages for part in message.parts):
        unread = isinstance(part, FilePart) and part.text is None
        if unread or isinstance(part, (ImagePart, AudioPart, OpaquePart)):
            raise _cannot("it reads text only, and a message holds something else", "messages")
    return request


def _cannot(why: str, param: str) -> AttemptFailed:
    return AttemptFailed(Fault.UNTRANSLATABLE, f"the built-in reader cannot answer this: {why}", param=param)


def _dropped(request: Request) -> tuple[str, ...]:
    sampling = request.sampling
    given = ((name, getattr(sampling, name)) for name in _INERT)
    inert = tuple(name for name, value in given if value is not None and value is not False)
    return (*inert, *(("tools",) if request.tools else ()), *(("reasoning",) if request.reasoning else ()))


def _count_input(request: Request) -> int:
    total = 0
    for part in (part for message in request.messages for part in message.parts):
        if isinstance(part, TextPart | FilePart):
            total += count_tokens(part.text or "")
        elif isinstance(part, ToolResult):
            total += sum(count_tokens(inner.text) for inner in part.parts if isinstance(inner, TextPart))
    return total
