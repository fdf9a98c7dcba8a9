"""Guards at the door: what nobody labelled stays at home, and a declassified model answers without having seen it."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator
from typing import Any

import anthropic
import openai
import pytest

from support.household import Vendors
from support.server import Server, freehold

VEILED = """
[[target]]
name = "gpt-veiled"
provider = "openai"
model = "gpt-scripted"
base_url = "{away}"
api_key = "{openai_key}"
price = {{ input = 1.0, output = 2.0 }}

[[target]]
name = "claude-veiled"
provider = "anthropic"
model = "claude-scripted"
base_url = "{claude}"
api_key = "{anthropic_key}"
price = {{ input = 3.0, output = 4.0 }}

[[declassify]]
when = "personal-data"
for = ["gpt-veiled", "claude-veiled"]

[[guard]]
find = "secrets"
action = "refuse"
"""

EMAIL = "ada.lovelace@analytical-engines.org"
ACCOUNT = "DE89370400440532013000"
TOKEN = "ghp_" + (string.ascii_letters + string.digits)[9:45]
"""Of the published form, and nobody's."""
WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}}


@pytest.fixture(scope="module")
def running_server(running_vendors: Vendors, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """That of all tests here, with guards and declassifiers."""
    with freehold(tmp_path_factory.mktemp("guarded"), running_vendors.configure(VEILED)) as server:
        yield server


def sent(vendors: Vendors) -> str:
    """All that went outside."""
    return "".join(asked.body.decode() for vendor in (vendors.away, vendors.claude) for asked in vendor.requests)


def turn(text: str) -> list[Any]:
    return [{"role": "user", "content": text}]


def test_an_address_keeps_a_request_from_a_target_outside(gpt: openai.OpenAI, vendors: Vendors) -> None:
    with pytest.raises(openai.PermissionDeniedError) as caught:
        gpt.chat.completions.create(model="gpt", messages=turn(f"Write to {EMAIL}."))
    assert caught.value.code == "label_forbidden"
    assert "raised by personal-data: email" in caught.value.message
    assert EMAIL not in caught.value.message
    assert sent(vendors) == ""
    answer = gpt.chat.completions.create(model="home", messages=turn(f"Write to {EMAIL}."))
    assert answer.choices[0].message.content == f"You said: Write to {EMAIL}."


def test_a_secret_is_refused_in_both_dialects_and_named_by_kind(
    gpt: openai.OpenAI, claude: anthropic.Anthropic, vendors: Vendors
) -> None:
    with pytest.raises(openai.PermissionDeniedError, match="in messages") as refused:
        gpt.chat.completions.create(model="home", messages=turn(f"What is {TOKEN} for?"))
    assert refused.value.code == "guard_forbidden"
    with pytest.raises(anthropic.PermissionDeniedError, match="in messages") as caught:
        claude.messages.create(model="home", max_tokens=9, messages=turn(f"What is {TOKEN} for?"))
    assert TOKEN not in str(refused.value) + str(caught.value)
    assert (sent(vendors), vendors.home.requests) == ("", [])


def openai_whole(gpt: openai.OpenAI, model: str, text: str) -> str | None:
    return gpt.chat.completions.create(model=model, messages=turn(text)).choices[0].message.content


def openai_stream(gpt: openai.OpenAI, model: str, text: str) -> str:
    chunks = gpt.chat.completions.create(model=model, messages=turn(text), stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


@pytest.mark.parametrize("model", ["gpt-veiled", "claude-veiled"])
@pytest.mark.parametrize("ask", [openai_whole, openai_stream])
def test_openais_client_gets_back_what_the_model_never_saw(
    gpt: openai.OpenAI, vendors: Vendors, model: str, ask: Any
) -> None:
    assert ask(gpt, model, f"Write to {EMAIL} today.") == f"You said: Write to {EMAIL} today."
    assert "@" in sent(vendors)
    assert EMAIL not in sent(vendors)


def anthropic_whole(claude: anthropic.Anthropic, model: str, text: str) -> str:
    (block,) = claude.messages.create(model=model, max_tokens=99, messages=turn(text)).content
    assert block.type == "text"
    return block.text


def anthropic_stream(claude: anthropic.Anthropic, model: str, text: str) -> str:
    with claude.messages.stream(model=model, max_tokens=99, messages=turn(text)) as stream:
        return "".join(stream.text_stream)


@pytest.mark.parametrize("model", ["gpt-veiled", "claude-veiled"])
@pytest.mark.parametrize("ask", [anthropic_whole, anthropic_stream])
def test_anthropics_client_gets_back_what_the_model_never_saw(
    claude: anthropic.Anthropic, vendors: Vendors, model: str, ask: Any
) -> None:
    assert ask(claude, model, f"Write to {EMAIL} today.") == f"You said: Write to {EMAIL} today."
    assert "@" in sent(vendors)
    assert EMAIL not in sent(vendors)


@pytest.mark.parametrize("model", ["gpt-veiled", "claude-veiled"])
@pytest.mark.parametrize("stream", [False, True])
def test_the_arguments_of_a_tool_call_are_the_callers_own(
    gpt: openai.OpenAI, vendors: Vendors, model: str, stream: bool
) -> None:
    tools: Any = [{"type": "function", "function": {"name": "weather", "parameters": WEATHER}}]
    asked = turn(f"Look at the weather of {ACCOUNT}")
    if stream:
        chunks = gpt.chat.completions.create(model=model, messages=asked, tools=tools, stream=True)
        deltas = [chunk.choices[0].delta.tool_calls or [] for chunk in chunks if chunk.choices]
        arguments = "".join(call.function.arguments or "" for calls in deltas for call in calls if call.function)
    else:
        answer: Any = gpt.chat.completions.create(model=model, messages=asked, tools=tools)
        arguments = answer.choices[0].message.tool_calls[0].function.arguments
    assert json.loads(arguments) == {"city": ACCOUNT}
    assert sent(vendors)
    assert ACCOUNT not in sent(vendors)


def test_the_record_says_what_was_found_and_taken_out_and_none_of_the_words(server: Server, gpt: openai.OpenAI) -> None:
    answer = gpt.chat.completions.with_raw_response.create(model="gpt-veiled", messages=turn(f"Write to {EMAIL}."))
    record = server.record(answer.headers["x-freehold-id"])
    assert record["findings"] == [
        {
            "field": "messages[0].parts[0].text",
            "family": "personal-data",
            "kind": "email",
            "rule": "email",
            "action": "raise",
            "count": 1,
        }
    ]
    (attempt,) = record["attempts"]
    assert (attempt["clearance"], attempt["declassified"]) == ("internal", "pseudonymise personal-data: 1 email")
    assert record["label"]["value"] == "confidential"
    assert EMAIL not in json.dumps(record)


def test_a_conversation_goes_on_with_a_declassified_target(gpt: openai.OpenAI, vendors: Vendors) -> None:
    first = f"Write to {EMAIL}, and say in some detail what the letter of last week was about."
    said = openai_whole(gpt, "gpt-veiled", first)
    history: Any = [*turn(first), {"role": "assistant", "content": said}, *turn("Go on.")]
    answer = gpt.chat.completions.create(model="gpt-veiled", messages=history)
    assert answer.choices[0].message.content == "You said: Go on."
    assert EMAIL not in sent(vendors)


def test_what_would_happen_is_explained(server: Server) -> None:
    told = server.ask("POST", "/api/explain", {"text": f"Write to {EMAIL}.", "model": "gpt-veiled"}).json
    assert told["first"] == ["gpt-veiled"]
    assert told["views"] == [{"target": "gpt-veiled", "label": "internal", "by": "pseudonymise personal-data"}]
    assert [(each["kind"], each["action"]) for each in told["findings"]] == [("email", "raise")]
    refused = server.ask("POST", "/api/explain", {"text": f"What is {TOKEN} for?", "model": "home"}).json
    assert (refused["code"], refused["first"]) == ("guard_forbidden", [])
    assert TOKEN not in json.dumps(refused)
