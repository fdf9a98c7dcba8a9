from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.core.exchange import Permit
from freehold.core.record import Score
from freehold.core.request import OutputFormat, Request
from freehold.observe.attributes import asked, own, path_of, server, target_of, tried
from support.exchanges import HOME, INTERNAL, attempt, begun, ended, request


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://10.0.0.7:8000/v1", {"server.address": "10.0.0.7", "server.port": 8000}),
        ("https://api.example/v1", {"server.address": "api.example", "server.port": 443}),
        ("", {}),
    ],
)
def test_a_targets_address_has_its_port(url: str, found: dict[str, Any]) -> None:
    assert server(msgspec.structs.replace(HOME, base_url=url)) == found
    assert server(None) == {}


def test_only_what_the_caller_set_is_said() -> None:
    assert asked(begun()) == {}
    shaped = msgspec.structs.replace(request(), output=OutputFormat("json"))
    assert asked(begun(shaped)) == {"gen_ai.output.type": "json"}
    wordy = msgspec.structs.replace(request(), service_tier="x" * 10_000)
    assert len(str(asked(begun(wordy))["openai.request.service_tier"])) <= 256


@pytest.mark.parametrize(("dialect", "path"), [("openai", "/v1/chat/completions"), ("anthropic", "/v1/messages")])
def test_a_dialect_has_its_path(dialect: Any, path: str) -> None:
    assert path_of(begun(Request("auto", (), dialect))) == path


def test_what_was_decided_is_said_and_no_secret() -> None:
    said = own(ended(begun(), attempt()))
    assert said["freehold.refused_targets"] == ("far: clearance",)
    assert said["freehold.key.id"] == "key_ann"
    assert (said["freehold.label"], said["freehold.ending"], said["freehold.cost"]) == ("internal", "completed", 1e-6)


@pytest.mark.parametrize(
    ("metadata", "name"),
    [({}, None), ({"session_id": "s"}, "s"), ({"thread_id": "t", "conversation_id": "c"}, "c"), ({"x": "y"}, None)],
)
def test_a_conversation_is_what_the_caller_calls_it(metadata: dict[str, str], name: str | None) -> None:
    done = ended(begun(msgspec.structs.replace(request(), metadata=metadata)))
    assert own(done).get("gen_ai.conversation.id") == name


def test_a_target_that_the_permit_has_lost_is_not_made_up() -> None:
    done = ended(begun(), attempt())
    assert target_of(done, done.attempts[0]) == HOME
    done.permit = Permit("auto", (), INTERNAL)
    assert target_of(done, done.attempts[0]) is None


def test_a_judged_answer_has_its_score() -> None:
    said = tried(attempt(score=Score("confidence", 0.7, kept=False)))
    assert (said["freehold.score.value"], said["freehold.score.kept"]) == (0.7, False)
    assert "freehold.score.value" not in tried(attempt(score=Score("structure", None, kept=True)))
