"""Reads a rule.

    rule    = sum ("<" | "<=" | ">" | ">=") sum
    sum     = ["-"] term (("+" | "-") term)*
    term    = number [unit] | number "*" value | value
    value   = end "(" metric ")" | metric
    metric  = name ["[" scorer "]"] ["(" subject ")"]

Names are of `freehold.evaluate.report.rules.words`. A subject is a letter, in the order of the comparison, or its name,
in quotes where it has other signs than letters, digits, ``.``, ``_``, ``/``, ``:`` and ``-``. Nothing is evaluated but
these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from freehold.catalog.words import mend_for
from freehold.evaluate.report.rules.words import ENDS, METRICS, SCORED, TIMES, UNITS

Comparing = Literal["<", "<=", ">", ">="]

LONGEST = 500
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<name>[A-Za-z_][A-Za-z0-9_.]*)"
    r"|(?P<sign><=|>=|<|>|\+|-|\*|\(|\)|%)|(?P<scorer>\[[^\]]*\]))"
)
_SUBJECT = re.compile(r"""\s*(?:"([^"]+)"|'([^']+)'|([A-Za-z0-9][A-Za-z0-9._/:-]*(?: \#\d+)?))\s*\)""")


class RuleFault(ValueError):
    """A rule that cannot be read: what is wrong, where, and what may have been meant."""

    def __init__(self, rule: str, place: int, said: str) -> None:
        self.rule, self.place = rule, place
        super().__init__(f"{said}, at sign {place + 1} of the rule '{rule}'")


class Measure(msgspec.Struct, frozen=True):
    """A metric as a rule names it."""

    metric: str
    end: str = ""
    scorer: str = ""
    subject: str = ""


class Term(msgspec.Struct, frozen=True):
    """A number, or a number times a measure; `times` marks one such as ``1.2x``."""

    factor: float
    measure: Measure | None = None
    times: bool = False


class Rule(msgspec.Struct, frozen=True):
    """A comparison of two sums; when it holds, what it is about fails."""

    text: str
    left: tuple[Term, ...]
    comparing: Comparing
    right: tuple[Term, ...]


def parse(text: str) -> Rule:
    """A rule from its text.

    Raises:
        RuleFault: it is not one; the error says where, and what may have been meant.
    """
    return _Reader(text[:LONGEST]).rule() if len(text) <= LONGEST else _too_long(text)


def _too_long(text: str) -> Rule:
    raise RuleFault(text[:40] + "…", LONGEST, f"a rule has at most {LONGEST} signs")


class _Reader:
    """Goes through the text once, one token ahead."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def rule(self) -> Rule:
        left = self._sum()
        comparing = self._sign("<=", ">=", "<", ">")
        if comparing is None:
            raise self._fault("a rule compares two sums with <, <=, > or >=")
        right = self._sum()
        if self._text[self._at :].strip():
            raise self._fault("the rule should end")
        if not any(term.measure for term in (*left, *right)):
            raise RuleFault(self._text, 0, "a rule names a metric, such as quality, cost or p95_ms")
        self._check_times(left, right)
        return Rule(self._text.strip(), left, comparing, right)  # type: ignore[arg-type]

    def _sum(self) -> tuple[Term, ...]:
        terms = [self._term(-1.0 if self._sign("-") else 1.0)]
        while (sign := self._sign("+", "-")) is not None:
            terms.append(self._term(-1.0 if sign == "-" else 1.0))
        return tuple(terms)

    def _term(self, factor: float) -> Term:
        token = self._next()
        if token is not None and token["number"]:
            self._at = token.end()
            return self._number(factor * float(token["number"]))
        return Term(factor, self._value())

    def _number(self, number: float) -> Term:
        if self._sign("*"):
            return Term(number, self._value())
        if self._sign("%"):
            return Term(number * UNITS["%"])
        token = self._next()
        if token is None or not token["name"]:
            return Term(number)
        unit = token["name"]
        if unit != TIMES and unit not in UNITS:
            raise self._fault(f"'{unit}' is no unit; {mend_for(unit, (*UNITS, TIMES))}")
        self._at = token.end()
        return Term(number, times=True) if unit == TIMES else Term(number * UNITS[unit])

    def _value(self) -> Measure:
        token = self._next()
        if token is None or not token["name"]:
            raise self._fault("a number or a metric should stand here")
        name = token["name"]
        if name in ENDS:
            self._at = token.end()
            self._needed("(")
            measure = msgspec.structs.replace(self._metric(), end=name)
            self._needed(")")
            return measure
        return self._metric()

    def _metric(self) -> Measure:
        token = self._next()
        name = token["name"] if token is not None else None
        if token is None or name is None:
            raise self._fault("a metric should stand here")
        if name not in METRICS:
            raise self._fault(f"'{name}' is no metric; {mend_for(name, (*METRICS, *ENDS))}")
        self._at = token.end()
        return Measure(name, scorer=self._scorer(name), subject=self._subject())

    def _scorer(self, metric: str) -> str:
        token = self._next()
        if token is None or token["scorer"] is None:
            return ""
        if metric not in SCORED:
            raise self._fault(f"'{metric}' is not by a scorer")
        self._at = token.end()
        return token["scorer"][1:-1].strip()

    def _subject(self) -> str:
        if not self._sign("("):
            return ""
        found = _SUBJECT.match(self._text, self._at)
        if found is None:
            raise self._fault('a subject and a closing bracket should stand here, such as (B) or ("local/qwen")')
        self._at = found.end()
        return found[1] or found[2] or found[3]

    def _next(self) -> re.Match[str] | None:
        found = _TOKEN.match(self._text, self._at)
        if found is None and self._text[self._at :].strip():
            raise self._fault(f"'{self._text[self._at :].strip()[0]}' has no meaning here")
        return found

    def _sign(self, *wanted: str) -> str | None:
        """Takes the next token if it is one of these."""
        token = self._next()
        if token is None or token["sign"] not in wanted:
            return None
        self._at = token.end()
        return token["sign"]

    def _needed(self, sign: str) -> None:
        if self._sign(sign) is None:
            raise self._fault(f"'{sign}' should stand here")

    def _check_times(self, left: Sequence[Term], right: Sequence[Term]) -> None:
        """That ``1.2x`` stands alone, across from one metric."""
        if not any(term.times for term in (*left, *right)):
            return
        if len(right) != 1 or not right[0].times or len(left) != 1 or left[0].measure is None or left[0].factor != 1:
            raise self._fault(f"a number with '{TIMES}' stands alone behind one metric, as in 'cost > 1.2x'")

    def _fault(self, said: str) -> RuleFault:
        lead = len(self._text[self._at :]) - len(self._text[self._at :].lstrip())
        return RuleFault(self._text, self._at + lead, said)
