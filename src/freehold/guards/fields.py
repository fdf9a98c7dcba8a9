"""Everything of a request that would be forwarded, as named texts; and the same request with some of them changed.

`walk` and `rewrite` are one traversal, so that whatever can be found can be taken out. What the structs of
`core.request` hold is told by a table; JSON (a call's arguments, a schema, what only one dialect knows) is entered, its
keys and long numbers included. Last comes the caller's own body as it would go on to a target of its dialect: what it
holds beyond all that has no neutral word, and goes when it is changed.

Not told, because nothing can be read in it: base64 of what is no text (images, sound, signatures, encrypted thoughts).
The request carries the label of its key for such parts.
"""

from __future__ import annotations

import base64
import binascii
import re
import string
from collections.abc import Callable, Container, Iterator
from operator import is_
from typing import Any, Literal, TypeVar

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
    JsonObject,
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
from freehold.guards.utf16 import utf16
from freehold.guards.words import WORDS

Provenance = Literal["caller", "assistant", "tool", "passage"]


class Field(Struct, frozen=True):
    """One text of a request, and where it stands: ``messages[2].parts[0].text``, ``tools[0].schema.properties{1}``.

    In braces stands the number of a member whose name is not one of the dialects' own words, for a place holds none of
    the caller's; that name itself is at ``tools[0].schema.properties{1}:name``. `source` says who wrote it, as far as
    the request tells: ``tool`` for documents in a turn too, for nobody who asks has written them.
    """

    where: str
    text: str
    source: Provenance


Change = Callable[[Field], str]

OF_NAME = ":name"
"""How the place of a member's name ends; without it, it is the place of the member."""


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


S = TypeVar("S", bound=Struct)
L = TypeVar("L", list[Any], tuple[Any, ...])

_SEVERAL, _NUMBERS = (dict, list), (int, float)
_LONG_NUMBER = 100_000
"""Numbers of fewer digits than this has are no card, telephone or identity number."""
_EXACT = 1e22
"""Above it, a float's digits are not those that were written."""
_DEEP = 128
"""Lists and objects within one another that are entered; a body has no more, but text in it may."""
_SHORTEST_BLOB = 64
_ASCII_TEXT = string.printable.encode()
_FEW = 10
"""Of so many bytes one at most is none of ASCII's, where a text has another encoding or is passed off as data."""
_DATA_URL = re.compile(r"data:[^,]{0,200};base64,")


class _Traversal:
    """One pass. What it has told it does not tell again where the caller's own body repeats it."""

    def __init__(self, change: Change, without: Container[str] = ()) -> None:
        self._change = change
        self._without = without
        self._source: Provenance = "caller"
        self._role: Role = "user"
        self._asked: frozenset[str] | None = None
        """Of a grounded request, the texts that are the caller's; what else its turns hold came from documents."""
        self._told: dict[str, str] = {}
        self._repeating = False
        self._entered: dict[int, JsonObject | list[Any]] = {}
        """By identity, the lists and objects that were entered; held, so that no identity comes twice."""

    def request(self, request: AnyRequest) -> AnyRequest:
        """All of it, then what its origin holds beyond."""
        if isinstance(request, Request) and request.grounds is not None:
            self._asked = _texts(request.grounds.asked)
        changes = self._changes(request, "")
        self._repeating = True
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

    def text(self, text: str, where: str) -> str:
        """A text as its author wrote it."""
        if not text or text in WORDS:
            return text
        if self._repeating and text in self._told:
            return self._as_told(text)
        new = self._told[text] = self._change(Field(where, text, self._source))
        return text if new == text else new

    def _as_told(self, text: str) -> str:
        """What has become of a text: the very same object where it stays as it was."""
        new = self._told.get(text, text)
        return text if new == text else new

    def each(self, values: tuple[Any, ...], where: str) -> tuple[Any, ...]:
        """Each of several texts or structs."""
        visit: Callable[[Any, str], Any] = self.text if isinstance(values[0], str) else self.struct
        return _same(values, tuple([visit(value, f"{where}[{number}]") for number, value in enumerate(values)]))

    def inputs(self, values: tuple[Any, ...], where: str) -> tuple[Any, ...]:
        """What is to be embedded; token ids cannot be read."""
        return self.each(values, where) if isinstance(values[0], str) else values

    def messages(self, messages: tuple[Message, ...], where: str) -> tuple[Message, ...]:
        """Turns, each with the provenance of its role."""
        new = []
        for number, message in enumerate(messages):
            self._source = "assistant" if message.role == "assistant" else "caller"
            self._role = message.role
            new.append(self.struct(message, f"{where}[{number}]"))
        self._source = "caller"
        return _same(messages, tuple(new))

    def parts(self, parts: tuple[Part, ...], where: str) -> tuple[Part, ...]:
        """Parts of a turn: what tools and documents say is theirs; in a grounded request there are passages too."""
        before = self._source
        new = []
        for number, part in enumerate(parts):
            if is_brought(part, self._role):
                self._source = "tool"
            elif self._asked is not None and isinstance(part, TextPart) and part.text not in self._asked:
                self._source = "passage"
            new.append(self.struct(part, f"{where}[{number}]"))
            self._source = before
        return _same(parts, tuple(new))

    def grounds(self, grounds: Grounds, where: str) -> Grounds:
        """What the built-in reader sees in place of the turns; most of it stood in them."""
        self._repeating = True
        new = self.struct(grounds, where)
        self._repeating = False
        return new

    def passages(self, passages: tuple[Passage, ...], where: str) -> tuple[Passage, ...]:
        """Passages of documents."""
        self._source = "passage"
        new = self.each(passages, where)
        self._source = "caller"
        return new

    def blob(self, text: str, where: str) -> str:
        """Base64, or a ``data:`` URL of it, told as what it says where that is text; anything else as it is."""
        if len(text) < _SHORTEST_BLOB:
            return self.text(text, where)
        if self._repeating and text in self._told:
            return self._as_told(text)
        mark = _DATA_URL.match(text)
        head = mark[0] if mark else ""
        inner = _inner(text[len(head) :])
        if inner is None:
            return self.text(text, where)
        if inner:
            new = self.text(inner, where)
            self._told[text] = text if new is inner else head + base64.b64encode(new.encode()).decode()
        return self._as_told(text)

    def arguments(self, arguments: str, where: str) -> str:
        """JSON text, entered and written again; what is no JSON is told as the text it is."""
        if self._repeating and arguments in self._told:
            return self._as_told(arguments)
        try:
            value = msgspec.json.decode(arguments)
        except (msgspec.DecodeError, RecursionError):
            return self.text(arguments, where)
        if arguments.count("[") + arguments.count("{") > _DEEP and _is_deep(value):
            return self.text(arguments, where)
        new = self.json(value, where)
        same = new is value
        if arguments.count(":") != msgspec.json.encode(value).count(b":"):
            # Of a member given twice only one is decoded, and another reader may take the other. So the text is told
            # as a whole too, and where that changes, what was decoded stands alone.
            same &= self.text(arguments, where) is arguments
        self._told[arguments] = arguments if same else msgspec.json.encode(new).decode()
        return self._as_told(arguments)

    def json(self, value: Any, where: str) -> Any:
        """A decoded JSON value: its strings, its keys, and its long numbers as text."""
        if isinstance(value, str):
            # Most of a body is words of its dialect, and what has been told and stays.
            if value in WORDS or (self._repeating and self._told.get(value) == value):
                return value
            return self.blob(value, where)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, _SEVERAL):
            if self._repeating and id(value) in self._entered:
                return value
            self._entered[id(value)] = value
            return self._object(value, where) if isinstance(value, dict) else self._list(value, where)
        if isinstance(value, _NUMBERS) and abs(value) >= _LONG_NUMBER:
            text = str(int(value)) if abs(value) < _EXACT and value == int(value) else repr(value)
            new = self.text(text, where)
            return value if new is text else new
        return value

    def _list(self, values: list[Any], where: str) -> list[Any]:
        return _same(values, [self.json(each, f"{where}[{number}]") for number, each in enumerate(values)])

    def _object(self, value: JsonObject, where: str) -> JsonObject:
        new: JsonObject = {}
        same = True
        for number, (key, member) in enumerate(value.items()):
            known = key in WORDS
            place = f"{where}.{key}" if known else f"{where}{{{number}}}"
            new_key = key if known else self.text(key, place + OF_NAME)
            new_member = self.json(member, place)
            same = same and new_key is key and new_member is member
            new[new_key if new_key not in new else f"{new_key} {number}"] = new_member
        return value if same else new


def _same(old: L, new: L) -> L:
    """The old sequence where each member of the new one is the very same."""
    return old if all(map(is_, old, new)) else new


def _texts(messages: tuple[Message, ...]) -> frozenset[str]:
    return frozenset(part.text for message in messages for part in message.parts if isinstance(part, TextPart))


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEP):
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        if not inner:
            return False
        level = [each for members in inner for each in members]
    return True


def _inner(text: str) -> str | None:
    """What base64 says where that is text, empty where nothing can be read in it; `None` for what is no base64.

    `None` too for what is nearly all text, or is in UTF-16: as it is written, it is looked at as any text with base64.
    """
    try:
        content = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return None
    if b"\0" not in content[:1024]:
        try:
            return content.decode()
        except UnicodeDecodeError:
            pass
    elif utf16(content) is not None:
        return None
    return None if len(content.translate(None, _ASCII_TEXT)) * _FEW <= len(content) else ""


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
