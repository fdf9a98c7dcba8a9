"""The one rule, over every level, and the label a request begins with."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.caller import Caller
from freehold.core.errors import BadRequest
from freehold.core.label import PUBLIC, Label, Level, Source, join_all
from freehold.core.request import (
    AudioPart,
    EmbeddingRequest,
    FilePart,
    ImagePart,
    Message,
    OpaquePart,
    OpaqueTool,
    RefusalPart,
    TextPart,
    ThoughtPart,
    Tool,
    ToolResult,
    ToolUse,
)
from freehold.policy.labels import declared, may_flow, settle_label, uninspectable, why_not
from support.decisions import a_request, a_target

TAGS = ("eu", "health")
EVERY_LABEL = [Label(level, frozenset(tags)) for level in Level for tags in ((), ("eu",), ("health",), TAGS)]
labels = st.builds(Label, st.sampled_from(Level), st.frozensets(st.sampled_from(["eu", "health", "client-x", "hr"])))


def cleared(clearance: Label):
    return a_target("t", str(clearance))


@pytest.mark.parametrize(("data", "clearance"), list(product(Level, Level)))
def test_data_flows_to_its_own_level_and_above(data: Level, clearance: Level):
    assert may_flow(Label(data), cleared(Label(clearance))) is (data.value <= clearance.value)


@pytest.mark.parametrize(("label", "clearance"), list(product(EVERY_LABEL, EVERY_LABEL)), ids=str)
def test_the_reason_is_empty_exactly_where_data_may_flow(label: Label, clearance: Label):
    assert (why_not(label, cleared(clearance)) == "") is may_flow(label, cleared(clearance))


@pytest.mark.parametrize(
    ("label", "clearance", "reason"),
    [
        ("confidential", "internal", "level confidential is above clearance internal"),
        ("internal;health", "restricted;eu", "tag health is not carried"),
        ("internal;health,eu", "restricted", "tags eu, health are not carried"),
        ("restricted;eu", "public", "level restricted is above clearance public; tag eu is not carried"),
    ],
)
def test_the_reason_says_what_is_missing(label: str, clearance: str, reason: str):
    assert why_not(Label.parse(label), a_target("t", clearance)) == reason


@given(labels, labels, labels)
def test_join_is_a_least_upper_bound(a: Label, b: Label, c: Label):
    assert a.join(b) == b.join(a)
    assert a.join(b).join(c) == a.join(b.join(c))
    assert a.join(a) == a
    assert a.flows_to(a.join(b))
    assert not (a.flows_to(c) and b.flows_to(c)) or a.join(b).flows_to(c)
    assert PUBLIC.join(a) == a


@given(labels, labels, labels)
def test_raising_a_label_never_permits_more(label: Label, more: Label, clearance: Label):
    target = cleared(clearance)
    assert may_flow(label, target) or not may_flow(label.join(more), target)


@given(labels, labels, labels)
def test_raising_a_clearance_never_permits_less(label: Label, clearance: Label, more: Label):
    assert not may_flow(label, cleared(clearance)) or may_flow(label, cleared(clearance.join(more)))


def settle(default: str, key: str | None, *stated: str, trusted: bool = False, request=None):
    caller = Caller("k", "k", default_label=Label.parse(key) if key else None, may_declare=trusted)
    sources = [declared("x-freehold-label", text) for text in stated]
    label, origins = settle_label(Label.parse(default), caller, request or a_request(), sources)
    return str(label), [source.origin for source in origins]


def test_a_request_that_says_nothing_has_the_policy_s_default():
    assert settle("internal", None) == ("internal", ["default"])


@pytest.mark.parametrize("key", ["public", "confidential;eu"])
def test_the_key_s_default_takes_the_place_of_the_policy_s(key: str):
    assert settle("internal", key) == (key, ["key"])


def test_a_request_may_raise_its_label():
    assert settle("internal", None, "confidential;eu") == ("confidential;eu", ["default", "x-freehold-label"])


def test_a_request_may_not_lower_its_label():
    assert settle("internal", "confidential;eu", "public")[0] == "confidential;eu"


def test_a_trusted_key_may_lower_its_label():
    assert settle("internal", "confidential;eu", "public", trusted=True) == ("public", ["x-freehold-label"])


def test_a_trusted_key_that_states_nothing_keeps_its_default():
    assert settle("internal", "confidential", trusted=True) == ("confidential", ["key"])


def test_two_statements_join():
    assert settle("public", None, "internal;eu", "confidential", trusted=True)[0] == "confidential;eu"


def test_what_cannot_be_inspected_keeps_a_trusted_key_s_label():
    label, origins = settle("internal", "confidential", "public", trusted=True, request=a_request(ImagePart(url="x")))
    assert label == "confidential"
    assert origins == ["x-freehold-label", "key, for what cannot be inspected: image"]


def test_what_cannot_be_inspected_may_still_be_declared_higher():
    label, _ = settle("internal", None, "restricted", trusted=True, request=a_request(ImagePart(url="x")))
    assert label == "restricted"


@given(labels, labels, labels, st.booleans(), st.booleans())
def test_only_trust_in_plain_sight_goes_below_the_floor(default, key, stated, trusted, hidden):
    request = a_request(ImagePart(url="x")) if hidden else a_request()
    caller = Caller("k", "k", default_label=key, may_declare=trusted)
    label, sources = settle_label(default, caller, request, [Source("header", stated)])
    assert label == join_all(source.label for source in sources)
    assert stated.flows_to(label)
    assert key.flows_to(label) or (trusted and not hidden)


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        (ImagePart(url="https://x"), "image"),
        (AudioPart("AAAA", "wav"), "audio"),
        (FilePart(text="plain"), "file"),
        (OpaquePart("anthropic", "container", {}), "opaque"),
        (ThoughtPart(redacted="blob"), "redacted thought"),
        (ToolResult("1", (TextPart("ok"), ImagePart(url="x"))), "image"),
    ],
)
def test_each_kind_that_nobody_can_read_is_found(part, kind: str):
    assert uninspectable(a_request(part)) == (kind,)


def test_plain_text_can_be_inspected():
    parts = (
        TextPart("a"),
        ThoughtPart("b"),
        RefusalPart("c"),
        ToolUse("1", "f", "{}"),
        ToolResult("1", (TextPart("d"),)),
    )
    request = a_request(messages=(Message("user", parts),), tools=(Tool("f", {}),), extra={"top_a": 1, "store": True})
    assert uninspectable(request) == ()


def test_tools_and_fields_of_another_tongue_cannot_be_inspected():
    request = a_request(tools=(OpaqueTool("openai", "web_search", {}),), extra={"prediction": {"content": "secret"}})
    assert uninspectable(request) == ("opaque tool", "unknown fields")


def test_token_ids_cannot_be_inspected_and_texts_to_embed_can():
    assert uninspectable(EmbeddingRequest("m", inputs=((1, 2), (3,)))) == ("token ids",)
    assert uninspectable(EmbeddingRequest("m", inputs=("a", "b"))) == ()


def test_a_label_that_cannot_be_read_is_the_caller_s_fault():
    with pytest.raises(BadRequest, match="x-freehold-label: 'secret' is not a level") as caught:
        declared("x-freehold-label", "secret")
    assert caught.value.param == "x-freehold-label"
