"""The log: lines for people, or one JSON object a line; each names the request it is about, and none holds a secret."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO, Literal

import msgspec

from freehold.core.exchange import Exchange
from freehold.core.trace import CURRENT
from freehold.observe.masks import masked
from freehold.observe.reading import code_of, first_token_ms, operation_of, shown

Style = Literal["text", "json"]

REQUESTS = logging.getLogger("freehold.requests")

_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_FACTS = "facts"
"""The attribute of a record that holds what its line has beside its message."""


class TextLines(logging.Formatter):
    """Lines for people, masked."""

    def __init__(self) -> None:
        super().__init__(_TEXT)

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line, its traceback below it."""
        return masked(super().format(record))


class JsonLines(logging.Formatter):
    """One JSON object a line: ``timestamp`` (UTC), ``level``, ``logger``, ``message``, then what is known beside.

    ``request`` and ``trace`` are those of the request in whose course it was logged. A traceback is in ``exception``.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line: dict[str, object] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        place = CURRENT.get()
        if place is not None:
            line |= {"request": place.request, "trace": place.trace}
        facts = getattr(record, _FACTS, None)
        if isinstance(facts, Mapping):
            line |= {str(key): masked(value) if isinstance(value, str) else value for key, value in facts.items()}
        if record.exc_info:
            line["exception"] = masked(self.formatException(record.exc_info))
        return msgspec.json.encode(line, enc_hook=str).decode()


class _Lines(logging.StreamHandler[IO[str]]):
    """A handler that `configure` made, and may replace."""


def configure(style: Style, stream: IO[str], level: int = logging.INFO) -> None:
    """Have the whole process log to a stream in this style; a log that somebody else has set up stays as it is."""
    root = logging.getLogger()
    for held in root.handlers[:]:
        if isinstance(held, _Lines):
            root.removeHandler(held)
    if root.handlers:
        return
    handler = _Lines(stream)
    handler.setFormatter(JsonLines() if style == "json" else TextLines())
    root.addHandler(handler)
    root.setLevel(level)


def tell(exchange: Exchange) -> None:
    """Log one line for an exchange that has ended: how, where, how long and at what cost; nothing of its text."""
    end, permit, answered = exchange.end, exchange.permit, shown(exchange)
    if end is None or not REQUESTS.isEnabledFor(logging.INFO):
        return
    first = None if answered is None else first_token_ms(exchange, answered)
    usages = [each.usage for each in exchange.attempts if each.usage is not None]
    facts: dict[str, object] = {
        "request": exchange.id,
        "key": exchange.caller.key_id,
        "operation": operation_of(exchange),
        "origin": exchange.origin,
        "route": None if permit is None else permit.route,
        "label": None if exchange.label is None else str(exchange.label),
        "target": None if answered is None else answered.target,
        "ending": str(end.ending),
        "status": end.status,
        "error": code_of(exchange),
        "attempts": len(exchange.attempts),
        "duration_ms": round(end.total_ms, 1),
        "first_ms": None if first is None else round(first, 1),
        "input_tokens": sum(usage.input for usage in usages),
        "output_tokens": sum(usage.output for usage in usages),
        "cost": exchange.cost / 1e9,
    }
    if exchange.trace is not None:
        facts["trace"] = exchange.trace.trace
    said = {name: value for name, value in facts.items() if value is not None}
    words = " ".join(f"{name}={value}" for name, value in said.items() if name not in ("ending", "trace"))
    REQUESTS.info("%s %s", end.ending, words, extra={_FACTS: said})
