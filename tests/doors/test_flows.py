"""Routes at the door: simple work stays home, hard work goes out where its label allows, and the bill adds up."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from support.household import WEATHER, Vendors
from support.server import Server
from support.upstream import SILENCE, chunked, frames
from support.vendor import as_json

RESTRICTED = {"x-freehold-label": "restricted"}


def test_simple_work_stays_home(server: Server, vendors: Vendors) -> None:
    answer = server.chat("A simple question", "auto")
    assert answer.json["choices"][0]["message"]["content"] == "You said: A simple question"
    assert (answer.headers["x-freehold-target"], answer.headers["x-freehold-cost"]) == ("home", "0")
    assert vendors.away.requests == []
    told = server.record(answer.headers["x-freehold-id"])
    score = told["attempts"][0]["score"]
    assert (score["method"], score["kept"]) == ("confidence", True)
    assert 0.96 < score["value"] < 0.98
    assert not told["escalated"]


def test_hard_work_is_escalated_and_the_record_says_why(server: Server, vendors: Vendors) -> None:
    answer = server.chat("A hard question", "auto")
    assert (answer.headers["x-freehold-target"], answer.headers["x-freehold-attempts"]) == ("gpt", "2")
    assert len(vendors.away.requests) == 1
    told = server.record(answer.headers["x-freehold-id"])
    first, second = told["attempts"]
    assert (first["shown"], second["shown"], told["escalated"]) == (False, True, True)
    assert second["note"].startswith("escalated: home: confidence 0.3")
    assert Decimal(told["cost"]) == Decimal(first["cost"]) + Decimal(second["cost"]) > 0


def test_what_only_freehold_asked_for_is_not_shown(server: Server, vendors: Vendors) -> None:
    answer = server.chat("A simple question", "auto")
    assert vendors.home.requests[0].json["logprobs"] is True
    assert answer.json["choices"][0]["logprobs"] is None


def test_a_label_that_forbids_escalation_gets_the_owned_answer_and_is_told_so(server: Server, vendors: Vendors) -> None:
    answer = server.chat("A hard question", "auto", headers=RESTRICTED)
    assert (answer.status, answer.headers["x-freehold-target"]) == (200, "home")
    assert vendors.away.requests == []
    told = server.record(answer.headers["x-freehold-id"])
    assert "label restricted may not flow to gpt" in told["reason"]
    assert told["permit"]["refusals"][0]["target"] == "gpt"
    assert not told["attempts"][0]["score"]["kept"]


def test_nothing_restricted_reaches_the_outside_by_any_road(server: Server, vendors: Vendors) -> None:
    for model in ("gpt", "claude", "gpt-public", "auto", "spare", "both", "shared", "embed"):
        server.chat("A hard question", model, headers=RESTRICTED)
        server.chat("A hard question", model, headers=RESTRICTED, stream=True)
    embedding = {"model": "embed", "input": "A hard question"}
    assert server.ask("POST", "/v1/embeddings", embedding, headers=RESTRICTED).status == 403
    assert vendors.away.requests == []
    assert vendors.claude.requests == []
    assert vendors.home.requests != []


def test_the_count_of_what_went_out_is_the_vendors_own_count(server: Server, vendors: Vendors) -> None:
    def sent() -> int:
        rows = server.ask("GET", "/api/targets").json["data"]
        return sum(row["sent"]["requests"] for row in rows if row["name"] in {"gpt", "gpt-public"} and row["sent"])

    before = sent()
    for text in ("A simple question", "A hard question", "Another hard question"):
        server.chat(text, "auto")
    server.chat("Hello", "gpt-public", headers={"x-freehold-label": "public"})
    assert sent() - before == len(vendors.away.requests)


def test_a_cascade_streams_its_answer(server: Server, vendors: Vendors) -> None:
    kept = server.chat("A simple question", "auto", stream=True)
    assert kept.headers["x-freehold-target"] == "home"
    assert b"simple" in kept.body
    assert kept.body.endswith(b"data: [DONE]\n\n")
    escalated = server.chat("A hard question", "auto", stream=True)
    assert escalated.headers["x-freehold-target"] == "gpt"
    assert b"hard" in escalated.body
    assert len(vendors.away.requests) == 1


def test_an_answer_that_breaks_its_schema_is_escalated(server: Server, vendors: Vendors) -> None:
    reply = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "no JSON"}, "finish_reason": "stop"}]}
    vendors.home.scripts["home-scripted"] = lambda _: as_json(reply)
    form = {"type": "json_schema", "json_schema": {"name": "city", "schema": WEATHER}}
    answer = server.chat("A city?", "auto", response_format=form)
    assert answer.headers["x-freehold-target"] == "gpt"
    told = server.record(answer.headers["x-freehold-id"])
    assert told["attempts"][0]["score"]["method"] == "structure"


def test_a_fallback_answers_when_the_first_is_down(server: Server, vendors: Vendors) -> None:
    answer = server.chat("Hello", "spare")
    assert (answer.status, answer.headers["x-freehold-target"]) == (200, "claude")
    told = server.record(answer.headers["x-freehold-id"])
    assert [(each["target"], each["fault"]) for each in told["attempts"]] == [
        ("home-down", "connect"),
        ("claude", None),
    ]
    assert told["attempts"][1]["note"] == "fallback: home-down failed (connect)"
    assert told["attempts"][0]["cost"] == "0"


def test_a_race_shows_the_quicker_and_leaves_the_other(server: Server, vendors: Vendors) -> None:
    vendors.away.scripts["gpt-scripted"] = lambda _: chunked(SILENCE)
    answer = server.chat("Hello", "both")
    assert answer.headers["x-freehold-target"] == "home"
    told = server.record(answer.headers["x-freehold-id"])
    assert {each["target"]: each["shown"] for each in told["attempts"]} == {"home": True, "gpt": False}
    server.wait_for(lambda: vendors.away.playing == 0, "the loser of the race to be left")


def test_a_race_can_be_won_by_either(server: Server, vendors: Vendors) -> None:
    vendors.home.scripts["home-scripted"] = lambda _: chunked(SILENCE)
    assert server.chat("Hello", "both", stream=True).headers["x-freehold-target"] == "gpt"


def test_a_split_keeps_a_caller_with_one_target(server: Server) -> None:
    keys = [server.new_key(f"split-{number}")["key"] for number in range(8)]
    chosen = [{server.chat("Hello", "shared", key=key).headers["x-freehold-target"] for _ in range(2)} for key in keys]
    assert all(len(targets) == 1 for targets in chosen)
    assert Counter(target for targets in chosen for target in targets).keys() == {"home", "home-eu"}


def test_usage_adds_up_by_model_and_by_key(server: Server) -> None:
    key = server.new_key("accountant")

    replies = [server.chat(text, "auto", key=key["key"]) for text in ("simple", "hard", "very hard")]
    cost = sum(Decimal(reply.headers["x-freehold-cost"]) for reply in replies)
    rows = server.ask("GET", "/api/usage?by=key").json["data"]
    mine = next(each for each in rows if "accountant" in str(each))
    assert Decimal(mine["cost"]) == cost > 0
    assert mine["requests"] == 3


def test_a_stream_that_is_raced_and_cut_is_no_success(server: Server, vendors: Vendors) -> None:
    """Once the first event has come no other target can answer: the stream ends with an error, not with silence."""
    begun = {"id": "c", "model": "m", "created": 1, "choices": [{"index": 0, "delta": {"content": "He"}}]}
    vendors.away.scripts["gpt-scripted"] = lambda _: chunked(*frames(begun))
    vendors.home.scripts["home-scripted"] = lambda _: chunked(SILENCE)
    answer = server.chat("Hello", "both", stream=True)
    assert b'"error"' in answer.body
    assert b"[DONE]" not in answer.body
    assert server.record(answer.headers["x-freehold-id"])["ending"] == "failed"
