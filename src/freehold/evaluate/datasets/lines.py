"""JSON in rows: a line each, or one list of all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from freehold.core.errors import BadRequest
from freehold.evaluate.datasets.faults import Faults
from freehold.evaluate.datasets.opening import MOST_ROW_BYTES
from freehold.wire import json

Rows = Iterator[tuple[str, dict[str, Any]]]
"""Where each row stands, as in ``line 4``, and its members."""

_raw_list = msgspec.json.Decoder(list[msgspec.Raw])


def read_lines(body: bytes, faults: Faults) -> Rows:
    """The rows of JSON lines. Lines that are empty are passed over; those that cannot be read go to `faults`."""
    at, number = 0, 0
    while at < len(body):
        end = body.find(b"\n", at)
        end = len(body) if end < 0 else end
        number += 1
        line = body[at:end].strip()
        at = end + 1
        if line:
            yield from _row(line, f"line {number}", faults)


def read_list(body: bytes, faults: Faults) -> Rows:
    """The rows of a JSON list; raises `BadRequest` where it is none."""
    try:
        rows = _raw_list.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"the file is no list of JSON objects: {error}; correct it there", param="file") from error
    at, line = 0, 1
    for each in rows:
        row = bytes(each)
        start = body.find(row, at)
        line += body.count(b"\n", at, start)
        yield from _row(row, f"line {line}", faults)
        line += row.count(b"\n")
        at = start + len(row)


def _row(row: bytes, where: str, faults: Faults) -> Rows:
    if len(row) > MOST_ROW_BYTES:
        faults.add(where, f"it is larger than {MOST_ROW_BYTES // 2**20} MiB; shorten it, or leave it out")
        return
    try:
        yield where, json.decode(row)
    except BadRequest as error:
        faults.add(where, _told(row, error.message))


def _told(row: bytes, message: str) -> str:
    told = message.replace("the body", "it", 1)
    if b"NaN" in row or b"Infinity" in row:
        return f"{told}; JSON has no NaN or Infinity: write null, or leave the member out"
    return f"{told}; a row is one JSON object on one line"
