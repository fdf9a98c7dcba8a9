"""A pattern stands in the answer.

Patterns are run by jsonschema-rs, whose expressions are those of JSON Schema (ECMA 262, and look-around and references
besides) and which bounds how far one may go back: a pattern that would take longer for some text than it is allowed to
gives no score, and holds nothing up.
"""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from freehold.evaluate.expectation import shown, texts
from freehold.evaluate.model import Example, Result, Scored
from freehold.evaluate.scorers.around import Around
from freehold.evaluate.scorers.plain import Plain
from freehold.evaluate.scorers.settings import refused

LONGEST_PATTERN = 2000
_LONGEST_TEXT = 200_000
_BOUNDS = jsonschema_rs.FancyRegexOptions(backtrack_limit=100_000, size_limit=1 << 19, dfa_size_limit=1 << 21)


def regex(settings: str, _around: Around) -> Plain:
    """``regex:PATTERN``: the pattern stands somewhere in the answer; ``regex``: one of the expected texts is one."""
    if not settings:
        return Plain("regex", _expected)
    if len(settings) > LONGEST_PATTERN:
        raise refused("regex", settings, f"a pattern has at most {LONGEST_PATTERN} characters")
    try:
        validator = _compiled(settings)
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise refused("regex", settings, "it is no regular expression of JSON Schema's kind (ECMA 262)") from error
    return Plain(f"regex:{settings}", lambda _example, result: _found(validator, settings, result.text))


def _expected(example: Example, result: Result) -> Scored:
    wanted = texts(example.expected)
    if not wanted:
        return Scored(None, "the example says no pattern; give one as in regex:^yes")
    scored = [_found_in(each, result.text) for each in wanted]
    told = [each for each in scored if each.value is not None]
    return max(told, key=lambda each: each.value or 0.0) if told else scored[0]


def _found_in(pattern: str, text: str) -> Scored:
    if len(pattern) > LONGEST_PATTERN:
        return Scored(None, f"the expected pattern has more than {LONGEST_PATTERN} characters")
    try:
        return _found(_compiled(pattern), pattern, text)
    except (ValueError, jsonschema_rs.ReferencingError):
        return Scored(None, f"{shown(pattern)} is no regular expression")


def _compiled(pattern: str) -> Any:
    return jsonschema_rs.validator_for({"type": "string", "pattern": pattern}, offline=True, pattern_options=_BOUNDS)


def _found(validator: Any, pattern: str, text: str) -> Scored:
    if len(text) > _LONGEST_TEXT:
        return Scored(None, f"the answer is longer than {_LONGEST_TEXT} characters")
    try:
        # A lone surrogate is no text to the library; as a replacement sign it is no letter either.
        validator.validate(text.encode("utf-8", "replace").decode("utf-8"))
    except jsonschema_rs.ValidationError as error:
        if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Pattern):
            return Scored(0.0, f"nothing in it is as {shown(pattern)} says")
        return Scored(None, "the pattern takes too long for this answer")
    return Scored(1.0)
