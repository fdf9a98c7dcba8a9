"""Embeddings, both sides."""

from __future__ import annotations

import base64
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types import CreateEmbeddingResponse

from freehold.core.errors import AttemptFailed, BadRequest, Fault
from freehold.core.event import Embedded, Opened, Usage, gather
from freehold.core.label import PUBLIC
from freehold.core.request import EmbeddingRequest, Request
from freehold.core.target import Target
from freehold.wire.embeddings import EmbeddingsCaller, EmbeddingsProvider

TARGET = Target("t", "real-model", "http://h/v1", "openai", PUBLIC)


def parse(**fields: object) -> EmbeddingRequest:
    return EmbeddingsCaller().parse(json.dumps({"model": "e", "input": "x", **fields}).encode())


def whole(*vectors: object, inputs: int | None = None, **fields: object) -> list:
    data = [{"object": "embedding", "index": i, "embedding": vector} for i, vector in enumerate(vectors)]
    request = EmbeddingRequest("e", ("x",) * (len(vectors) if inputs is None else inputs))
    return list(EmbeddingsProvider().whole(json.dumps({"data": data, **fields}).encode(), request))


@pytest.mark.parametrize(
    ("given_input", "inputs"),
    [
        ("x", ("x",)),
        (["x", "y"], ("x", "y")),
        ([1, 2], ((1, 2),)),
        ([[1, 2], [3]], ((1, 2), (3,))),
    ],
)
def test_every_form_of_input(given_input, inputs):
    assert parse(input=given_input).inputs == inputs


def test_other_members():
    request = parse(dimensions=256, encoding_format="base64", user="u", metadata={"freehold": {}}, input_type="query")
    assert (request.dimensions, request.encoding, request.user) == (256, "base64", "u")
    assert request.metadata == {"freehold": "{}"}
    assert request.extra == {"input_type": "query"}


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"input": []}, "input"),
        ({"input": ""}, "input[0]"),
        ({"input": ["x", ""]}, "input[1]"),
        ({"input": [[1], []]}, "input[1]"),
        ({"input": ["x", 1]}, "input"),
        ({"input": [[1], 1]}, "input"),
        ({"input": ["x"] * 2049}, "input"),
        ({"input": 7}, "input"),
        ({"input": [None]}, "input[0]"),
        ({"dimensions": 0}, "dimensions"),
        ({"encoding_format": "hex"}, "encoding_format"),
        ({"model": ""}, "model"),
    ],
)
def test_what_is_wrong_is_named(fields, param):
    with pytest.raises(BadRequest) as caught:
        parse(**fields)
    assert caught.value.param == param


def test_a_body_goes_on_as_it_came():
    encoded = EmbeddingsProvider().encode(parse(odd=1, metadata={"freehold": "{}"}), TARGET)
    assert encoded.path == "/embeddings"
    assert json.loads(encoded.body) == {"model": "real-model", "input": "x", "odd": 1}


def test_a_request_without_origin_is_written_afresh():
    request = EmbeddingRequest("e", ((1, 2),), dimensions=3, extra={"odd": 1})
    assert json.loads(EmbeddingsProvider().encode(request, TARGET).body) == {
        "model": "real-model",
        "input": [[1, 2]],
        "dimensions": 3,
        "encoding_format": "float",
        "odd": 1,
    }


def test_the_other_dialect_has_no_embeddings():
    with pytest.raises(AttemptFailed) as caught:
        EmbeddingsProvider().encode(parse(), Target("t", "m", "http://h", "anthropic", PUBLIC))
    assert caught.value.fault is Fault.UNTRANSLATABLE


def test_an_answer():
    events = whole([0.5, -1], [2, 3], model="real", usage={"prompt_tokens": 7, "total_tokens": 7})
    assert isinstance(events[0], Opened)
    assert b"embedding" in events[0].raw
    assert events[1:] == [Embedded(((0.5, -1.0), (2.0, 3.0)), b""), Usage(7, raw=b"")]
    assert gather(events).whole


def test_vectors_are_put_in_the_order_of_their_inputs():
    data = [{"index": 1, "embedding": [1]}, {"index": 0, "embedding": [0]}]
    events = EmbeddingsProvider().whole(json.dumps({"data": data}).encode(), EmbeddingRequest("e", ("a", "b")))
    assert gather(events).vectors == ((0.0,), (1.0,))


def test_base64_is_float32_little_endian():
    packed = base64.b64encode(struct.pack("<2f", 0.5, -2.25)).decode()
    assert gather(whole(packed)).vectors == ((0.5, -2.25),)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b'{"error": {"message": "no"}}',
        b'{"data": []}',
        b'{"data": [{"embedding": [1]}, {"embedding": [2]}]}',
        b'{"data": [{"embedding": "AAA"}]}',
        b'{"data": [{"embedding": "AAAAAAA="}]}',
        b'{"data": [{"embedding": ["x"]}]}',
    ],
)
def test_what_is_no_answer_is_a_broken_promise(body):
    with pytest.raises(AttemptFailed) as caught:
        EmbeddingsProvider().whole(body, EmbeddingRequest("e", ("x",)))
    assert caught.value.fault is Fault.PROTOCOL


vectors = st.lists(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=4).map(tuple), min_size=1, max_size=3)


@given(vectors, st.sampled_from(["float", "base64"]), st.integers(0, 1000))
def test_vectors_written_and_read_are_the_same(given_vectors, encoding, tokens):
    events = [Opened(model="real"), Embedded(tuple(given_vectors)), Usage(tokens)]
    request = EmbeddingRequest("e", ("x",) * len(given_vectors), encoding=encoding)
    body = EmbeddingsCaller().whole(gather(events), request, "fh_1")
    if encoding == "float":
        CreateEmbeddingResponse.model_validate_json(body)
    answer = gather(EmbeddingsProvider().whole(body, request))
    assert answer.vectors == tuple(given_vectors)
    assert answer.usage == Usage(tokens, raw=b"")
    assert answer.opened.model == "real"


def test_embeddings_are_not_streamed():
    with pytest.raises(AttemptFailed):
        EmbeddingsProvider().reader(parse())
    with pytest.raises(TypeError):
        EmbeddingsCaller().writer(parse(), "fh_1", verbatim=True)
    with pytest.raises(TypeError):
        EmbeddingsProvider().encode(Request("m", (), "openai"), TARGET)
