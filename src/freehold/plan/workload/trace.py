"""Reads a trace: a CSV file of requests, a row each, in the order of their times, plain or packed with gzip.

Its columns, parted by commas, semicolons or tabs, are those of the Azure traces
(``TIMESTAMP,ContextTokens,GeneratedTokens``) or others that mean the same. The file is read as a stream; of its rows,
two hours' are in memory at once.
"""

from __future__ import annotations

import csv
import gzip
import math
import re
import zlib
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TextIO

import msgspec

from freehold.core.errors import ConfigError
from freehold.plan.workload.observed import Observed, Observer
from freehold.plan.workload.times import Clock, clock, span
from freehold.tables.faults import ConfigFaults

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "time": (
        *(
            "timestamp",
            "time",
            "createdat",
            "created",
            "date",
            "datetime",
            "startedat",
            "starttime",
            "start",
            "arrivedat",
        ),
        *("arrivaltime", "arrival", "arrivaltimestamp", "requesttime", "timestampms", "timems", "arrivalms", "ts"),
    ),
    "prompt": (
        *("contexttokens", "prompttokens", "inputtokens", "requesttokens", "promptlength", "promptlen", "inputlength"),
        *("inputlen", "numprefilltokens", "prompt", "numprompttokens", "tokensin"),
    ),
    "answer": (
        *("generatedtokens", "completiontokens", "outputtokens", "responsetokens", "outputlength", "outputlen"),
        *("numdecodetokens", "answertokens", "completion", "numgeneratedtokens", "tokensout"),
    ),
    "cached": ("cachedtokens", "cachedinputtokens", "cachedprompttokens", "cachereadtokens", "cachereadinputtokens"),
}
"""What a column may be called; case, spaces, hyphens and underscores do not matter."""

MOST_BYTES = 8 * 2**30
"""Of the text, unpacked."""
MOST_LINE = 1_000_000
"""Characters of a line."""
MOST_TOKENS = 20_000_000
"""Of a prompt or an answer: ten times the longest context that is sold."""
MOST_FAULTS = 12
"""That are told of one file."""


class Trace(msgspec.Struct, frozen=True):
    """What a trace holds, and what a reader should know of it."""

    observed: Observed
    notes: tuple[str, ...]


def read_trace(path: Path) -> Trace:
    """The requests of a file, summed up.

    Raises `ConfigFaults` with the row and the field of each fault, of the first dozen of them.
    """
    faults: list[ConfigError] = []
    try:
        with _text(path) as file:
            trace = _read(file, path.name, str(path), faults)
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error) or "it is cut short"
        raise ConfigFaults([ConfigError(f"cannot be read: {why}", file=str(path), mend="check the file")]) from None
    except UnicodeDecodeError:
        raise ConfigFaults([ConfigError("is not UTF-8", file=str(path), mend="save it as UTF-8")]) from None
    if faults or trace is None:
        raise ConfigFaults(faults)
    return trace


def _text(path: Path) -> TextIO:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _read(file: TextIO, name: str, path: str, faults: list[ConfigError]) -> Trace | None:
    lines = _lines(file, path)
    first = next(lines, "")
    reader = csv.reader(chain([first], lines), delimiter=max(",;\t", key=first.count))
    try:
        header = next(reader, [])
        columns = _columns(header, path, faults)
        if columns is None:
            return None
        rows = _Rows(name, path, header, columns, faults)
        for row in reader:
            if row and not rows.take(row, reader.line_num):
                break
    except csv.Error as error:
        faults.append(ConfigError(f"is not CSV: {error}", file=path, line=reader.line_num, mend="check the quotes"))
        return None
    return rows.done()


def _lines(file: TextIO, path: str) -> Iterator[str]:
    """The lines, while there are not too many, nor one too long."""
    read = 0
    while line := file.readline(MOST_LINE + 1):
        read += len(line)
        if len(line) > MOST_LINE or read > MOST_BYTES:
            what = (
                f"a line of more than {MOST_LINE:,} characters" if len(line) > MOST_LINE else "more than 8 GiB of text"
            )
            raise ConfigFaults([ConfigError(f"holds {what}", file=path, mend="is it the right file?")])
        yield line


def _columns(header: list[str], path: str, faults: list[ConfigError]) -> dict[str, int] | None:
    """Which column is which; `None`, and a fault, where one that is needed is not there."""
    if not any(header):
        mend = "its first line names the columns, as in timestamp,prompt_tokens,answer_tokens"
        faults.append(ConfigError("holds nothing", file=path, line=1, mend=mend))
        return None
    plain = [re.sub(r"[^a-z0-9]", "", each.lower()) for each in header]
    found: dict[str, int] = {}
    for kind, names in COLUMNS.items():
        place = next((plain.index(each) for each in names if each in plain), None)
        if place is not None:
            found[kind] = place
        elif kind != "cached":
            message = f"has no column for the {kind}, only {', '.join(each[:40] for each in header[:12])}"
            mend = f"call it {names[0]} or {names[1]} in the first line, which names the columns"
            faults.append(ConfigError(message, file=path, line=1, mend=mend))
    return found if found.keys() >= {"time", "prompt", "answer"} else None


class _Rows:
    """Takes the rows of one file."""

    def __init__(
        self, name: str, path: str, header: list[str], columns: Mapping[str, int], faults: list[ConfigError]
    ) -> None:
        self._path = path
        self._header = header
        self._columns = columns
        self._faults = faults
        self._name = name
        self._observer = Observer(f"trace {name}", cached="cached" in columns)
        self._clock: Clock | None = None
        self._last = -math.inf
        self._last_line = 0

    def take(self, row: list[str], line: int) -> bool:
        """One row; false when enough is wrong with the file to stop."""
        at = self._time(row, line)
        prompt = self._tokens(row, line, "prompt", 1)
        answer = self._tokens(row, line, "answer", 0)
        cached = self._tokens(row, line, "cached", 0) if "cached" in self._columns else 0.0
        if at is None or prompt is None or answer is None or cached is None or self._clock is None:
            return len(self._faults) < MOST_FAULTS
        if cached > prompt:
            self._fault(
                line, "cached", f"is {cached:.0f}, more than the prompt's {prompt:.0f}", "it counts a part of it"
            )
            return len(self._faults) < MOST_FAULTS
        try:
            self._observer.add(at, self._clock.first, prompt, max(answer, 1.0), cached, line)
        except ValueError as error:
            self._fault(line, "time", str(error), "check the units of the times")
            return False
        return True

    def done(self) -> Trace | None:
        """What all of it comes to; `None` where anything was at fault."""
        if self._faults:
            return None
        try:
            observed = self._observer.done()
        except ValueError as error:
            self._faults.append(ConfigError(str(error), file=self._path, mend="give a longer trace"))
            return None
        assert self._clock is not None
        return Trace(observed, tuple(self._notes(observed, self._clock)))

    def _notes(self, observed: Observed, clock: Clock) -> Iterator[str]:
        yield f"{self._name}: {observed.requests:,} requests in {span(observed.seconds)}; times read as {clock.said}."
        for gap in observed.gaps:
            part = 100 * gap.seconds / observed.seconds
            yield (
                f"{self._name}:{gap.row}: nothing came for {span(gap.seconds)} before this row, "
                f"{part:.0f} % of the trace. It is kept as silence; cut it out if it is none."
            )

    def _time(self, row: list[str], line: int) -> float | None:
        text = self._cell(row, line, "time")
        if text is None:
            return None
        try:
            if self._clock is None:
                self._clock = clock(text, self._header[self._columns["time"]])
            at = self._clock.parse(text)
        except (ValueError, OverflowError, OSError):
            self._fault(line, "time", f"is {text[:40]!r}, no time", "write ISO 8601, or seconds of the epoch")
            return None
        if not math.isfinite(at):
            self._fault(line, "time", f"is {text[:40]!r}", "write ISO 8601, or seconds of the epoch")
            return None
        if at < self._last:
            message = f"is {text[:40]!r}, {span(self._last - at)} before that of line {self._last_line}"
            self._fault(line, "time", message, "sort the rows by time")
        # Of the next row it is asked whether it follows this one, so that one row out of order is one fault.
        early, self._last, self._last_line = at < self._last, at, line
        return None if early else at

    def _tokens(self, row: list[str], line: int, kind: str, least: int) -> float | None:
        text = self._cell(row, line, kind)
        if text is None:
            return None
        try:
            tokens = float(text)
        except ValueError:
            tokens = math.nan
        if not least <= tokens <= MOST_TOKENS:
            why = "no number" if math.isnan(tokens) else "no number of tokens"
            self._fault(line, kind, f"is {text[:40]!r}, {why}", f"give {least} to {MOST_TOKENS:,}")
            return None
        return tokens

    def _cell(self, row: list[str], line: int, kind: str) -> str | None:
        place = self._columns[kind]
        text = row[place].strip() if place < len(row) else ""
        if not text:
            self._fault(line, kind, "is missing", "fill it in, or leave the row out")
            return None
        return text

    def _fault(self, line: int, kind: str, message: str, mend: str) -> None:
        name = self._header[self._columns[kind]]
        self._faults.append(ConfigError(f"{name} {message}", file=self._path, line=line, mend=mend))
