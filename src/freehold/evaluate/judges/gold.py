"""Gold that people made, read from rows: pairs with the better answer, or single answers that are good or not.

Keys are those of data sets in use: LLMBar's (``input``, ``output_1``, ``output_2``, ``label``), preferences
(``prompt``, ``chosen``, ``rejected``), and plain words (``question``, ``first``, ``second``, ``better``; ``question``,
``answer``, ``good``). Every fault is told with the number of its row; rows where gold says neither are left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from freehold.core.errors import BadRequest
from freehold.core.request import JsonObject, Message, TextPart
from freehold.evaluate.judges.model import Gold, Pair, Point

MOST = 20_000
_LONGEST = 200_000
_QUESTION = ("question", "input", "prompt", "instruction", "messages")
_FIRST, _SECOND = (
    ("first", "output_1", "answer_1", "response_a", "a"),
    ("second", "output_2", "answer_2", "response_b", "b"),
)
_BETTER = ("better", "label", "preferred", "winner")
_ANSWER, _GOOD = ("answer", "output", "response"), ("good", "label", "right", "score")
_NEITHER = (0, "0", "tie", "neither", None)
_ONE, _TWO = (1, "1", "first", "a", "A", "model_a", "output_1"), (2, "2", "second", "b", "B", "model_b", "output_2")


def read(rows: Sequence[Any]) -> tuple[tuple[Gold, ...], tuple[str, ...]]:
    """The gold in the rows, and what was left out, in sentences; raises `BadRequest` for a row that cannot be read."""
    if len(rows) > MOST:
        raise BadRequest(f"at most {MOST} rows of gold are taken", param="rows")
    found: dict[Gold, None] = {}
    neither = 0
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise _fault(number, "is no object")
        gold = _pair(number, row) if _has(row, _FIRST) or "chosen" in row else _point(number, row)
        if gold is None:
            neither += 1
        else:
            found[gold] = None
    if not found:
        raise BadRequest("there is no gold in it: every row is a tie, or there are none", param="rows")
    if len({type(each) for each in found}) > 1:
        raise BadRequest("pairs and single answers stand in one file; certify with one kind at a time", param="rows")
    told = [f"{neither} rows left out, in which neither answer is better"] if neither else []
    if double := len(rows) - neither - len(found):
        told.append(f"{double} rows left out, which stand in it twice")
    return tuple(found), tuple(told)


def digest(gold: Sequence[Gold]) -> str:
    """``gold_`` and 32 hex digits of the SHA-256 of all of it, in order."""
    return "gold_" + hashlib.sha256(msgspec.json.encode(gold)).hexdigest()[:32]


def _pair(number: int, row: JsonObject) -> Pair | None:
    question = _question(number, row)
    if "chosen" in row and "rejected" in row:
        chosen, rejected = _text(number, row, ("chosen",)), _text(number, row, ("rejected",))
        # Which stands first must not tell which is better, nor change from one reading to the next.
        turned = hashlib.sha256(f"{chosen}\0{rejected}".encode("utf-8", "surrogatepass")).digest()[0] % 2
        return Pair(question, rejected, chosen, 2) if turned else Pair(question, chosen, rejected, 1)
    better = _better(number, _value(number, row, _BETTER))
    if better is None:
        return None
    return Pair(question, _text(number, row, _FIRST), _text(number, row, _SECOND), better)


def _point(number: int, row: JsonObject) -> Point | None:
    good = _value(number, row, _GOOD)
    if isinstance(good, str):
        good = {"good": 1, "right": 1, "true": 1, "bad": 0, "wrong": 0, "false": 0}.get(good.lower())
    if not isinstance(good, bool | int | float) or not 0 <= good <= 1:
        raise _fault(number, f"says neither good nor bad; write {_GOOD[0]}: true or false")
    if good == 0.5:
        return None
    reference = row.get("reference", row.get("expected", ""))
    return Point(
        _question(number, row), _text(number, row, _ANSWER), good > 0.5, reference if isinstance(reference, str) else ""
    )


def _better(number: int, value: Any) -> Literal[1, 2] | None:
    if isinstance(value, bool):
        raise _fault(number, "says which answer is better with true or false; write 1 or 2")
    if value in _ONE:
        return 1
    if value in _TWO:
        return 2
    if value in _NEITHER:
        return None
    raise _fault(number, f"says {str(value)[:40]!r} of which answer is better; write 1 or 2")


def _question(number: int, row: JsonObject) -> tuple[Message, ...]:
    value = _value(number, row, _QUESTION)
    turns = value if isinstance(value, list) else [{"role": "user", "content": value}]
    try:
        spoken = msgspec.convert(turns, list[_Turn])
    except msgspec.ValidationError as error:
        raise _fault(number, f"has a question that is neither text nor messages ({error})") from error
    return tuple(Message(turn.role, (TextPart(turn.content),)) for turn in spoken)


class _Turn(msgspec.Struct):
    role: Literal["system", "developer", "user", "assistant"]
    content: str


def _text(number: int, row: JsonObject, names: Sequence[str]) -> str:
    value = _value(number, row, names)
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise _fault(number, f"has no text of at most {_LONGEST} characters in {names[0]}")
    return value


def _value(number: int, row: JsonObject, names: Sequence[str]) -> Any:
    for name in names:
        if name in row:
            return row[name]
    raise _fault(number, f"has none of {', '.join(names)}")


def _has(row: JsonObject, names: Sequence[str]) -> bool:
    return any(name in row for name in names)


def _fault(number: int, what: str) -> BadRequest:
    return BadRequest(f"row {number} {what}", param="rows")
