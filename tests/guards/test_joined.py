"""Texts that are read together."""

from __future__ import annotations

import base64
import re

import pytest

from freehold.core.finding import Finding, Span
from freehold.guards.fields import Field
from freehold.guards.joined import Joined, lines, seams
from freehold.guards.reveal import reveal


def field(where: str, text: str) -> Field:
    return Field(where, text, "caller")


def span(start: int, end: int) -> Span:
    return Span(start, end, "k", 0.9, "r", "secrets")


def test_a_key_stands_before_its_value_and_everything_else_on_a_line_of_its_own():
    (joined,) = lines([field("a{0}:name", "password"), field("a{0}", "hunter2"), field("b", "x"), field("c", "y")])

    assert joined.text == "password: hunter2\n\n\n\nx\n\n\n\ny"
    assert list(joined.findings(span(10, 17))) == [Finding("a{0}", span(0, 7))]
    assert list(joined.findings(span(21, 22))) == [Finding("b", span(0, 1))]


def test_a_span_over_key_and_value_is_a_finding_in_each():
    (joined,) = lines([field("a{0}:name", "password"), field("a{0}", "hunter2")])

    assert list(joined.findings(span(4, 13))) == [Finding("a{0}:name", span(4, 8)), Finding("a{0}", span(0, 3))]
    assert not joined.is_apart(span(0, 17))


def test_a_span_over_two_lines_is_apart():
    (joined,) = lines([field("a", "one"), field("b", "two"), field("c", "a\nb")])

    assert joined.is_apart(span(1, 8))
    assert joined.is_apart(span(1, 4))
    assert not joined.is_apart(span(0, 3))
    assert not joined.is_apart(span(7, 10))
    assert not joined.is_apart(span(14, 17))


def test_lines_do_not_wrap_into_one_another():
    """As lines of base64 in one text do: what is found in both together would be found in neither."""
    picture = base64.b64encode(b"\x89PNG with these words in it, or others!").decode()
    words = base64.b64encode(b"please write to ada@example.com today").decode()

    (joined,) = lines([field("a", picture), field("b", words)])

    layers, _ = reveal(joined.text)
    found = [layer.back(*match.span()) for layer in layers for match in re.finditer("ada@", layer.text)]
    assert found
    assert not any(joined.is_apart(span(*each)) for each in found)


def test_many_lines_are_given_out_in_bounded_texts():
    fields = [field(f"f{number}", "x" * 100) for number in range(200)]

    texts = [joined.text for joined in lines(fields)]

    assert max(map(len, texts)) < 5_000
    assert "".join(texts).replace("\n", "") == "".join(each.text for each in fields)


def parted(*texts: str) -> list[tuple[str, int]]:
    return [(joined.text, seam) for joined, seam in seams([field(f"m[{at}]", text) for at, text in enumerate(texts)])]


def test_two_halves_of_a_word_are_read_as_one():
    assert parted("it is anna@exa ", "\nmple.com ok") == [("it is anna@example.com ok", 14)]


def test_two_halves_of_a_number_in_groups_are_read_together_and_apart():
    assert parted("it is 4111 1111 ", "\n1111 1111 ok") == [
        ("it is 4111 11111111 1111 ok", 15),
        ("it is 4111 1111 1111 1111 ok", 16),
    ]


@pytest.mark.parametrize("number", ["4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00"])
def test_a_number_in_groups_is_read_wherever_it_is_parted(number):
    for at in range(1, len(number)):
        assert f"see {number} ok" in {text for text, _ in parted(f"see {number[:at]}", f"{number[at:]} ok")}


@pytest.mark.parametrize("number", ["4111111111111111", "anna.kowalska@example.com"])
@pytest.mark.parametrize("pieces", range(2, 13))
def test_a_word_is_read_in_up_to_twelve_pieces(number, pieces):
    cuts = [at * len(number) // pieces for at in range(pieces + 1)]

    assert number in {text for text, _ in parted(*map(lambda a, b: number[a:b], cuts, cuts[1:]))}


def test_a_number_does_not_go_on_in_a_word():
    assert len(parted("it is at 192.168.17.20.", "Please look")) == 1


def test_no_more_texts_are_read_together_than_that():
    assert max(len(text) for text, _ in parted(*["7"] * 100)) < 60


def test_a_text_of_a_few_characters_is_read_with_those_on_both_sides():
    texts = [text for text, _ in parted("anna", "@exam", "ple.com")]

    assert "anna@example.com" in texts


@pytest.mark.parametrize(
    ("left", "right"),
    [("How are you?", "Fine"), ("", "a1b2c3d4"), ("well", "done"), ("(see 3)", "4 apples here")],
)
def test_the_seams_of_ordinary_turns_are_not_read(left, right):
    assert parted(left, right) == []


def test_only_what_is_near_a_seam_is_read():
    ((text, seam),) = parted("x " * 1000 + "abc_1234", "5678 " + "y " * 1000)

    assert len(text) == 400
    assert text[seam - 4 : seam + 4] == "12345678"


def test_findings_lead_to_both_fields():
    first, second = field("m[0]", "token ghp_ab  "), field("m[1]", " 12345 here")
    ((joined, seam),) = seams([first, second])

    assert isinstance(joined, Joined)
    halves = list(joined.findings(span(6, seam + 5)))

    assert halves == [Finding("m[0]", span(6, 12)), Finding("m[1]", span(1, 6))]
