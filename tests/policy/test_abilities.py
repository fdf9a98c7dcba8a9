"""A target is passed over for what it lacks, and for nothing else."""

from __future__ import annotations

import pytest

from freehold.core.request import (
    EmbeddingRequest,
    ImagePart,
    OpaquePart,
    OpaqueTool,
    OutputFormat,
    Reasoning,
    RerankRequest,
    Sampling,
    TextPart,
    Tool,
    ToolResult,
    ToolUse,
)
from freehold.core.target import Limits, Profile
from freehold.policy.abilities import lacks
from support.decisions import a_request, a_target

SCHEMA = OutputFormat("schema", schema={"type": "object"})

NEEDS = [
    ("tools", a_request(tools=(Tool("f", {}),)), "tools"),
    ("tools", a_request(ToolUse("1", "f", "{}")), "messages"),
    ("images", a_request(ImagePart(url="x")), "messages"),
    ("images", a_request(ToolResult("1", (ImagePart(url="x"),))), "messages"),
    ("logprobs", a_request(sampling=Sampling(logprobs=True)), "logprobs"),
    ("json_schema", a_request(output=SCHEMA), "response_format"),
    ("json_schema", a_request(output=SCHEMA, dialect="anthropic"), "output_config"),
    ("chat", a_request(), "model"),
]


@pytest.mark.parametrize(("ability", "request_", "param"), NEEDS)
def test_each_ability_is_needed_by_what_needs_it(ability: str, request_, param: str):
    assert lacks(request_, a_target(profile=Profile(**{ability: False}))).param == param
    assert lacks(request_, a_target()) is None


@pytest.mark.parametrize(
    "ability", ["tools", "images", "logprobs", "json_schema", "reasoning", "sampling", "stream_options"]
)
def test_a_plain_request_needs_none_of_them(ability: str):
    assert lacks(a_request(TextPart("hi")), a_target(profile=Profile(**{ability: False}))) is None


def test_a_hint_to_think_or_any_json_is_no_need():
    request = a_request(reasoning=Reasoning(effort="high"), output=OutputFormat("json"))
    assert lacks(request, a_target(profile=Profile(reasoning=False, json_schema=False))) is None


def test_only_a_reranker_is_asked_to_rerank():
    request = RerankRequest("r", "q", ("a",))
    assert lacks(request, a_target()).reason == "does not rerank"
    assert lacks(request, a_target(profile=Profile(rerank=True, chat=False))) is None


def test_embeddings_come_only_from_what_makes_them():
    request = EmbeddingRequest("m", inputs=("a",))
    assert lacks(request, a_target()).param == "model"
    assert lacks(request, a_target(profile=Profile(embeddings=True, chat=False))) is None


@pytest.mark.parametrize(
    ("tokens", "window", "fits"), [(99, 100, True), (100, 100, False), (None, 100, True), (10**9, None, True)]
)
def test_a_prompt_must_fit_the_window(tokens: int | None, window: int | None, fits: bool):
    lack = lacks(a_request(), a_target(limits=Limits(context=window)), tokens)
    assert (lack is None) is fits
    assert fits or (lack.param == "messages" and "holds 100 tokens" in lack.reason)


def test_what_only_one_dialect_knows_stays_in_it():
    tool = a_request(tools=(OpaqueTool("anthropic", "web_search_20250305", {}),))
    part = a_request(OpaquePart("anthropic", "container_upload", {}))
    assert lacks(tool, a_target(dialect="openai")).param == "tools"
    assert lacks(part, a_target(dialect="openai")).param == "messages"
    assert lacks(tool, a_target(dialect="anthropic")) is None
    assert lacks(part, a_target(dialect="anthropic")) is None
