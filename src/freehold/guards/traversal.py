"""Everything of a request that would be forwarded, as named texts; and the same request with some of them changed.

`walk` and `rewrite` are one traversal, so that whatever can be found can be taken out. What the structs of
`core.request` hold is told by a table; JSON (a call's arguments, a schema, what only one dialect knows) is entered, its
keys and long numbers included. Last comes the caller's own body as it would go on to a target of its dialect: what it
holds beyond all that has no neutral word, and goes when it is changed.

Not told, because nothing can be read in it: base64 of what is no text (images, sound, signatures, encrypted thoughts).
The request carries the label of its key for such parts.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from freehold.core.passage import Passage
from freehold.core.request import (
    AnyRequest,
    AudioPart,
    CacheMark,
    EmbeddingRequest,
    FilePart,
    Grounds,
    ImagePart,
    Message,
    OpaquePart,
    OpaqueTool,
    Origin,
    OutputFormat,
    Part,
    Reasoning,
    RefusalPart,
    Request,
    RerankRequest,
    Role,
    Sampling,
    TextPart,
    ThoughtPart,
    Tool,
    ToolChoice,
    ToolResult,
    ToolUse,
)
from freehold.guards.brought import is_brought
from freehold.guards.fields import OF_NAME, Change, Field, kept
from freehold.guards.json_fields import JsonTelling
from freehold.guards.words import WORDS

S = TypeVar("S", bound=Struct)


def walk(request: AnyRequest, *, without: Container[str] = ()) -> Iterator[Field]:
    """Every text of the request that would be forwarded, in order.

    `without` names members such as ``tools`` that are left out, also where the caller's own body repeats them.
    """
    fields: list[Field] = []

    def note(field: Field) -> str:
        fields.append(field)
        return field.text

    _Traversal(note, without).request(request)
    return iter(fields)


def rewrite(request: AnyRequest, change: Change) -> AnyRequest:
    """The request with each text as `change` gives it back; the same object where all come back as they were.

    A changed request has no `origin`: it is encoded afresh for whatever target it goes to. JSON stays JSON: a number
    that becomes something else becomes a string, and keys that become equal are numbered.
    """
    return _Traversal(change).request(request)


class _Traversal(JsonTelling):
    """One pass. What it has told it does not tell again where the caller's own body repeats it."""

    def __init__(self, change: Change, without: Container[str] = ()) -> None:
        super().__init__(change)
        self._without = without
        self._role: Role = "user"
        self._asked: frozenset[str] | None = None
        """Of a grounded request, the texts that are the caller's; what else its turns hold came from documents."""

    def request(self, request: AnyRequest) -> AnyRequest:
        """All of it, then what its origin holds beyond."""
        if isinstance(request, Request) and request.grounds is not None:
            self._asked = _texts(request.grounds.asked)
        changes = self._changes(request, "")
        self.repeating = True
        origin = request.origin
        if origin is not None and self._origin_changes(origin):
            changes["origin"] = None
        return msgspec.structs.replace(request, **{"origin": None, **changes}) if changes else request

    def _origin_changes(self, origin: Origin) -> bool:
        """Whether anything changes that the origin alone holds. The model's name goes nowhere: a target has its own."""
        changed = False
        for number, (_, value) in enumerate(origin.headers):
            changed |= self.text(value, f"headers[{number}]") is not value
        for number, (name, member) in enumerate(origin.body.items()):
            if name != "model" and name not in self._without:
                place = f"body.{name}" if name in WORDS else f"body{{{number}}}"
                changed |= name not in WORDS and self.text(name, place + OF_NAME) is not name
                changed |= self.json(member, place) is not member
        return changed

    def struct(self, value: S, where: str) -> S:
        """A struct with its texts changed."""
        changes = self._changes(value, where)
        return msgspec.structs.replace(value, **changes) if changes else value

    def _changes(self, value: Struct, where: str) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        for name, visit in FORWARDED[type(value)]:
            old = getattr(value, name)
            if old and (where or name not in self._without):
                new = visit(self, old, f"{where}.{name}" if where else name)
                if new is not old:
                    changes[name] = new
        return changes

    def each(self, values: tuple[Any, ...], where: str) -> tuple[Any, ...]:
        """Each of several texts or structs."""
        visit: Callable[[Any, str], Any] = self.text if isinstance(values[0], str) else self.struct
        return kept(values, tuple([visit(value, f"{where}[{number}]") for number, value in enumerate(values)]))

    def inputs(self, values: tuple[Any, ...], where: str) -> tuple[Any, ...]:
        """What is to be embedded; token ids cannot be read."""
        return self.each(values, where) if isinstance(values[0], str) else values

    def messages(self, messages: tuple[Message, ...], where: str) -> tuple[Message, ...]:
        """Turns, each with the provenance of its role."""
        new = []
        for number, message in enumerate(messages):
            self.source = "assistant" if message.role == "assistant" else "caller"
            self._role = message.role
            new.append(self.struct(message, f"{where}[{number}]"))
        self.source = "caller"
        return kept(messages, tuple(new))

    def parts(self, parts: tuple[Part, ...], where: str) -> tuple[Part, ...]:
        """Parts of a turn: what tools and documents say is theirs; in a grounded request there are passages too."""
        before = self.source
        new = []
        for number, part in enumerate(parts):
            if is_brought(part, self._role):
                self.source = "tool"
            elif self._asked is not None and isinstance(part, TextPart) and part.text not in self._asked:
                self.source = "passage"
            new.append(self.struct(part, f"{where}[{number}]"))
            self.source = before
        return kept(parts, tuple(new))

    def grounds(self, grounds: Grounds, where: str) -> Grounds:
        """What the built-in reader sees in place of the turns; most of it stood in them."""
        self.repeating = True
        new = self.struct(grounds, where)
        self.repeating = False
        return new

    def passages(self, passages: tuple[Passage, ...], where: str) -> tuple[Passage, ...]:
        """Passages of documents."""
        self.source = "passage"
        new = self.each(passages, where)
        self.source = "caller"
        return new


def _texts(messages: tuple[Message, ...]) -> frozenset[str]:
    return frozenset(part.text for message in messages for part in message.parts if isinstance(part, TextPart))


Visit = Callable[[_Traversal, Any, str], Any]

_T = _Traversal

FORWARDED: dict[type[Struct], tuple[tuple[str, Visit], ...]] = {
    Request: (
        ("messages", _T.messages),
        ("tools", _T.each),
        ("tool_choice", _T.struct),
        ("sampling", _T.struct),
        ("output", _T.struct),
        ("reasoning", _T.struct),
        ("user", _T.text),
        ("metadata", _T.json),
        ("service_tier", _T.text),
        ("extra", _T.json),
        ("grounds", _T.grounds),
    ),
    EmbeddingRequest: (("inputs", _T.inputs), ("user", _T.text), ("metadata", _T.json), ("extra", _T.json)),
    RerankRequest: (
        ("query", _T.text),
        ("documents", _T.each),
        ("user", _T.text),
        ("metadata", _T.json),
        ("extra", _T.json),
    ),
    Message: (("name", _T.text), ("parts", _T.parts)),
    TextPart: (("text", _T.text), ("cache", _T.struct)),
    RefusalPart: (("text", _T.text),),
    ThoughtPart: (("text", _T.text), ("signature", _T.blob), ("redacted", _T.blob)),
    ImagePart: (
        ("url", _T.blob),
        ("data", _T.blob),
        ("media_type", _T.text),
        ("detail", _T.text),
        ("cache", _T.struct),
    ),
    AudioPart: (("data", _T.blob), ("format", _T.text)),
    FilePart: (
        ("filename", _T.text),
        ("text", _T.text),
        ("data", _T.blob),
        ("media_type", _T.text),
        ("url", _T.blob),
        ("file_id", _T.text),
        ("cache", _T.struct),
    ),
    ToolUse: (("id", _T.text), ("name", _T.text), ("arguments", _T.arguments), ("cache", _T.struct)),
    ToolResult: (("id", _T.text), ("parts", _T.parts), ("cache", _T.struct)),
    OpaquePart: (("raw", _T.json),),
    CacheMark: (("ttl", _T.text),),
    Tool: (("name", _T.text), ("description", _T.text), ("schema", _T.json), ("cache", _T.struct)),
    OpaqueTool: (("raw", _T.json),),
    ToolChoice: (("name", _T.text),),
    Sampling: (("stop", _T.each), ("logit_bias", _T.json)),
    OutputFormat: (("name", _T.text), ("description", _T.text), ("schema", _T.json)),
    Reasoning: (("effort", _T.text), ("display", _T.text)),
    Grounds: (("question", _T.text), ("passages", _T.passages), ("asked", _T.messages)),
    Passage: (("text", _T.text),),
}
"""By struct, its members that hold text of the caller's, and how each is entered; numbers and switches are left out."""
