"""How long prompts and answers are: a mean, a mean and how far they differ, or a list of shares and tokens."""

from __future__ import annotations

from collections.abc import Mapping

from freehold.plan.defaults.field import Field
from freehold.plan.parse.number import Number, finite, read_number
from freehold.plan.parse.table import Table
from freehold.plan.quantity import Quantity
from freehold.plan.workload.synthetic import Lengths, log_normal

SHAPE_KEYS = ("median", "p95", "cv")
"""One of them says how far lengths differ."""


def read_lengths(table: Table, field: Field, *, cv: float) -> tuple[Quantity, Lengths]:
    """The mean with its range, and how single requests lie about it; `cv` is assumed where nothing says it."""
    path = table.path(field.key)
    raw = table.get(field.key)
    if isinstance(raw, list):
        return _mixture(raw, table, field)
    if not isinstance(raw, Mapping):
        mean = table.quantity(field)
        return mean, Lengths(mean.value, cv)
    shape = {key: raw[key] for key in SHAPE_KEYS if key in raw}
    rest = {key: value for key, value in raw.items() if key not in SHAPE_KEYS}
    said = read_number(rest, field, path, table.book, SHAPE_KEYS)
    if not isinstance(said, Number):
        for fault in said:
            table.fault((field.key, *fault.place), fault.message, fault.mend)
        return field.default(path), Lengths(1.0)
    mean = field.quantity(path, said.value, said.low, said.high, source=said.source, date=said.date)
    return mean, _shaped(shape, said.value, table, field, cv)


def _shaped(shape: Mapping[str, object], mean: float, table: Table, field: Field, cv: float) -> Lengths:
    path = table.path(field.key)
    if len(shape) > 1:
        table.fault(field.key, f"{path} has {' and '.join(shape)}", "say one of them: each settles how lengths differ")
        return Lengths(mean)
    for key, value in shape.items():
        most = 10 if key == "cv" else field.most
        said = finite(value)
        if said is None or not 0 <= said <= most:
            table.fault((field.key, key), f"{path}.{key} is no number from 0 to {most:g}", "write such a number")
            return Lengths(mean)
        try:
            return log_normal(mean, **{key: said})
        except (ValueError, ZeroDivisionError) as error:
            why = str(error) if isinstance(error, ValueError) else "a median of 0 is no length"
            table.fault((field.key, key), f"{path}.{key}: {why}", "say cv in its place, the deviation over the mean")
            return Lengths(mean)
    return Lengths(mean, cv)


def _mixture(raw: list[object], table: Table, field: Field) -> tuple[Quantity, Lengths]:
    """``[{ share = 0.9, tokens = 500 }, ...]``; shares are taken as parts of their sum."""
    path = table.path(field.key)
    parts: list[tuple[float, float]] = []
    for index, item in enumerate(raw):
        found = item if isinstance(item, Mapping) else {}
        share, tokens = _positive(found.get("share"), 1e6), _positive(found.get("tokens"), field.most)
        if share and tokens and not found.keys() - {"share", "tokens"}:
            parts.append((share, tokens))
        else:
            message = f"{path}[{index}] is no share with its tokens"
            mend = f"write {{ share = 0.9, tokens = 500 }}, both above 0 and tokens at most {field.most:g}"
            table.fault((field.key, index), message, mend)
    if not parts:
        if not raw:
            table.fault(field.key, f"{path} is an empty list", "write a number, or shares with their tokens")
        return field.default(path), Lengths(1.0)
    whole = sum(share for share, _ in parts)
    mean = sum(share * tokens for share, tokens in parts) / whole
    low, high = field.around(mean)
    source = f"scenario: mean of {len(parts)} parts; range assumed: {field.why}"
    return field.quantity(path, mean, low, high, source=source), Lengths(mean, parts=tuple(parts))


def _positive(raw: object, most: float) -> float | None:
    """A number above 0, at most `most`."""
    value = finite(raw)
    return value if value is not None and 0 < value <= most else None
