"""Messages of a chat completion request, read into neutral turns."""

from __future__ import annotations

from collections.abc import Callable

from freehold.core.errors import BadRequest
from freehold.core.request import (
    AudioPart,
    CacheMark,
    FilePart,
    ImagePart,
    JsonObject,
    Message,
    OpaquePart,
    Part,
    RefusalPart,
    TextPart,
    ThoughtPart,
    ToolResult,
    ToolUse,
)
from freehold.wire.bounds import check_parts
from freehold.wire.json import convert
from freehold.wire.openai import schema


def read_messages(messages: list[schema.AnyMessage]) -> tuple[Message, ...]:
    """All turns, in order; raises `BadRequest` naming the part that is wrong."""
    reader = _Reader()
    turns = tuple([reader.read(message, place) for place, message in enumerate(messages)])
    check_parts(turns)
    return turns


class _Reader:
    """Remembers the ids it made up for calls of the deprecated kind, which have none."""

    def __init__(self) -> None:
        self._calls: dict[str, str] = {}

    def read(self, message: schema.AnyMessage, place: int) -> Message:
        match message:
            case schema.UserMessage():
                return Message("user", _content(message.content, place), message.name)
            case schema.SystemMessage():
                return Message("system", _content(message.content, place), message.name)
            case schema.AssistantMessage():
                return Message("assistant", self._assistant(message, place), message.name)
            case schema.ToolMessage():
                return Message("tool", (ToolResult(message.tool_call_id, _content(message.content, place)),))
            case schema.DeveloperMessage():
                return Message("developer", _content(message.content, place), message.name)
            case schema.FunctionMessage():
                parts = (TextPart(message.content),) if message.content else ()
                return Message("tool", (ToolResult(self._call_of(message.name, place), parts),))

    def _assistant(self, message: schema.AssistantMessage, place: int) -> tuple[Part, ...]:
        parts: list[Part] = []
        if message.reasoning_content:
            parts.append(ThoughtPart(message.reasoning_content))
        if message.content:
            parts.extend(_content(message.content, place))
        if message.refusal:
            parts.append(RefusalPart(message.refusal))
        if message.audio:
            parts.append(OpaquePart("openai", "audio", message.audio))
        for number, call in enumerate(message.tool_calls or ()):
            parts.append(_call(call, f"messages[{place}].tool_calls[{number}]"))
        if message.function_call:
            self._calls[message.function_call.name] = call_id = f"call_function_{place}"
            parts.append(ToolUse(call_id, message.function_call.name, message.function_call.arguments))
        return tuple(parts)

    def _call_of(self, function: str, place: int) -> str:
        if function not in self._calls:
            param = f"messages[{place}].name"
            raise BadRequest(f"{param}: no earlier message calls the function {function[:100]!r}", param=param)
        return self._calls[function]


def _content(content: schema.Content, place: int) -> tuple[Part, ...]:
    if isinstance(content, str):
        return (TextPart(content),)
    return tuple([_part(part, f"messages[{place}].content[{number}]") for number, part in enumerate(content)])


def _part(part: JsonObject, within: str) -> Part:
    kind = part.get("type")
    if not isinstance(kind, str):
        raise BadRequest(f"{within}.type must be a string", param=f"{within}.type")
    read = _PARTS.get(kind)
    return read(part, within) if read else OpaquePart("openai", kind, part)


def _text(part: JsonObject, within: str) -> Part:
    body = convert(part, schema.TextBody, within=within)
    return TextPart(body.text, CacheMark(body.cache_control.ttl) if body.cache_control else None)


def _image(part: JsonObject, within: str) -> Part:
    address = convert(part, schema.ImageBody, within=within).image_url
    inline = split_data_url(address.url)
    if inline is None:
        return ImagePart(url=address.url, detail=address.detail)
    return ImagePart(data=inline[1], media_type=inline[0], detail=address.detail)


def _audio(part: JsonObject, within: str) -> Part:
    audio = convert(part, schema.AudioBody, within=within).input_audio
    return AudioPart(audio.data, audio.format)


def _file(part: JsonObject, within: str) -> Part:
    file = convert(part, schema.FileBody, within=within).file
    if file.file_data is None and file.file_id is None:
        raise BadRequest(f"{within}.file needs file_data or file_id", param=f"{within}.file")
    media_type, data = split_data_url(file.file_data or "") or (None, file.file_data)
    return FilePart(data=data, media_type=media_type, file_id=file.file_id, filename=file.filename)


def _refusal(part: JsonObject, within: str) -> Part:
    return RefusalPart(convert(part, schema.RefusalBody, within=within).refusal)


_PARTS: dict[str, Callable[[JsonObject, str], Part]] = {
    "text": _text,
    "image_url": _image,
    "input_audio": _audio,
    "file": _file,
    "refusal": _refusal,
}


def _call(call: JsonObject, within: str) -> Part:
    body = convert(call, schema.CallBody, within=within)
    if body.type != "function":
        return OpaquePart("openai", body.type, call)
    if body.function is None:
        raise BadRequest(f"{within}.function is required", param=f"{within}.function")
    return ToolUse(body.id, body.function.name, body.function.arguments)


def split_data_url(url: str) -> tuple[str, str] | None:
    """Media type and base64 data of a ``data:`` URL; `None` for any other address.

    >>> split_data_url("data:image/png;base64,iVBO")
    ('image/png', 'iVBO')
    """
    if not url.startswith("data:"):
        return None
    head, mark, data = url.partition(";base64,")
    return (head.removeprefix("data:"), data) if mark else None
