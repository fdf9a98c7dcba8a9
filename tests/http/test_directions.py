from __future__ import annotations

import pytest

from freehold.core.errors import BadRequest
from freehold.core.exchange import NO_HEADERS, Headers
from freehold.core.request import Message, Request, TextPart
from freehold.http.directions import directions
from support.asgi import Caller


def asked(said: str | None = None, **headers: str) -> Headers:
    metadata = {} if said is None else {"freehold": said}
    request = Request("auto", (Message("user", (TextPart("hi"),)),), "openai", metadata=metadata)
    given = {f"x-freehold-{name}": value for name, value in headers.items()}
    return directions(Caller(headers=given).http, request)


def labels(found: Headers) -> list[tuple[str, str]]:
    return [(source.origin, str(source.label)) for source in found.stated]


def test_most_requests_say_nothing() -> None:
    assert asked() is NO_HEADERS
    assert asked("{}") is NO_HEADERS


def test_labels_of_header_and_body_stand_side_by_side() -> None:
    assert labels(asked(label="restricted;eu")) == [("x-freehold-label", "restricted;eu")]
    assert labels(asked('{"label": "public"}', label="internal")) == [
        ("x-freehold-label", "internal"),
        ("metadata.freehold.label", "public"),
    ]


def test_of_several_label_headers_each_counts() -> None:
    http = Caller(headers={"x-freehold-label": "internal"}).http
    http._scope["headers"].append((b"x-freehold-label", b"confidential;eu"))
    request = Request("auto", (Message("user", (TextPart("hi"),)),), "openai")
    assert [str(source.label) for source in directions(http, request).stated] == ["internal", "confidential;eu"]


@pytest.mark.parametrize(
    ("value", "wanted"), [("1", True), ("true", True), ("TRUE", True), ("0", False), ("no", False)]
)
def test_a_trace_is_asked_for_in_either_place(value: str, wanted: bool) -> None:
    assert asked(trace=value).trace is wanted
    assert asked(f'{{"trace": "{value}"}}').trace is wanted


def test_a_trace_may_be_a_truth_value_in_the_body() -> None:
    assert asked('{"trace": true}').trace
    assert not asked('{"trace": false}').trace


def test_the_header_wins_over_the_body() -> None:
    assert asked('{"cache": "on"}', cache="off").cache == "off"
    assert asked('{"cache": "off"}').cache == "off"
    assert not asked('{"trace": true}', trace="0").trace


@pytest.mark.parametrize(
    ("said", "param"),
    [
        ("no JSON", "metadata.freehold"),
        ("[]", "metadata.freehold"),
        ("[" * 3000, "metadata.freehold"),
        ('{"lable": "public"}', "metadata.freehold"),
        ('{"label": "public", "label": "internal"}', "metadata.freehold"),
        ('{"label": "secret"}', "metadata.freehold.label"),
        ('{"label": null}', "metadata.freehold.label"),
        ('{"collections": "Hand book"}', "metadata.freehold.collections"),
        ('{"collections": ["handbook", "../etc"]}', "metadata.freehold.collections"),
        ('{"collections": {"a": 1}}', "metadata.freehold.collections"),
        (
            f'{{"collections": {[str(number) for number in range(17)]}}}'.replace("'", '"'),
            "metadata.freehold.collections",
        ),
    ],
)
def test_what_is_wrong_in_the_body_is_named(said: str, param: str) -> None:
    with pytest.raises(BadRequest) as caught:
        asked(said)
    assert caught.value.param == param


@pytest.mark.parametrize(
    ("name", "value"), [("label", "secret"), ("label", ""), ("label", "internal;N O"), ("collections", "a, B")]
)
def test_what_is_wrong_in_a_header_is_named(name: str, value: str) -> None:
    with pytest.raises(BadRequest) as caught:
        asked(**{name: value})
    assert caught.value.param == f"x-freehold-{name}"


def test_collections_are_named_in_either_place_each_once_and_the_header_wins() -> None:
    assert asked(collections="handbook, contracts,handbook").collections == ("handbook", "contracts")
    assert asked('{"collections": ["handbook", "contracts"]}').collections == ("handbook", "contracts")
    assert asked('{"collections": "handbook"}').collections == ("handbook",)
    assert asked('{"collections": "handbook"}', collections="contracts").collections == ("contracts",)


def test_a_request_that_names_no_collection_differs_from_one_that_says_nothing() -> None:
    assert asked(label="public").collections is None
    assert asked('{"collections": null}', label="public").collections is None


@pytest.mark.parametrize("said", ['{"collections": ""}', '{"collections": []}', '{"collections": " , "}'])
def test_to_name_none_is_to_want_none(said: str) -> None:
    assert asked(said, label="public").collections == ()
