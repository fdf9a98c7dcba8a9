"""Whether an answer is sound in form: a look at what anyone can see without knowing the right answer.

Each fault is a sentence for the record. None quotes the prompt or the answer, because records are kept and contents are
not. JSON Schema is checked offline: a schema that points elsewhere is never fetched.
"""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import msgspec

from freehold.core.event import Answer, Call, Choice
from freehold.core.request import JsonObject, OpaqueTool, Request, Tool
from freehold.policy.effort import Beyond, visits
from freehold.policy.phrases import opens_with_refusal

# A caller's own pattern is run on a model's text: bounds keep a hostile pair from holding the process.
_PATTERNS = jsonschema_rs.FancyRegexOptions(backtrack_limit=10_000, size_limit=1 << 17, dfa_size_limit=1 << 20)

_FINISH_FAULTS = {
    "length": "cut off by the token limit",
    "content_filter": "stopped by the target's content filter",
    "refusal": "refused",
}

LONGEST_CHECKED = 1024 * 1024
"""Characters of a text that is read as JSON to be checked."""

_TAIL = 2000
_LONGEST_PERIOD = 200
_REPEATS = 8
_REPEATED_CHARACTERS = 200


def faults(request: Request, answer: Answer) -> tuple[str, ...]:
    """What is wrong with the form of an answer, each fault once; empty if it is sound.

    With several choices every one must be sound.
    """
    if not answer.choices:
        return ("empty",)
    found = [fault for choice in answer.choices for fault in _choice_faults(request, choice)]
    return tuple(dict.fromkeys(found))


def _choice_faults(request: Request, choice: Choice) -> list[str]:
    found = []
    if choice.finish is None:
        found.append("broken off before its end")
    elif choice.finish in _FINISH_FAULTS:
        found.append(_FINISH_FAULTS[choice.finish])
    if choice.refusal or opens_with_refusal(choice.text):
        found.append("refused")
    elif not choice.calls and not choice.text.strip():
        found.append("empty")
    elif not choice.calls and (fault := output_fault(request, choice.text)):
        found.append(fault)
    if repeats_itself(choice.text):
        found.append("repeats itself without end")
    return found + _call_faults(request, choice.calls)


def output_fault(request: Request, text: str) -> str | None:
    """What is wrong with a text as the output that the request asks for; `None` if nothing is, or nothing is asked."""
    if request.output is None or len(text) > LONGEST_CHECKED:
        return None
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return "not the JSON that was asked for"
    if request.output.mode == "json" or request.output.schema is None:
        return None if isinstance(value, dict) else "JSON, but no object"
    place = breach(request.output.schema, value)
    return None if place is None else f"breaks the requested schema at {place}"


def _call_faults(request: Request, calls: list[Call]) -> list[str]:
    found = [fault for call in calls if (fault := _call_fault(request, call))]
    choice = request.tool_choice
    if choice is not None:
        if choice.mode == "required" and not calls:
            found.append("calls no tool where one was required")
        if choice.mode == "none" and calls:
            found.append("calls a tool where none was allowed")
        if choice.mode == "named" and not any(call.name == choice.name for call in calls):
            found.append("does not call the tool that was required")
    if request.parallel_tool_calls is False and len(calls) > 1:
        found.append("calls several tools at once where one was allowed")
    return found


def _call_fault(request: Request, call: Call) -> str | None:
    tool = next((tool for tool in request.tools if isinstance(tool, Tool) and tool.name == call.name), None)
    if tool is None:
        # A dialect's own tool may go by a name that only its provider knows.
        opaque = any(isinstance(tool, OpaqueTool) for tool in request.tools)
        return None if opaque else "calls a tool that was not offered"
    if len(call.arguments) > LONGEST_CHECKED:
        return None
    try:
        arguments: Any = msgspec.json.decode(call.arguments) if call.arguments.strip() else {}
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return f"calls {tool.name} with arguments that are not JSON"
    if not isinstance(arguments, dict):
        return f"calls {tool.name} with arguments that are no object"
    place = breach(tool.schema, arguments)
    return None if place is None else f"calls {tool.name} with arguments that break its schema at {place}"


def breach(schema: JsonObject, value: Any) -> str | None:
    """The place in the schema that a decoded JSON value breaks, such as ``properties/age/type``; `None` if it fits.

    A schema that cannot be read, that points outside itself or that takes too much work to check is not held against
    the answer: no other target's answer could be checked against it either.
    """
    try:
        visits(schema, value)
        validator = jsonschema_rs.validator_for(schema, offline=True, pattern_options=_PATTERNS)
    except (Beyond, ValueError, jsonschema_rs.ReferencingError):
        return None
    try:
        # Only the first error: each holds a copy of the value that it is about.
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        return "/".join(str(step) for step in error.schema_path)[:200]
    return None


def unchecked(request: Request, answer: Answer) -> tuple[str, ...]:
    """What of an answer's form was not checked, because that takes too much work, as sentences for the record."""
    schema = request.output.schema if request.output is not None else None
    tools = {tool.name: tool.schema for tool in request.tools if isinstance(tool, Tool)}
    found = []
    for choice in answer.choices:
        if request.output is not None and not choice.calls and _too_much(schema, choice.text):
            found.append("the requested schema was not checked, which would take too much work")
        found.extend(
            f"the schema of {call.name} was not checked, which would take too much work"
            for call in choice.calls
            if call.name in tools and _too_much(tools[call.name], call.arguments)
        )
    return tuple(dict.fromkeys(found))


def _too_much(schema: JsonObject | None, text: str) -> bool:
    if len(text) > LONGEST_CHECKED:
        return True
    if schema is None:
        return False
    try:
        visits(schema, msgspec.json.decode(text))
    except Beyond:
        return True
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return False
    return False


def repeats_itself(text: str) -> bool:
    """Whether the text ends in a loop: a piece of up to 200 characters, at least 8 times, over at least 200 characters.

    A heuristic for the loops that small models fall into. It looks at the last 2,000 characters, and takes a text that
    was asked to repeat itself for a loop too.
    """
    tail = text.rstrip()[-_TAIL:]
    for period in range(1, min(_LONGEST_PERIOD, len(tail) // _REPEATS) + 1):
        needed = max(period * _REPEATS, _REPEATED_CHARACTERS)
        if needed <= len(tail) and tail[-needed + period :] == tail[-needed:-period]:
            return True
    return False
