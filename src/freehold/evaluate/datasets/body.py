"""An example's request as the body of a chat completion, and back: how it stands in a file, and at rest.

What is not the task's own is left out on both ways: the model, which is the run's subject; whether it is streamed; who
asked, and what they noted down for themselves.
"""

from __future__ import annotations

from typing import Any

from freehold.core.errors import AttemptFailed, BadRequest
from freehold.core.label import Label, Level
from freehold.core.request import JsonObject, Request
from freehold.core.target import Profile, Target
from freehold.wire import json
from freehold.wire.openai import ChatCaller, ChatProvider
from freehold.wire.openai.schema import KNOWN

NOT_OF_THE_TASK = frozenset(
    {"model", "stream", "stream_options", "user", "metadata", "service_tier", "store", "safety_identifier"}
)
CHAT = KNOWN - NOT_OF_THE_TASK - {"messages"}
"""Members of a row that go into its request as they stand: ``tools``, ``response_format``, ``temperature``."""

_PLAIN = Target(
    name="dataset",
    model="",
    base_url="",
    dialect="openai",
    clearance=Label(Level.RESTRICTED),
    profile=Profile(max_tokens_field="max_completion_tokens", developer_role=True),
)
"""Nobody is sent anything: a target that takes all that the dialect can say, so that writing loses nothing."""

_caller = ChatCaller()
_provider = ChatProvider()


def read_body(body: JsonObject) -> Request:
    """The request of a chat body; raises `BadRequest` whose `param` names the member."""
    kept = {name: value for name, value in body.items() if name not in NOT_OF_THE_TASK and value is not None}
    return of_task(_caller.parse(json.encode({**kept, "model": "dataset"})))


def of_task(request: Request) -> Request:
    """The request without what is not the task's own, or says something of tools that there are not."""
    return request.rewritten(
        parallel_tool_calls=request.parallel_tool_calls if request.tools else None,
        model="",
        stream=False,
        stream_usage=False,
        user=None,
        metadata={},
        service_tier=None,
        grounds=None,
    )


def write_body(request: Request) -> dict[str, Any]:
    """The chat body of a request; raises `BadRequest` for what chat completions cannot say."""
    try:
        body: dict[str, Any] = json.decode(_provider.encode(request, _PLAIN).body)
    except AttemptFailed as failure:
        raise BadRequest(f"it cannot be written as a chat completion: {failure.message}", param=failure.param) from None
    del body["model"]
    return body
