"""What a target's profile changes in a body that is otherwise ready: renamed, left out, or refused.

It works the same on a body that came from an OpenAI caller and on one written afresh, and copies whatever it changes,
because the caller's own body is shared by all attempts.
"""

from __future__ import annotations

from freehold.core.request import ImagePart, JsonObject, Request, ToolResult
from freehold.core.target import Profile
from freehold.wire.fields import strip_directions
from freehold.wire.openai.render import cannot_say, content_param

_SAMPLING = ("temperature", "top_p", "top_k", "frequency_penalty", "presence_penalty", "logit_bias")


def fit(body: JsonObject, request: Request, profile: Profile, dropped: set[str]) -> None:
    """Change `body` (whose top level is the caller's to change) until the target's server takes it.

    Adds to `dropped` what was left out; raises `AttemptFailed` for what the target cannot do.
    """
    refuse_unable(request, profile)
    _limit(body, profile)
    _roles(body, profile)
    _stream(body, request, profile, dropped)
    strip_directions(body)
    if not profile.sampling:
        _leave_out(body, _SAMPLING, dropped)
    if not profile.reasoning:
        _leave_out(body, ("reasoning_effort",), dropped)


def refuse_unable(request: Request, profile: Profile) -> None:
    """Raises `AttemptFailed` (``UNTRANSLATABLE``) for what was asked and the profile says the target cannot do."""
    if request.tools and not profile.tools:
        raise cannot_say("tools", "tools")
    if request.sampling.logprobs and not profile.logprobs:
        raise cannot_say("a wish for logprobs", "logprobs")
    if request.output and request.output.mode == "schema" and not profile.json_schema:
        param = "response_format" if request.dialect == "openai" else "output_config.format"
        raise cannot_say("a JSON schema for its output", param)
    if not profile.images:
        _refuse_images(request)


def _refuse_images(request: Request) -> None:
    for place, message in enumerate(request.messages):
        for part in message.parts:
            inner = part.parts if isinstance(part, ToolResult) else (part,)
            if any(isinstance(one, ImagePart) for one in inner):
                raise cannot_say("an image", content_param(request, place))


def _limit(body: JsonObject, profile: Profile) -> None:
    """Both names of the limit mean the same, and servers ignore or refuse the one they do not know."""
    takes = profile.max_tokens_field
    other = "max_tokens" if takes == "max_completion_tokens" else "max_completion_tokens"
    limits = (body.get("max_completion_tokens"), body.get("max_tokens"))
    if other in body:
        del body[other]
        body[takes] = limits[0] if limits[0] is not None else limits[1]


def _roles(body: JsonObject, profile: Profile) -> None:
    messages = body["messages"]
    if not profile.developer_role and any(message["role"] == "developer" for message in messages):
        body["messages"] = [
            {**message, "role": "system"} if message["role"] == "developer" else message for message in messages
        ]


def _stream(body: JsonObject, request: Request, profile: Profile, dropped: set[str]) -> None:
    """Usage is always asked for, since the ledger needs it; the writer keeps it from callers who did not ask."""
    if not request.stream:
        return
    if profile.stream_options:
        body["stream_options"] = {**(body.get("stream_options") or {}), "include_usage": True}
    else:
        _leave_out(body, ("stream_options",), dropped)


def _leave_out(body: JsonObject, names: tuple[str, ...], dropped: set[str]) -> None:
    for name in names:
        if body.pop(name, None) is not None:
            dropped.add(name)
