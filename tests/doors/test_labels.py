"""Labels at the door: who may say what of its data, where it may then go, and how a refusal explains itself."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from support.household import Vendors
from support.server import Reply, Server

FACTS = ("id", "target", "label", "attempts", "cost", "cache")


def said(reply: Reply) -> dict[str, str | None]:
    """What an answer's headers say of it."""
    return {name: reply.headers.get(f"x-freehold-{name}") for name in FACTS}


def message(server: Server, text: str, model: str, **headers: str) -> Reply:
    """One message over Anthropic's API."""
    body = {"model": model, "max_tokens": 50, "messages": [{"role": "user", "content": text}]}
    return server.ask("POST", "/v1/messages", body, headers=headers)


def labelled(label: str) -> dict[str, str]:
    return {"x-freehold-label": label}


def test_an_answer_says_where_it_came_from_and_what_it_cost(server: Server) -> None:
    answer = server.chat("one two", "gpt")
    facts = said(answer)
    usage = answer.json["usage"]
    fresh = usage["prompt_tokens"] - 2
    cost = (Decimal(fresh) * 1 + Decimal(2) * Decimal("0.5") + usage["completion_tokens"] * 2) / 10**6
    assert facts["id"] is not None
    assert facts["id"].startswith("fh_")
    assert Decimal(facts["cost"] or "x") == cost
    assert {name: facts[name] for name in ("target", "label", "attempts", "cache")} == {
        "target": "gpt",
        "label": "internal",
        "attempts": "1",
        "cache": "off",
    }


def test_the_policys_default_stands_where_neither_key_nor_request_says_a_label(server: Server) -> None:
    told = server.record(server.chat("Hello", "gpt").headers["x-freehold-id"])
    assert told["label"] == {"value": "internal", "sources": [{"origin": "default", "label": "internal"}]}


def test_a_keys_label_stands_for_all_that_it_sends(server: Server, vendors: Vendors) -> None:
    key = server.new_key("law", label="confidential")["key"]
    refused = server.chat("Hello", "gpt", key=key)
    assert refused.status == 403
    assert server.chat("Hello", "home", key=key).status == 200
    assert vendors.away.requests == []
    assert said(refused)["label"] == "confidential"


def test_a_header_raises_the_label_and_its_tags_add_up(server: Server) -> None:
    key = server.new_key("law", label="confidential;eu")["key"]
    answer = server.chat("Hello", "home", key=key, headers=labelled("restricted;health"))
    told = server.record(answer.headers["x-freehold-id"])
    assert told["label"]["value"] == "restricted;eu,health"
    assert [source["origin"] for source in told["label"]["sources"]] == ["key", "x-freehold-label"]


def test_a_header_cannot_lower_the_label_of_a_key(server: Server, vendors: Vendors) -> None:
    key = server.new_key("law", label="confidential")["key"]
    assert server.chat("Hello", "gpt", key=key, headers=labelled("public")).status == 403
    assert vendors.away.requests == []


def test_a_trusted_key_may_declare_a_lower_label(server: Server, vendors: Vendors) -> None:
    key = server.new_key("desk", label="confidential", may_declare=True)["key"]
    assert server.chat("Hello", "gpt", key=key).status == 403
    declared = server.chat("Hello", "gpt", key=key, headers=labelled("public"))
    assert (declared.status, said(declared)["label"]) == (200, "public")
    assert len(vendors.away.requests) == 1


def test_what_nobody_can_inspect_keeps_the_label_of_a_trusted_key(server: Server, vendors: Vendors) -> None:
    key = server.new_key("desk", label="confidential", may_declare=True)["key"]
    image = {"type": "image_url", "image_url": {"url": "https://example.org/x.png"}}
    body = {"model": "gpt", "messages": [{"role": "user", "content": [image]}]}
    assert server.ask("POST", "/v1/chat/completions", body, key=key, headers=labelled("public")).status == 403
    assert vendors.away.requests == []


def test_metadata_says_the_same_as_the_header(server: Server, vendors: Vendors) -> None:
    """As an object, and as the JSON text that OpenAI's client can send."""
    for metadata in ({"freehold": {"label": "restricted"}}, {"freehold": '{"label": "restricted"}'}):
        refused = server.chat("Hello", "gpt", metadata=metadata)
        assert (refused.status, said(refused)["label"]) == (403, "restricted")
    assert vendors.away.requests == []


def test_tags_go_only_where_they_are_carried(server: Server, vendors: Vendors) -> None:
    assert server.chat("Hello", "home-eu", headers=labelled("internal;eu")).status == 200
    refused = server.chat("Hello", "home-eu", headers=labelled("internal;health"))
    assert refused.status == 403
    assert refused.json["error"]["freehold"]["allowed"] == ["home", "home-down"]
    assert len(vendors.home.requests) == 1


@pytest.mark.parametrize("label", ["secret", "internal;UPPER!", "", "internal;" + "x" * 80])
def test_a_label_that_is_none_is_refused_by_its_header(server: Server, vendors: Vendors, label: str) -> None:
    refused = server.chat("Hello", "home", headers=labelled(label))
    assert refused.status == 400
    assert refused.json["error"]["param"] == "x-freehold-label"
    assert vendors.home.requests == []


def test_a_refusal_names_the_label_and_where_it_may_go_in_openais_words(server: Server) -> None:
    refused = server.chat("Hello", "gpt", headers=labelled("confidential"))
    error = refused.json["error"]
    assert (error["type"], error["code"], error["param"]) == ("permission_error", "label_forbidden", "model")
    assert error["freehold"] == {"label": "confidential", "allowed": ["home", "home-eu", "home-down"]}
    assert "confidential" in error["message"]
    assert "gpt" in error["message"]


def test_a_refusal_names_the_label_and_where_it_may_go_in_anthropics_words(server: Server) -> None:
    refused = message(server, "Hello", "claude", **labelled("confidential"))
    error = refused.json["error"]
    assert refused.status == 403
    assert error["type"] == "permission_error"
    assert error["freehold"]["code"] == "label_forbidden"
    assert error["freehold"]["label"] == "confidential"
    assert "home" in error["freehold"]["allowed"]


def test_a_refusal_names_no_target_that_the_key_may_not_ask_for(server: Server) -> None:
    key = server.new_key("narrow", models=["gpt", "home-eu"])["key"]
    refused = server.chat("Hello", "gpt", key=key, headers=labelled("confidential"))
    assert refused.json["error"]["freehold"]["allowed"] == ["home-eu"]


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (200, {"model": "gpt"}),
        (400, {"model": "gpt", "temperature": 9}),
        (401, {"model": "gpt", "key": "fh-nobody"}),
        (403, {"model": "gpt", "headers": labelled("restricted")}),
        (404, {"model": "nothing"}),
        (502, {"model": "home-down"}),
    ],
)
def test_every_answer_and_every_refusal_has_the_headers(server: Server, status: int, asked: dict[str, Any]) -> None:
    reply = server.chat("Hello", **asked)
    assert reply.status == status
    assert None not in said(reply).values()


def test_a_stream_says_what_is_known_at_its_first_byte(server: Server) -> None:
    facts = said(server.chat("Hello", "gpt", stream=True))
    assert (facts["target"], facts["label"], facts["cost"]) == ("gpt", "internal", None)


def test_a_refusal_is_in_the_ledger_too(server: Server) -> None:
    refused = server.chat("Hello", "gpt", headers=labelled("restricted"))
    told = server.record(refused.headers["x-freehold-id"])
    assert (told["ending"], told["status"], told["attempts"]) == ("refused", 403, [])
    assert told["error"].startswith("label_forbidden")


def test_a_trace_is_the_decision_on_the_answer_itself(server: Server) -> None:
    answer = server.chat("Hello", "auto", headers={"x-freehold-trace": "1"} | labelled("restricted"))
    trace = json.loads(answer.headers["x-freehold-trace"])
    assert trace["route"] == "auto"
    assert trace["label"]["value"] == "restricted"
    assert trace["refused"] == [
        {"target": "gpt", "rule": "label", "reason": "level restricted is above clearance internal"}
    ]
    assert trace["attempts"][0]["target"] == "home"
    assert "x-freehold-trace" not in server.chat("Hello", "auto").headers


def test_the_story_of_a_request_is_for_its_own_key_and_for_admins(server: Server) -> None:
    mine, other = server.new_key("mine"), server.new_key("other")
    answer = server.chat("Hello", "gpt", key=mine["key"])
    path = f"/api/requests/{answer.headers['x-freehold-id']}"
    told = server.ask("GET", path, key=mine["key"]).json
    assert told["key"] == {"id": mine["id"], "name": "mine"}
    assert (told["target"], told["ending"], told["model"]) == ("gpt", "completed", "gpt")
    assert told["attempts"][0]["shown"]
    assert server.ask("GET", path).status == 200
    assert server.ask("GET", path, key=other["key"]).status == 404
    assert server.ask("GET", path, key=None).status == 401
    assert [each["id"] for each in server.ask("GET", "/api/requests", key=mine["key"]).json["data"]] == [told["id"]]
    assert server.ask("GET", "/api/requests", key=other["key"]).json["data"] == []


def test_neither_prompt_nor_answer_is_kept(server: Server) -> None:
    answer = server.chat("a-very-private-word", "gpt")
    told = server.ask("GET", f"/api/requests/{answer.headers['x-freehold-id']}")
    assert b"a-very-private-word" not in told.body
    for file in server.data.glob("*.db*"):
        assert b"a-very-private-word" not in file.read_bytes()
    assert any(server.data.glob("*.db*"))
    assert "a-very-private-word" not in server.log.read_text()


def test_secrets_are_in_no_log_and_no_answer(server: Server) -> None:
    made = server.new_key("hush")
    server.chat("Hello", "gpt", key=made["key"])
    listed = server.ask("GET", "/api/keys").body.decode() + server.ask("GET", "/api/targets").body.decode()
    for secret in (made["key"], "sk-the-teams-own-openai-key", "sk-ant-the-teams-own-key"):
        assert secret not in listed
        assert secret not in server.log.read_text()
