from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from freehold.core.errors import BadRequest
from freehold.core.label import Label
from freehold.http.parameters import collection, convert, label, moment, number, within, words, yes_or_no, zone
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


@pytest.mark.parametrize(
    ("text", "ago"),
    [("90m", timedelta(minutes=90)), ("24h", timedelta(days=1)), ("7d", timedelta(days=7)), ("2w", timedelta(days=14))],
)
def test_a_moment_may_be_so_long_ago(text: str, ago: timedelta) -> None:
    at = moment(text, "since")
    assert at is not None
    assert abs(datetime.now(UTC) - at - ago) < timedelta(minutes=1)


def test_a_moment_may_be_a_date() -> None:
    assert moment(None, "since") is None
    assert moment("2026-01-31", "since") == datetime(2026, 1, 31, tzinfo=UTC)
    assert moment("2026-01-31T12:00:00+02:00", "since") == datetime(2026, 1, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0001-01-01", "0001-01-01T00:00:00+23:59", "99999w", "1969-12-31"])
def test_a_moment_before_all_records_is_the_first_there_could_be(text: str) -> None:
    assert moment(text, "since") == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["9999-12-31", "9999-12-31T23:59:59-23:59"])
def test_a_moment_after_all_records_is_the_last_there_could_be(text: str) -> None:
    assert moment(text, "until") == datetime(2262, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "7", "7y", "-7d", "2026-13-01", "999999d"])
def test_what_is_no_moment_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(BadRequest) as caught:
        moment(text, "since")
    assert caught.value.param == "since"


def test_a_date_is_of_the_zone_that_is_asked_for() -> None:
    berlin = zone("Europe/Berlin")
    assert moment("2026-01-31", "since", berlin) == datetime(2026, 1, 30, 23, tzinfo=UTC)
    assert moment("2026-01-31T00:00Z", "since", berlin) == datetime(2026, 1, 31, tzinfo=UTC)
    assert (berlin, zone(None)) == (ZoneInfo("Europe/Berlin"), UTC)


@pytest.mark.parametrize(
    "name", ["Europe/Atlantis", "../../etc/passwd", "/etc/localtime", "", "Europe", "x" * 5000, "\0"]
)
def test_what_is_no_zone_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(BadRequest) as caught:
        zone(name)
    assert caught.value.param == "tz"


def test_yes_is_true_and_no_is_false() -> None:
    assert [yes_or_no(text, "escalated") for text in ("true", "false", None)] == [True, False, None]
    with pytest.raises(BadRequest, match="escalated is true or false"):
        yes_or_no("yes", "escalated")
