"""Which tools may not be called while a request's context holds text that nobody who asks has written.

A model that has read a stranger's text may do as it says. Whatever the text says, it cannot have a tool called that is
not offered, nor one whose call is stopped on its way back. This is the wall; finding instructions is only a hint.

Names are compared without regard to case, and ``*`` stands for any run of characters: ``send_*``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from freehold.core.event import Event, ToolCall
from freehold.core.passage import Passage
from freehold.core.request import Json, OpaqueTool, Request, Tool
from freehold.guards.brought import is_brought


def holds_untrusted(request: Request, passages: Sequence[Passage] = ()) -> bool:
    """Whether the context holds untrusted text: a passage, a document, the result of a tool or of a search."""
    return bool(passages) or any(is_brought(part, turn.role) for turn in request.messages for part in turn.parts)


def is_forbidden(name: str, names: Iterable[str]) -> bool:
    """Whether a tool of this name is one of those named."""
    return any(fnmatchcase(name.casefold(), pattern.casefold()) for pattern in names)


def forbid(request: Request, names: Iterable[str]) -> Request:
    """The request without the named tools, nor a choice of one of them; the very request where it offers none.

    A caller who insists on a forbidden tool is to be refused first: see `forbidden_choice`.
    """
    names = tuple(names)
    left = tuple(tool for tool in request.tools if not any(is_forbidden(name, names) for name in _names(tool)))
    choice = request.tool_choice
    if len(left) == len(request.tools) and forbidden_choice(request, names) is None:
        return request
    extra = dict(request.extra)
    if not left or forbidden_choice(request, names) is not None:
        choice = None
        extra.pop("tool_choice", None)
    parallel = request.parallel_tool_calls if left else None
    return request.rewritten(tools=left, tool_choice=choice, parallel_tool_calls=parallel, extra=extra)


def forbidden_choice(request: Request, names: Iterable[str]) -> str | None:
    """The forbidden tool that the request insists on; `None` where it insists on none.

    A choice that only its own dialect knows (OpenAI's ``allowed_tools`` and ``custom``) is read too.
    """
    names, choice = tuple(names), request.tool_choice
    wanted = [choice.name] if choice is not None and choice.name is not None else []
    wanted += _named(request.extra.get("tool_choice"))
    return next((name for name in wanted if is_forbidden(name, names)), None)


def forbidden_call(event: Event, names: Iterable[str]) -> str | None:
    """The forbidden tool that this piece of an answer calls; `None` for any other. The first piece has the name."""
    if isinstance(event, ToolCall) and event.name is not None and is_forbidden(event.name, names):
        return event.name
    return None


def _names(tool: Tool | OpaqueTool) -> Iterator[str]:
    """All that a tool is called by: for one that only its own dialect knows, its kind too, and a name further in."""
    if isinstance(tool, Tool):
        yield tool.name
        return
    yield tool.kind
    yield from _named(tool.raw)


def _named(value: Json, depth: int = 4) -> Iterator[str]:
    """Every ``name`` in a JSON value, down to so many levels."""
    if isinstance(value, dict):
        if isinstance(name := value.get("name"), str):
            yield name
        value = list(value.values())
    if isinstance(value, list) and depth:
        for each in value:
            yield from _named(each, depth - 1)
