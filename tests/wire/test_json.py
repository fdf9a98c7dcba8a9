"""Strict JSON."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.errors import BadRequest
from freehold.wire.json import DEPTH_LIMIT, convert, decode


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b'{"a": NaN}', "not valid JSON"),
        (b'{"a": 1e999}', "not valid JSON"),
        (b'{"a": "\\ud800"}', "not valid JSON"),
        (b'{"a": "\xff"}', "not valid UTF-8"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"[1]", "must be a JSON object"),
        (b'"x"', "must be a JSON object"),
    ],
)
def test_what_is_not_a_json_object_is_refused(body, says):
    with pytest.raises(BadRequest, match=says):
        decode(body)


@pytest.mark.parametrize("text", [b"\\ud800", b"\\uDC00", b"\\ud800x", b"\\\\\\ud800", b"\\ud83d\\ude00\\ud83d"])
def test_half_a_surrogate_pair_is_called_invalid_unicode(text):
    with pytest.raises(BadRequest, match="invalid Unicode"):
        decode(b'{"a": "' + text + b'"}')


@pytest.mark.parametrize("text", [b"\\ud83d\\ude00", b"\\\\ud800"])
def test_a_body_cut_short_is_not_blamed_on_its_unicode(text):
    assert decode(b'{"a": "' + text + b'"}')
    with pytest.raises(BadRequest, match="truncated"):
        decode(b'{"a": "' + text)


@pytest.mark.parametrize(("depth", "fine"), [(DEPTH_LIMIT, True), (DEPTH_LIMIT + 1, False), (900, False)])
@pytest.mark.parametrize(("begin", "end"), [(b'{"a":', b"}"), (b"[0,", b"]")])
def test_the_depth_is_bounded(depth, fine, begin, end):
    body = b'{"a":' + begin * (depth - 1) + b"1" + end * (depth - 1) + b"}"
    if fine:
        decode(body)
        return
    with pytest.raises(BadRequest, match="nested too deeply"):
        decode(body)


def test_many_shallow_members_are_fine():
    assert len(decode(b'{"a": [' + b"{}," * 1000 + b"[]]}")["a"]) == 1001


@pytest.mark.parametrize(
    "body",
    [
        b'{"model": "a", "model": "b"}',
        b'{"messages": [{"model": 1, "model" : 2}]}',
        b'{"\\u006dodel": 1, "model": 2}',
        b'{"text": "\\u003a", "model": 1, "model": 2}',
        b'{"text": "\\u003A", "a": {"model": 1, "x": 0, "model": {"y": 2}}}',
    ],
)
def test_a_duplicated_key_is_refused_by_name_at_any_depth(body):
    with pytest.raises(BadRequest, match="'model'") as caught:
        decode(body)
    assert caught.value.param == "model"


def test_colons_in_strings_are_not_taken_for_members():
    body = {"a:b": "c:d", "url": "https://e:1", "esc": ':"\\":'}
    assert decode(json.dumps(body).encode()) == body
    assert decode(b'{"a": "\\u003a"}') == {"a": ":"}


def test_the_same_key_in_two_objects_is_no_duplicate():
    assert decode(b'{"a": {"k": 1}, "b": {"k": 1}}') == {"a": {"k": 1}, "b": {"k": 1}}


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.sampled_from('ab:"\\{},é ')),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.sampled_from('ab:"'), max_size=3), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.text(st.sampled_from('ab:"'), max_size=3), values), st.booleans())
def test_what_has_no_duplicates_is_read_as_it_is(body, ascii_only):
    assert decode(json.dumps(body, ensure_ascii=ascii_only).encode()) == body


@given(values, values, values)
def test_no_duplicate_is_ever_missed(first, second, beside):
    pairs = f'"k": {json.dumps(first)}, "k": {json.dumps(second)}'
    with pytest.raises(BadRequest):
        decode(f'{{"beside": {json.dumps(beside)}, "in": [{{{pairs}}}]}}'.encode())


class Inner(msgspec.Struct):
    word: str


class Outer(msgspec.Struct):
    many: list[Inner]
    count: int = 0


@pytest.mark.parametrize(
    ("value", "within", "param"),
    [
        ({"many": [{"word": "a"}, {"word": 1}]}, "", "many[1].word"),
        ({"many": [{}]}, "", "many[0].word"),
        ({}, "", "many"),
        ({}, "body", "body.many"),
        ({"many": [], "count": "1"}, "at[2]", "at[2].count"),
    ],
)
def test_a_wrong_shape_is_refused_by_the_fields_name(value, within, param):
    with pytest.raises(BadRequest) as caught:
        convert(value, Outer, within=within)
    assert caught.value.param == param
    assert caught.value.message.startswith(param)
