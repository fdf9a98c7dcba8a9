"""Token estimates, held against counts of real tokenizers."""

from __future__ import annotations

import base64
import struct
from pathlib import Path
from typing import Any

import msgspec
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
    OpaqueTool,
    OutputFormat,
    RefusalPart,
    TextPart,
    ThoughtPart,
    Tool,
    ToolResult,
    ToolUse,
)
from freehold.wire.estimate import estimate_image, estimate_request, estimate_text
from support.decisions import a_request

COUNTED = msgspec.json.decode((Path(__file__).parent / "token_counts.json").read_bytes())["texts"]
"""By kind of text: the text, and its tokens in two vocabularies. Where they differ much, the older hardly knows it."""

CLOSE = ("english", "german", "french", "python", "json", "digits", "base64", "table", "chinese", "japanese", "korean")


@pytest.mark.parametrize("kind", COUNTED)
def test_an_estimate_lies_near_what_tokenizers_count(kind: str) -> None:
    counted = COUNTED[kind]
    estimate = estimate_text(counted["text"])
    mean = (counted["o200k_base"] + counted["cl100k_base"]) / 2
    assert 0.6 * mean <= estimate <= 1.4 * mean
    if kind in CLOSE:
        assert 0.74 * mean <= estimate <= 1.26 * mean


@given(st.text(max_size=300))
def test_an_estimate_is_never_absurd(text: str) -> None:
    size = len(text.encode("utf-8", "replace"))
    assert min(1, size) <= estimate_text(text) <= size


@given(st.text(max_size=100), st.text(max_size=100))
def test_two_texts_have_about_the_tokens_of_both(one: str, other: str) -> None:
    assert abs(estimate_text(one + other) - estimate_text(one) - estimate_text(other)) <= 2


def test_text_that_is_no_unicode_is_counted_too() -> None:
    assert estimate_text("\ud800") == 1


def text_request(*parts: Any, **fields: Any) -> int:
    return estimate_request(a_request(*parts, **fields))


def test_a_request_is_its_turns() -> None:
    one = text_request(TextPart("Hello there"))
    assert one == 4 + estimate_text("Hello there")
    request = a_request().rewritten(messages=(Message("user", (TextPart("Hello there"),)),) * 3)
    assert estimate_request(request) == 3 * one


@pytest.mark.parametrize(
    "part",
    [
        RefusalPart("I cannot help with this, sorry."),
        ThoughtPart("Let me think about this."),
        ThoughtPart(redacted="x" * 400),
        ToolUse("a", "look", '{"at": "the sea"}'),
        ToolResult("a", (TextPart("The sea is calm."),)),
        FilePart(text="A text of some words."),
        FilePart(data="aGk=", media_type="application/pdf"),
        FilePart(url="https://x.example/a.pdf"),
        AudioPart("a" * 64_000, "wav"),
        ImagePart(url="https://x.example/a.png"),
        OpaquePart("anthropic", "search_result", {"title": "x"}),
    ],
)
def test_every_part_counts(part: Any) -> None:
    assert text_request(part) > 4


def test_tools_and_schemas_count() -> None:
    plain = text_request()
    schema = {"type": "object", "properties": {"at": {"type": "string"}}}
    assert text_request(tools=(Tool("look", schema, "Looks."),)) > plain + 15
    assert text_request(tools=(OpaqueTool("anthropic", "web_search", {"type": "web_search"}),)) > plain
    assert text_request(output=OutputFormat("schema", schema=schema)) > plain + 10


def test_embeddings_count_texts_and_tokens() -> None:
    assert estimate_request(EmbeddingRequest("m", ("Hello there", "you"))) == 4
    assert estimate_request(EmbeddingRequest("m", ((1, 2, 3), (4,)))) == 4


def png(width: int, height: int) -> ImagePart:
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\0" * 30
    return ImagePart(data=base64.b64encode(head).decode(), media_type="image/png")


@pytest.mark.parametrize(
    ("dialect", "size", "tokens"),
    [
        # Anthropic's own examples: 200 x 200 has about 54 tokens, 1000 x 1000 about 1,334.
        ("anthropic", (200, 200), 53),
        ("anthropic", (1000, 1000), 1333),
        ("anthropic", (8000, 8000), 1600),
        # OpenAI's own examples: 1024 x 1024 has 765 tokens, 2048 x 4096 has 1,105.
        ("openai", (1024, 1024), 765),
        ("openai", (2048, 4096), 1105),
        ("openai", (10, 10), 255),
    ],
)
def test_images_by_their_makers_formulas(dialect: Any, size: tuple[int, int], tokens: int) -> None:
    assert estimate_image(png(*size), dialect) == tokens


def test_images_of_unknown_size_and_of_low_detail() -> None:
    unknown = ImagePart(url="https://x.example/a.png")
    assert (estimate_image(unknown, "openai"), estimate_image(unknown, "anthropic")) == (765, 1600)
    assert estimate_image(ImagePart(url="u", detail="low"), "openai") == 85
