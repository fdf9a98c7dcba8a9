"""What a line's end or cells have broken stands in one line again, and prose stays as it is."""

from __future__ import annotations

import time

import pytest

from freehold.guards.layers import Layer
from freehold.guards.personal import find
from freehold.guards.regrouped import regrouped
from freehold.guards.scan import Scanner

CARD = "4111 1111 1111 1111"
IBAN = "DE89 3704 0044 0532 0130 00"


def made(text: str) -> str:
    edits = list(regrouped(text))
    return Layer(text).edited(edits).text if edits else text


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("4111 1111\n1111 1111", CARD),
        ("4111 1111  \r\n> 1111 1111", CARD),
        ("4111  1111  1111  1111", CARD),
        ("4111\t1111\t1111\t1111", CARD),
        ("4111,1111,1111,1111", CARD),
        ("**4111** 1111 1111 1111", f"**{CARD}"),
        ('["4111", "1111", "1111", "1111"]', f'["{CARD}"]'),
        ("DE89 3704 0044\n  0532 0130 00", IBAN),
        ("| DE89 | 3704 | 0044 | 0532 | 0130 | 00 |", f"| {IBAN} |"),
        ("GB29 NWBK\n6016 1331 9268 19", "GB29 NWBK 6016 1331 9268 19"),
        ("219-09-\n9999", "219-09-9999"),
        ("anna.schmidt@\ngmail.com", "anna.schmidt@gmail.com"),
        ("anna.schmidt@gmail\n  .com", "anna.schmidt@gmail.com"),
        ("anna.schmidt@gmail.\ncom", "anna.schmidt@gmail.com"),
    ],
)
def test_what_is_broken_stands_in_one_line(written, plain):
    assert made(written) == plain


@pytest.mark.parametrize(
    "text",
    [
        "Of the 12 points\nnone is new,\tand 3456789 are old.",
        "Write to anna@gmail.com.\nthanks for that",
        "y = 1\n@app.get('/')",
        "2019, 2020 and 2021 were years; so will be 20301, 20302.",
        "aB3dE5fG7hI9jK1lM2nO3pQ4rS5tU6v1\naB3dE5fG7hI9jK1lM2nO3pQ4rS5tU6v1",
    ],
)
def test_what_is_whole_stays(text):
    assert made(text) == text


@pytest.mark.parametrize("text", ["card 4111 1111\n1111 1111 is mine", "IBAN DE89 3704 0044\r\n0532 0130 00 and so on"])
def test_all_of_it_is_found_where_it_stands(text):
    (span,) = Scanner([find]).scan(text)

    assert text[: span.start] in {"card ", "IBAN "}
    assert text[span.end :] in {" is mine", " and so on"}


@pytest.mark.parametrize("unit", ["1\n", "1\t", "1  ", "4111,", "a@b\n", "a@b.\n", "1" + " " * 8 + "\n", "DE89|"])
def test_time_grows_with_the_length(unit):
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        before = time.process_time()
        list(regrouped(text))
        return time.process_time() - before

    seconds(1000)
    assert seconds(160_000) < 40 * max(seconds(20_000), 0.002)
