"""Dates move a little and stay dates, written as they were."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.target import Secret
from freehold.guards.pseudonyms.conversation import Draw
from freehold.guards.pseudonyms.dates import forms, like, moved

draws = st.text(max_size=5).map(lambda word: Draw(Secret("s"), b"c", word))


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2030, 12, 31)), draws)
@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%B %d, %Y", "%d %b %Y"])
def test_a_date_becomes_another_of_the_same_form(form: str, date: datetime.date, draw: Draw):
    made = moved(date.strftime(form), draw)
    assert made is not None
    if date.month == 5 and form == "%d %b %Y":
        form = "%d %B %Y"  # May is no abbreviation.
    other = datetime.datetime.strptime(made, form)  # noqa: DTZ007  a day, not a time
    assert 1 <= abs(other.year - date.year) <= 2


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("12/03/1984", r"(0\d|1[0-2])/(0\d|1[0-2])/198\d"),
        ("3/14/61", r"\d{1,2}/(1[3-9]|2[0-8])/[56]\d"),
        ("1961-3-14", r"19[56]\d-\d{1,2}-(1[3-9]|2[0-8])"),
        ("the 14th of March 1961", r"the \d\dth of [A-Z][a-z]+ 19[56]\d"),
        ("14 MAR 1961", r"\d\d [A-Z]{3} 19[56]\d"),
        ("march 14, 1961", r"[a-z]+ \d\d, 19[56]\d"),
    ],
)
@given(draw=draws)
def test_it_is_written_as_it_was(text: str, shape: str, draw: Draw):
    assert re.fullmatch(shape, moved(text, draw) or "")


@pytest.mark.parametrize("text", ["someday", "1961", "14 Foo 1961", "99/99/1961", "31 31 1961"])
def test_what_is_no_date_is_left_to_others(text: str):
    assert moved(text, Draw.idle()) is None
    assert forms(text) == []


def test_another_day_is_written_like_the_first():
    assert like("14 MARCH 1961", "1963-07-21") == "21 JULY 1963"
    assert like("someday", "1963-07-21") == "1963-07-21"


def test_the_forms_a_model_may_write():
    written = forms("14.03.1961")
    assert written[:5] == ["1961-03-14", "14 March 1961", "March 14, 1961", "14 Mar 1961", "Mar 14, 1961"]
    assert {"14th March 1961", "March 14th, 1961", "14.03.1961", "03/14/1961", "14.3.1961", "3/14/1961"} <= {*written}
    assert len(forms("1 November 1961")) == len(written)
    assert forms("03.04.1961") == []
    assert forms("31 February 1961") == []
