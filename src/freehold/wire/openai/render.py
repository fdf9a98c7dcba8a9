"""Neutral turns, written as messages of a chat completion request."""

from __future__ import annotations

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.request import (
    AudioPart,
    FilePart,
    ImagePart,
    JsonObject,
    Message,
    OpaquePart,
    Part,
    RefusalPart,
    Request,
    TextPart,
    ThoughtPart,
    ToolResult,
    ToolUse,
)


def cannot_say(what: str, param: str) -> AttemptFailed:
    """The failure of an attempt whose request holds something that this dialect has no word for."""
    return AttemptFailed(Fault.UNTRANSLATABLE, f"an OpenAI-shaped target cannot be sent {what}", param=param)


def content_param(request: Request, place: int) -> str:
    """How the caller names a turn's content. The turns of another dialect are not numbered as its caller's are."""
    return f"messages[{place}].content" if request.dialect == "openai" else "messages"


def write_messages(request: Request, dropped: set[str]) -> list[JsonObject]:
    """All turns, in order; adds to `dropped` what was left out, raises `AttemptFailed` for what cannot be said."""
    return [
        _Turn(request, content_param(request, place), dropped).write(message)
        for place, message in enumerate(request.messages)
    ]


class _Turn:
    """Writes one turn. `param` names its content in errors."""

    def __init__(self, request: Request, param: str, dropped: set[str]) -> None:
        self._keeps_thoughts = request.dialect == "openai"
        self._param = param
        self._dropped = dropped

    def write(self, message: Message) -> JsonObject:
        match message:
            case Message(role="tool", parts=(ToolResult() as result,)):
                written = self._result(result)
            case Message(role="assistant"):
                written = self._assistant(message.parts)
            case _:
                content = [self._part(part) for part in message.parts]
                written = {"role": message.role, "content": _flat(content) if content else ""}
        if message.name is not None:
            written["name"] = message.name
        return written

    def _result(self, result: ToolResult) -> JsonObject:
        """This dialect has no flag for a failed call, so its text says it."""
        if result.cache:
            self._dropped.add("cache_control")
        texts = [self._result_text(part) for part in result.parts]
        if result.is_error and not "".join(texts).lower().startswith("error"):
            texts = [f"Error: {''.join(texts[:1])}", *texts[1:]]
        content = _flat([{"type": "text", "text": text} for text in texts]) if texts else ""
        return {"role": "tool", "tool_call_id": result.id, "content": content}

    def _result_text(self, part: Part) -> str:
        match part:
            case TextPart(text=text) | FilePart(text=str(text)):
                self._part(part)
                return text
            case _:
                raise cannot_say(f"a tool result with {_noun(part)}", self._param)

    def _assistant(self, parts: tuple[Part, ...]) -> JsonObject:
        content: list[JsonObject] = []
        calls: list[JsonObject] = []
        written: JsonObject = {"role": "assistant", "content": None}
        for part in parts:
            match part:
                case ThoughtPart():
                    self._thought(part, written)
                case RefusalPart():
                    written["refusal"] = written.get("refusal", "") + part.text
                case ToolUse():
                    calls.append(self._call(part))
                case OpaquePart(dialect="openai", kind="audio"):
                    written["audio"] = part.raw
                case OpaquePart(dialect="openai") if "id" in part.raw:
                    calls.append(part.raw)
                case _:
                    content.append(self._part(part))
        if content:
            written["content"] = _flat(content)
        if calls:
            written["tool_calls"] = calls
        return written

    def _thought(self, part: ThoughtPart, written: JsonObject) -> None:
        """Reasoning goes back only to those whose callers send it back; no provider can verify another's signature."""
        if self._keeps_thoughts:
            written["reasoning_content"] = written.get("reasoning_content", "") + part.text
        else:
            self._dropped.add("thinking")

    def _call(self, use: ToolUse) -> JsonObject:
        if use.cache:
            self._dropped.add("cache_control")
        return {"id": use.id, "type": "function", "function": {"name": use.name, "arguments": use.arguments}}

    def _part(self, part: Part) -> JsonObject:
        if isinstance(part, TextPart | ImagePart | FilePart) and part.cache:
            self._dropped.add("cache_control")
        match part:
            case TextPart() | FilePart(text=str()):
                return {"type": "text", "text": part.text}
            case ImagePart():
                return {"type": "image_url", "image_url": _image(part)}
            case AudioPart():
                return {"type": "input_audio", "input_audio": {"data": part.data, "format": part.format}}
            case FilePart(url=None):
                return {"type": "file", "file": _file(part)}
            case OpaquePart(dialect="openai"):
                return part.raw
            case _:
                raise cannot_say(_noun(part), self._param)


def _flat(content: list[JsonObject]) -> str | list[JsonObject]:
    """A lone text as a plain string, which every server takes."""
    if len(content) == 1 and content[0].get("type") == "text":
        text: str = content[0]["text"]
        return text
    return content


def _image(part: ImagePart) -> JsonObject:
    address: JsonObject = {"url": part.url or f"data:{part.media_type};base64,{part.data}"}
    if part.detail is not None:
        address["detail"] = part.detail
    return address


def _file(part: FilePart) -> JsonObject:
    inline = f"data:{part.media_type};base64,{part.data}" if part.media_type and part.data else part.data
    fields = {"file_data": inline, "file_id": part.file_id, "filename": part.filename}
    return {name: value for name, value in fields.items() if value is not None}


def _noun(part: Part) -> str:
    match part:
        case OpaquePart():
            return f"a part of kind {part.kind[:100]!r}"
        case FilePart(url=str()):
            return "a document by address"
        case _:
            return f"{type(part).__struct_config__.tag} content in this place"
