"""A conversation keeps its label at the door: what was answered confidentially goes to no target outside afterwards."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.household import WEATHER, Vendors
from support.server import PATIENCE, Reply, Server, freehold
from support.upstream import SILENCE, Answer, Asked, chunked, frames

FIRST = "The heron stands in the shallows of the river until the evening and takes no notice of the boats."
SECOND = "At night it sleeps in the tall alders on the far bank, where nobody has ever been seen to go."
CONFIDENTIAL = {"x-freehold-label": "confidential"}


def turn(role: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


def answered(server: Server, text: str, **more: Any) -> str:
    """What the model at home says to a confidential question: "You said: ", and the question."""
    reply = server.chat(text, "home", headers=CONFIDENTIAL, **more)
    assert reply.status == 200, reply.body
    return str(reply.json["choices"][0]["message"]["content"])


def follow(server: Server, *turns: dict[str, Any], model: str = "gpt", **more: Any) -> Reply:
    """A request without a label of its own."""
    return server.ask("POST", "/v1/chat/completions", {"model": model, "messages": list(turns)}, **more)


def kept_home(reply: Reply, vendors: Vendors) -> bool:
    """Whether it was refused for the label of an earlier answer, and nobody outside was asked."""
    outside = [*vendors.away.requests, *vendors.claude.requests]
    return reply.status == 403 and reply.headers["x-freehold-label"] == "confidential" and not outside


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda said: said, id="as it was"),
        pytest.param(lambda said: f"\n  {said.strip()} ", id="trimmed"),
        pytest.param(lambda said: [{"type": "text", "text": said}], id="as parts"),
        pytest.param(
            lambda said: [{"type": "text", "text": said[:70]}, {"type": "text", "text": said[70:]}], id="in two parts"
        ),
        pytest.param(lambda said: said.split("\n")[0], id="its first paragraph"),
    ],
)
def test_an_answer_that_comes_back_as_history_stays_at_home(server: Server, vendors: Vendors, content: Any) -> None:
    said = answered(server, f"{FIRST}\n\n{SECOND}")
    refused = follow(server, turn("user", "Tell me more."), turn("assistant", content(said)), turn("user", "Why?"))
    assert kept_home(refused, vendors)
    told = server.record(refused.headers["x-freehold-id"])
    (source,) = [each for each in told["label"]["sources"] if each["origin"].startswith("earlier answer: ")]
    assert source["label"] == "confidential"
    assert source["origin"].endswith(" in messages[1]")


def test_a_target_at_home_goes_on_with_the_conversation(server: Server, vendors: Vendors) -> None:
    said = answered(server, FIRST)
    turns = (turn("user", "Tell me more."), turn("assistant", said), turn("user", "Why?"))
    reply = follow(server, *turns, model="both")
    assert (reply.status, reply.headers["x-freehold-target"]) == (200, "home")
    assert vendors.away.requests == []


def test_what_was_never_answered_so_goes_where_it_may(server: Server, vendors: Vendors) -> None:
    answered(server, FIRST)
    turns = (turn("user", "Tell me more."), turn("assistant", "Of what is there to tell?"), turn("user", "Why?"))
    assert follow(server, *turns).status == 200
    assert len(vendors.away.requests) == 1


def test_a_paragraph_stays_at_home_under_another_key_and_in_another_dialect(server: Server, vendors: Vendors) -> None:
    answered(server, f"{FIRST}\n\n{SECOND}")
    key = server.new_key("other")["key"]
    body = {"model": "claude", "max_tokens": 50, "messages": [turn("user", f"Is this so?\n\n> {SECOND}")]}
    assert kept_home(server.ask("POST", "/v1/messages", body, key=key), vendors)
    body["messages"] = [
        turn("user", "Go on."),
        turn("assistant", [{"type": "text", "text": FIRST}, {"type": "text", "text": SECOND}]),
        turn("user", "Why?"),
    ]
    assert kept_home(server.ask("POST", "/v1/messages", body, key=key), vendors)
    assert kept_home(follow(server, turn("system", f"Know this: \n{SECOND}"), turn("user", "Why?"), key=key), vendors)


def test_what_an_anthropic_client_was_answered_is_known_too(server: Server, vendors: Vendors) -> None:
    text = f"Once more: {SECOND}"
    body = {"model": "home", "max_tokens": 50, "messages": [turn("user", text)], "stream": True}
    assert server.ask("POST", "/v1/messages", body, headers=CONFIDENTIAL).status == 200
    assert kept_home(follow(server, turn("user", "?"), turn("assistant", f"You said: {text}")), vendors)


def test_a_short_answer_stays_at_home_in_its_conversation_alone(server: Server, vendors: Vendors) -> None:
    said = answered(server, "Ja?")
    assert kept_home(follow(server, turn("user", "Ja?"), turn("assistant", said), turn("user", "Why?")), vendors)
    assert follow(server, turn("user", "Is it?"), turn("assistant", said), turn("user", "Why?")).status == 200


def test_tool_calls_and_what_tools_repeat_stay_at_home(server: Server, vendors: Vendors) -> None:
    asked = turn("user", "What is the weather in Paris, and where does the heron sleep?")
    tools = [{"type": "function", "function": {"name": "weather", "parameters": WEATHER}}]
    body = {"model": "home", "messages": [asked], "tools": tools}
    reply = server.ask("POST", "/v1/chat/completions", body, headers=CONFIDENTIAL)
    (call,) = reply.json["choices"][0]["message"]["tool_calls"]
    call["function"]["arguments"] = json.dumps(json.loads(call["function"]["arguments"]), indent=1)
    result = turn("tool", "Rain", tool_call_id=call["id"])
    assert kept_home(follow(server, asked, turn("assistant", None, tool_calls=[call]), result), vendors)
    answered(server, f"Note this:\n{FIRST}")
    call["function"] = {"name": "note", "arguments": '{"of": "yesterday"}'}
    result = turn("tool", json.dumps({"note": FIRST}), tool_call_id=call["id"])
    assert kept_home(
        follow(server, turn("user", "Read it"), turn("assistant", None, tool_calls=[call]), result), vendors
    )


@pytest.fixture
def pausing(vendors: Vendors) -> Iterator[threading.Event]:
    """Have the model at home say a paragraph and no more until the event is set."""
    go_on = threading.Event()

    def piece(text: str) -> dict[str, Any]:
        return {"id": "c", "model": "m", "created": 1, "choices": [{"index": 0, "delta": {"content": text}}]}

    steps = chunked(*frames(piece(f"Cut: {FIRST}\n"), piece(SECOND), b"data: [DONE]\n\n"))

    def slowly(_: Asked) -> Answer:
        yield from steps[:2]
        until = time.monotonic() + PATIENCE
        while not go_on.is_set() and time.monotonic() < until:
            yield SILENCE
        yield from steps[2:]

    vendors.home.scripts["home-scripted"] = slowly
    yield go_on
    go_on.set()


def test_what_came_before_the_caller_left_stays_at_home(
    server: Server, vendors: Vendors, pausing: threading.Event
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    body = {"model": "home", "stream": True, "messages": [turn("user", "Tell me of the heron.")]}
    headers = {"authorization": f"Bearer {server.key}", **CONFIDENTIAL}
    connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
    with connection.getresponse() as response:
        name = response.headers["x-freehold-id"]
        assert b"heron" in response.read1()
    connection.close()
    server.wait_for(lambda: server.record(name)["ending"] == "cancelled", "the end of a request that was left")
    pausing.set()
    turns = (turn("user", "?"), turn("assistant", f"Cut: {FIRST}"), turn("user", "Why?"))
    assert kept_home(follow(server, *turns), vendors)


def test_an_answer_is_known_after_a_restart(vendors: Vendors, tmp_path: Path) -> None:
    config = vendors.configure()
    with freehold(tmp_path, config) as server:
        said = answered(server, f"{FIRST}\n{SECOND}")
        assert server.stop() == 0
    on_disk = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir() if file.is_file())
    assert b"heron" not in on_disk
    with freehold(tmp_path, config) as server:
        turns = (turn("user", "?"), turn("assistant", said), turn("user", "Why?"))
        assert kept_home(follow(server, *turns), vendors)
        assert kept_home(follow(server, turn("user", f"> {SECOND}")), vendors)
