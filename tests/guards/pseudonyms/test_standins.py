"""Each kind's stand-in: plausible, and a way there and back."""

from __future__ import annotations

import re

import pytest

from freehold.core.target import Secret
from freehold.guards.pseudonyms.cast import Cast
from freehold.guards.pseudonyms.standins import StandIn, stand_in
from freehold.guards.swap import Swap

WORD = "[A-Z][a-z]{5,}"

KINDS = [
    ("person", "Dr Ada Obi-Lund", f"Dr {WORD} {WORD}-{WORD}"),
    ("email", "ada.obi42@clinic.test", r"[a-z]{6,}\.[a-z]{6,}\d\d@[a-z]{6,}\.example"),
    ("email", "ao1@clinic.test", r"[a-z]{6,}\d@[a-z]{6,}\.example"),
    ("email", "ada at clinic dot test", r"[a-z]{6,}@[a-z]{6,}\.example"),
    ("phone", "+44 20 7183 4421", r"\+44 20 7946 0\d\d\d"),
    ("phone", "(415) 555-2671 ext. 12", r"\(\d{3}\) 555-01\d\d ext\. 12"),
    ("card", "4539 1488 0343 6467", r"4242 42\d\d \d{4} \d{4}"),
    ("iban", "GB29 NWBK 6016 1331 9268 19", r"GB\d\d [A-Z]{4}( \d{4}){3} \d\d"),
    ("ip", "10.1.2.3", r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+"),
    ("mac", "3c:22:fb:01:02:03", r"02(:[0-9a-f]{2}){5}"),
    ("national-id", "943 476 5919", r"\d{3} \d{3} \d{4}"),
    ("passport", "PX4418273", r"[A-Z]{2}\d{7}"),
    ("birth-date", "14 March 1961", r"\d\d [A-Z][a-z]+ 19[56]\d"),
    ("birth-date", "in spring 1961", r"[a-z]{2} [a-z]{6} \d{4}"),
    ("address", "12 Harbour Street, Fennwick FE4 7QT", rf"\d\d {WORD} Street, {WORD} [A-Z]{{2}}\d \d[A-Z]{{2}}"),
    ("address", "12/4", r"\[address \d{4}\]"),
    ("card", "4539 14", r"\d{4} \d\d"),
    ("ip", "10.1.", r"\[ip \d{4}\]"),
    ("organisation", "Lund & Obi Clinic", rf"{WORD} & {WORD} Clinic"),
    ("organisation", "The Company", r"\[organisation \d{4}\]"),
    ("profile", "https://linkedin.com/in/ada-obi-9a8b7c", r"https://linkedin\.com/in/[a-z]{6,}-[a-z]{6,}-.{6,}"),
    ("wallet", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", r"[1-9A-Za-z]{34}"),
    ("postcode", "FE4 7QT", r"[A-Z]{2}\d \d[A-Z]{2}"),
    ("pin", "7712", r"\[pin \d{4}\]"),
    ("username", "adaobi", "[a-z]{6,}"),
]


def made(kind: str, original: str) -> StandIn:
    return stand_in(kind, original, Cast(Secret("s"), b"c", [original]))


@pytest.mark.parametrize(("kind", "original", "shape"), KINDS)
def test_it_looks_like_what_it_stands_for(kind: str, original: str, shape: str):
    assert re.fullmatch(shape, made(kind, original).text)


@pytest.mark.parametrize(("kind", "original", "shape"), KINDS)
def test_it_goes_there_and_back(kind: str, original: str, shape: str):
    one = made(kind, original)
    told = f"So: {original}, and ({original})."
    assert Swap(one.hide).whole(told) == f"So: {one.text}, and ({one.text})."
    assert Swap(one.show).whole(f"So: {one.text}, and ({one.text}).") == told
    assert shape


def exchanged(kind: str, original: str, *others: str) -> list[str]:
    """What the stand-in's way back makes of what its way there makes of other texts."""
    one = made(kind, original)
    hide, show = Swap(one.hide), Swap(one.show)
    hidden = [hide.whole(other) for other in others]
    assert all(there != other for there, other in zip(hidden, others, strict=True)), hidden
    return [show.whole(there) for there in hidden]


@pytest.mark.parametrize(
    ("kind", "original", "others"),
    [
        ("person", "Ada Obi-Lund", ("Ms Obi-Lund's", "ADA", "Lund", "ada obi lund", "Obi, Ada", "Adas")),
        ("person", "Ada Obi-Lund", ("A. Lund", "A Obi-Lund", "A LUND")),
        ("person", "Mark Will", ("Mark is", "Mr Will said", "MARK WILL")),
        ("email", "ada.obi@clinic.test", ("<ADA.OBI@CLINIC.TEST>", "user ada.obi", "mailto:ada.obi@clinic.test")),
        ("phone", "+44 20 7183 4421", ("020 7183 4421", "+442071834421", "+44 (0)20 7183-4421")),
        ("phone", "(415) 555-2671", ("415.555.2671", "+1 415 555 2671")),
        ("birth-date", "14.03.1961", ("1961-03-14", "14 March 1961", "MARCH 14, 1961")),
        ("birth-date", "2 October 1961", ("02-October-1961", "October 2nd, 1961", "02/10/1961", "10/2/1961")),
        ("birth-date", "1 November 1961", ("1/11/1961", "11/1/1961", "01.11.1961", "11/01/1961")),
        ("address", "12 Harbour Street, Fennwick FE4 7QT", ("12 Harbour Street", "Fennwick FE4 7QT")),
        ("iban", "GB29 NWBK 6016 1331 9268 19", ("gb29nwbk60161331926819",)),
    ],
)
def test_other_ways_to_write_it(kind: str, original: str, others: tuple[str, ...]):
    assert exchanged(kind, original, *others) == list(others)


def test_words_stay_where_they_are_no_names():
    swap = Swap(made("person", "Mark Will").hide)
    assert swap.whole("mark my words, he will; Will you?") == "mark my words, he will; Will you?"


def test_a_part_of_a_stand_in_used_alone_is_known():
    one = made("email", "ada.obi@clinic.test")
    domain = one.text.rpartition("@")[2]
    show = Swap(one.show)
    assert show.whole(f"the server {domain} and {one.text.replace('@', '%40')}") == (
        "the server clinic.test and ada.obi%40clinic.test"
    )
    assert show.whole(one.text.partition(".")[0]) == "ada"
    assert show.whole(f"writeto{one.text}") == "writetoada.obi@clinic.test"


def test_one_day_in_two_forms_has_one_stand_in():
    cast = Cast(Secret("s"), b"c", [])
    one, other = (stand_in("birth-date", text, cast) for text in ("1961-03-14", "14.03.1961"))
    assert one.key == other.key
    assert other.text == ".".join(reversed(one.text.split("-")))


def test_it_does_not_show_what_it_stands_for():
    one = made("person", "Ada Obi-Lund")
    assert one.text in repr(one)
    assert "Lund" not in repr(one)


def test_one_number_in_two_forms_has_one_stand_in():
    cast = Cast(Secret("s"), b"c", [])
    one, other = (stand_in("phone", text, cast) for text in ("+44 20 7183 4421", "020 7183 4421"))
    assert one.key == other.key
    assert one.text.removeprefix("+44 ") == other.text.removeprefix("0")
