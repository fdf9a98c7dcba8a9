"""An exchange as rows. Which column holds what is said here, once, for the writer; the schema is in `stores.schema`.

Built on the event loop for every request, so each row is one tuple, made in one expression. No row but a captured one
holds text of a prompt or an answer; a target's own error text can quote either, so it is kept only beside a capture.
The passages of documents are in no row: a document that is removed, or may no longer be read, would live on in it.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from freehold.core.errors import Fault
from freehold.core.event import Answer, Choice, Usage
from freehold.core.exchange import MEASURING, Exchange, Permit
from freehold.core.finding import Finding
from freehold.core.label import Source
from freehold.core.money import Nanodollars, Price
from freehold.core.record import Attempt, End, Ending, Refusal, Score
from freehold.core.request import EmbeddingRequest, Request, RerankRequest
from freehold.ledger.grounding import grounding
from freehold.ledger.pricing import baseline_cost

Row = tuple[Any, ...]

OPENED = (
    "id", "started_ns", "key_id", "key_name", "team", "alias", "dialect", "kind", "stream", "origin", "ending",
)  # fmt: skip

SETTLED = (
    *OPENED, "route", "label", "sources", "targets", "refusals", "revision", "status", "error", "reason", "target",
    "owned", "escalated", "attempts", "input_tokens", "output_tokens", "cached_input_tokens", "cache_write_tokens",
    "reasoning_tokens", "estimated", "cost_nano", "baseline_nano", "first_ms", "total_ms", "grounding",
    "findings", "forecast",
)  # fmt: skip

ATTEMPT = (
    "exchange_id", "number", "target", "owned", "model", "started_ns", "first_ms", "total_ms", "input_tokens",
    "output_tokens", "cached_input_tokens", "cache_write_tokens", "reasoning_tokens", "images", "input_audio_tokens",
    "output_audio_tokens", "estimated", "cost_nano", "fault", "error", "status", "finish", "score_method",
    "score_value", "score_kept", "score_reasons", "shown", "dropped", "note",
    "label", "clearance", "declassified", "bytes_out", "body_sha256",
)  # fmt: skip

CAPTURE = ("exchange_id", "prompt", "answer", "expires_ns")

_TEXT_LIMIT = 2000
"""Characters of an error or a reason that are kept."""

FOREIGN_WORDS = frozenset({Fault.REJECTED, Fault.SERVER, Fault.PROTOCOL, Fault.RATE_LIMITED, Fault.AUTH, Fault.BROKEN})
"""Faults whose text is, or may hold, the target's own words."""

_MOST_FOUND = 200
"""Rows of findings that are kept of an exchange."""

_OPEN, _LOST = str(Ending.OPEN), str(Ending.LOST)
_KINDS = {Request: "chat", EmbeddingRequest: "embeddings", RerankRequest: "rerank"}
_NO_USAGE = Usage()
_NO_SCORE = Score(method="", value=None, kept=False)

_encode = msgspec.json.Encoder().encode


def opened_row(exchange: Exchange) -> Row:
    """The values of `OPENED`."""
    request, caller = exchange.request, exchange.caller
    return (
        exchange.id,
        exchange.started_ns,
        caller.key_id,
        caller.name,
        caller.team,
        request.model,
        request.dialect,
        _KINDS[type(request)],
        request.stream,
        exchange.origin,
        _OPEN,
    )


def settled_row(exchange: Exchange, end: End, baseline: Price | None, *, captured: bool) -> Row:
    """The values of `SETTLED`. Counts are sums over all attempts; `first_ms` is the shown attempt's own."""
    attempts, permit = exchange.attempts, exchange.permit
    shown: Attempt | None = None
    escalated = estimated = False
    tokens_in = tokens_out = cached = written = thought = spent = 0
    for attempt in attempts:
        spent += attempt.cost
        if attempt.shown:
            shown = attempt
        if attempt.note is not None and attempt.note.startswith("escalated"):
            escalated = True
        usage = attempt.usage
        if usage is not None:
            tokens_in += usage.input
            tokens_out += usage.output
            cached += usage.cached_input
            written += usage.cache_write
            thought += usage.reasoning
            estimated = estimated or usage.estimated
    label = exchange.label
    return (
        *opened_row(exchange)[:-1],
        str(end.ending),
        None if permit is None else permit.route,
        None if label is None else str(label),
        _sources(exchange.sources),
        None if permit is None else _names(permit),
        None if permit is None else _refusals(permit.refusals),
        None if permit is None else permit.revision,
        end.status,
        _brief(_end_error(end, attempts, captured=_keeps_words(exchange, captured=captured))),
        _brief(exchange.reason) or None,
        None if shown is None else shown.target,
        None if shown is None else shown.owned,
        escalated,
        len(attempts),
        tokens_in,
        tokens_out,
        cached,
        written,
        thought,
        estimated,
        spent,
        _baseline(exchange, shown, baseline),
        None if shown is None else shown.first_ms,
        end.total_ms,
        grounding(exchange),
        _findings(exchange.findings),
        None if exchange.forecast is None else _text(exchange.forecast),
    )


def lost_row(opened: Row) -> Row:
    """The values of `SETTLED` of an exchange of which nothing is known but that it began."""
    return (*opened[:-1], _LOST, *[None] * (len(SETTLED) - len(OPENED)))


def attempt_rows(exchange: Exchange, *, captured: bool) -> list[Row]:
    """The values of `ATTEMPT`, one row an attempt."""
    models = {} if exchange.permit is None else {target.name: target.model for target in exchange.permit.targets}
    captured = _keeps_words(exchange, captured=captured)
    return [_attempt_row(exchange.id, attempt, models, captured=captured) for attempt in exchange.attempts]


def capture_row(exchange: Exchange, expires_ns: int) -> Row:
    """The values of `CAPTURE`: the request as it was when it ended, and the answer's choices; no vectors.

    Of a request that was answered from documents: the conversation as its caller wrote it, and no citation's words.
    What the answer itself repeats of them is in its text. It has a ``cut`` where more came than was kept.
    """
    prompt = msgspec.structs.replace(exchange.request, origin=None)
    if isinstance(prompt, Request) and prompt.grounds is not None:
        prompt = msgspec.structs.replace(prompt, messages=prompt.grounds.asked, grounds=None)
    answer = None if exchange.answer is None else _answer(exchange.answer, grounded=bool(exchange.passages))
    return (exchange.id, _text(prompt), answer, expires_ns)


def _keeps_words(exchange: Exchange, *, captured: bool) -> bool:
    """Whether a target's own words are kept: where what they may quote is, and no passage is among it."""
    return captured and not exchange.passages


def _attempt_row(exchange_id: str, attempt: Attempt, models: dict[str, str], *, captured: bool) -> Row:
    usage = attempt.usage or _NO_USAGE
    score = attempt.score or _NO_SCORE
    return (
        exchange_id,
        attempt.number,
        attempt.target,
        attempt.owned,
        models.get(attempt.target),
        attempt.started_ns,
        attempt.first_ms,
        attempt.total_ms,
        usage.input,
        usage.output,
        usage.cached_input,
        usage.cache_write,
        usage.reasoning,
        usage.images,
        usage.input_audio,
        usage.output_audio,
        usage.estimated,
        attempt.cost,
        attempt.fault,
        _brief(attempt.error) if captured or attempt.fault not in FOREIGN_WORDS else None,
        attempt.status,
        attempt.finish,
        score.method or None,
        score.value,
        score.kept if score.method else None,
        _text(score.reasons) if score.reasons else None,
        attempt.shown,
        _text(attempt.dropped) if attempt.dropped else None,
        attempt.note,
        None if attempt.label is None else str(attempt.label),
        None if attempt.clearance is None else str(attempt.clearance),
        attempt.declassified,
        attempt.bytes_out,
        attempt.body_sha256,
    )


def _end_error(end: End, attempts: list[Attempt], *, captured: bool) -> str | None:
    """The end's error; where it may repeat a target's words, its code and the attempts' faults in its place."""
    if end.error is None or captured or not any(attempt.fault in FOREIGN_WORDS for attempt in attempts):
        return end.error
    code, _, _ = end.error.partition(":")
    faults = [
        f"{attempt.target}: {attempt.fault}" + (f" (HTTP {attempt.status})" if attempt.status else "")
        for attempt in attempts
        if attempt.fault is not None
    ]
    return f"{code}: {'; '.join(faults)}"


def _baseline(exchange: Exchange, shown: Attempt | None, price: Price | None) -> Nanodollars | None:
    """The counterfactual, where there is one: a baseline, and a chat answer that was shown and counted.

    What measures would never have been asked of the baseline, and so saves nothing.
    """
    if exchange.origin in MEASURING:
        return None
    if price is None or shown is None or shown.usage is None or not isinstance(exchange.request, Request):
        return None
    return baseline_cost(shown.usage, price)


def _sources(sources: list[Source]) -> str | None:
    if not sources:
        return None
    return _text([{"origin": source.origin, "label": str(source.label)} for source in sources])


def _findings(findings: list[Finding]) -> str | None:
    """What guards found, a row for each kind in each field: neither the words nor where in the text they stand."""
    if not findings:
        return None
    counts = Counter((each.where, each.span.family, each.span.kind, each.span.rule, each.action) for each in findings)
    names = ("field", "family", "kind", "rule", "action")
    rows = [
        {**dict(zip(names, found, strict=True)), "count": count} for found, count in counts.most_common(_MOST_FOUND)
    ]
    return _text(rows)


def _names(permit: Permit) -> str:
    return _text([target.name for target in permit.targets])


def _refusals(refusals: tuple[Refusal, ...]) -> str | None:
    return _text(refusals) if refusals else None


def _answer(answer: Answer, *, grounded: bool) -> str:
    choices = [_unquoted(choice) for choice in answer.choices] if grounded else answer.choices
    return _text({"model": answer.opened.model, "choices": choices, **({"cut": True} if answer.cut else {})})


def _unquoted(choice: Choice) -> Choice:
    """The choice without the words of the passages that its annotations cite."""
    bare = [
        note | {"url_citation": {name: value for name, value in cited.items() if name != "quote"}}
        if isinstance(cited := note.get("url_citation"), dict)
        else note
        for note in choice.annotations
    ]
    return msgspec.structs.replace(choice, annotations=bare)


def _text(value: object) -> str:
    return _encode(value).decode()


def _brief(text: str | None) -> str | None:
    return text if text is None or len(text) <= _TEXT_LIMIT else text[: _TEXT_LIMIT - 1] + "…"
