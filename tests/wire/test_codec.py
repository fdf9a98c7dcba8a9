"""Every dialect offers what a codec promises, by the same names and in the same order."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from freehold.wire.anthropic import MessagesCaller, MessagesProvider
from freehold.wire.anthropic.decode import Reader
from freehold.wire.anthropic.writer import Writer
from freehold.wire.codec import CallerCodec, Encoded, FrameReader, ProviderCodec, StreamWriter
from freehold.wire.embeddings import EmbeddingsCaller, EmbeddingsProvider
from freehold.wire.openai import ChatCaller, ChatProvider
from freehold.wire.openai.decode import ChatReader
from freehold.wire.openai.reply import ChatWriter

KEPT_BY: dict[type, list[type]] = {
    CallerCodec: [ChatCaller, MessagesCaller, EmbeddingsCaller],
    ProviderCodec: [ChatProvider, MessagesProvider, EmbeddingsProvider],
    StreamWriter: [ChatWriter, Writer],
    FrameReader: [ChatReader, Reader],
}


def promises(protocol: type) -> list[str]:
    return [name for name, member in vars(protocol).items() if inspect.isfunction(member) and not name.startswith("_")]


def parameters(of: Callable[..., Any]) -> list[tuple[str, Any]]:
    return [(name, each.kind) for name, each in inspect.signature(of).parameters.items()]


@pytest.mark.parametrize(
    ("protocol", "kind", "name"),
    [(protocol, kind, name) for protocol, kinds in KEPT_BY.items() for kind in kinds for name in promises(protocol)],
)
def test_a_codec_keeps_what_its_protocol_promises(protocol: type, kind: type, name: str) -> None:
    assert parameters(getattr(kind, name)) == parameters(getattr(protocol, name))


@pytest.mark.parametrize("protocol", KEPT_BY)
def test_a_promise_says_what_it_is(protocol: type) -> None:
    assert promises(protocol)
    assert all(getattr(protocol, name).__doc__ for name in promises(protocol))


def test_a_body_that_says_all_leaves_nothing_out() -> None:
    assert Encoded("/chat/completions", b"{}").dropped == ()
