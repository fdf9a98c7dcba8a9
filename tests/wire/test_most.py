"""The most tokens that a request can be counted for: never below the estimate, nor below a token for each byte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.request import (
    AudioPart,
    EmbeddingRequest,
    FilePart,
    ImagePart,
    Message,
    OpaquePart,
    OutputFormat,
    Request,
    RerankRequest,
    TextPart,
    ThoughtPart,
    Tool,
    ToolResult,
    ToolUse,
)
from freehold.wire.estimate import estimate_request
from freehold.wire.most import images_of, most_tokens

texts = st.text(max_size=200)
plain = st.one_of(
    st.builds(TextPart, texts),
    st.builds(ToolUse, st.just("c"), texts, texts),
    st.builds(ThoughtPart, texts),
    st.builds(FilePart, text=texts),
    st.builds(ImagePart, url=texts, detail=st.sampled_from(["low", "high"])),
)
parts = st.one_of(plain, st.builds(ToolResult, st.just("c"), st.lists(plain, max_size=2).map(tuple)))
requests = st.builds(
    Request,
    st.just("m"),
    st.lists(st.builds(Message, st.just("user"), st.lists(parts, max_size=4).map(tuple)), max_size=4).map(tuple),
    st.sampled_from(["openai", "anthropic"]),
    tools=st.lists(st.builds(Tool, texts, st.just({"type": "object"}), texts), max_size=2).map(tuple),
)


def asked(*parts, **more) -> Request:
    return Request("m", (Message("user", parts),), "openai", **more)


@given(request=requests)
def test_it_is_never_below_the_estimate(request: Request):
    assert most_tokens(request) >= estimate_request(request)


@given(text=texts)
def test_every_byte_may_be_a_token(text: str):
    size = len(text.encode("utf-8", "replace"))
    assert most_tokens(asked(TextPart(text))) >= size
    assert most_tokens(EmbeddingRequest("m", (text,))) >= size
    assert most_tokens(RerankRequest("m", text, (text, text))) >= 4 * size


def test_it_is_never_below_what_two_vocabularies_count():
    counts = json.loads((Path(__file__).parent / "token_counts.json").read_text(encoding="utf-8"))
    assert counts["texts"]
    for row in counts["texts"].values():
        known = [value for value in row.values() if isinstance(value, int)]
        assert most_tokens(asked(TextPart(row["text"]))) >= max(known) > 0


@pytest.mark.parametrize(
    ("part", "least"),
    [
        (ImagePart(data="aGVsbG8=", media_type="image/png"), 48_169),
        (FilePart(file_id="file_1"), 200_000),
        (OpaquePart("openai", "input_video", {"url": "https://example.com/long.mp4"}), 200_000),
        (AudioPart("A" * 64_000, "mp3"), 768),
    ],
)
def test_what_is_no_text_counts_for_the_dearest_formula(part, least: int):
    assert most_tokens(asked(part)) >= least


def test_tools_and_schemas_count():
    bare = most_tokens(asked(TextPart("x")))
    assert most_tokens(asked(TextPart("x"), tools=(Tool("t", {"a": "b" * 100}),))) >= bare + 600
    schema = OutputFormat("schema", schema={"a": "b" * 100})
    assert most_tokens(asked(TextPart("x"), output=schema)) >= bare + 100


def test_images_are_counted_wherever_they_stand():
    image = ImagePart(url="https://example.com/a.png")
    assert images_of(asked(image, ToolResult("c", (image, image)), TextPart("x"))) == 3
    assert images_of(EmbeddingRequest("m", ("a",))) == 0
