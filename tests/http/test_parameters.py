from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from freehold.core.errors import BadRequest
from freehold.core.label import Label
from freehold.http.parameters import collection, convert, label, number, within, words
from freehold.knowledge.ingest.names import checked_collection


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """For the tests."""

    name: str
    limit: int = 1
    names: list[str] = []


def test_what_is_sound_is_read() -> None:
    assert number("0042", "n") == 42
    assert within(100, "n", 100) == 100
    assert words(" a, b ,,c") == ["a", "b", "", "c"]
    assert label(None) is None
    assert label("internal;eu") == Label.parse("internal;eu")
    assert collection("v1.2_final-x") == "v1.2_final-x"
    assert convert({"name": "x"}, Body) == Body("x")


@pytest.mark.parametrize(
    ("read", "param"),
    [
        (lambda: number("-1", "start"), "start"),
        (lambda: number("", "start"), "start"),
        (lambda: number("٣", "start"), "start"),
        (lambda: number("1" * 13, "start"), "start"),
        (lambda: within(0, "limit", 10), "limit"),
        (lambda: within(11, "limit", 10), "limit"),
        (lambda: label("secret"), "label"),
        (lambda: collection("Up"), "collection"),
        (lambda: collection(""), "collection"),
        (lambda: collection("a/b", "collections"), "collections"),
        (lambda: collection("a" * 65), "collection"),
    ],
)
def test_what_is_not_is_told_by_its_name(read: Callable[[], object], param: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read()
    assert caught.value.param == param


@pytest.mark.parametrize(
    ("body", "param", "said"),
    [
        ({}, "name", "name is required"),
        ({"name": 1}, "name", "name: expected text, got a whole number"),
        ({"name": "x", "nmae": "y"}, "nmae", "nmae is not known here; leave it out, or correct its name"),
        ({"name": "x", "limit": "1"}, "limit", "limit: expected a whole number, got text"),
        ({"name": "x", "names": ["y", None]}, "names[1]", "names[1]: expected text, got null"),
    ],
)
def test_a_body_of_another_shape_is_refused_in_words(body: dict[str, object], param: str, said: str) -> None:
    with pytest.raises(BadRequest) as caught:
        convert(body, Body)
    assert (caught.value.param, str(caught.value)) == (param, said)


def test_a_collection_s_name_is_refused_in_the_same_words_wherever_it_is_said() -> None:
    told = []
    for check in (collection, checked_collection):
        with pytest.raises(BadRequest) as caught:
            check("Hand book", "store")
        told.append((caught.value.message, caught.value.param))
    assert told[0] == told[1]
    assert "at most 64 of a-z" in told[0][0]
    assert told[0][1] == "store"
