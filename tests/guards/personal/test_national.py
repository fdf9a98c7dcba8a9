from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.br import cpf
from stdnum.ch import ssn as ahv
from stdnum.cl import rut
from stdnum.cn import ric
from stdnum.de import idnr
from stdnum.ee import ik
from stdnum.es import dni
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.hr import oib
from stdnum.ie import vat as irish
from stdnum.it import codicefiscale
from stdnum.kr import rrn
from stdnum.lt import asmens
from stdnum.mx import curp
from stdnum.no import fodselsnummer
from stdnum.pl import nip, pesel
from stdnum.pt import nif
from stdnum.ro import cnp
from stdnum.si import emso
from stdnum.th import pin
from stdnum.tr import tckimlik

from freehold.guards.personal.national import find_nationals
from freehold.guards.personal.reading import Reading


def found(text: str) -> list[tuple[str, str]]:
    return [(span.rule, text[span.start : span.end]) for span in find_nationals(Reading(text))]


def digits(draw: random.Random, count: int, first: str = "123456789") -> str:
    return draw.choice(first) + "".join(draw.choice("0123456789") for _ in range(count - 1))


def day(draw: random.Random) -> tuple[str, str, str]:
    """Two digits each of year, month and day."""
    return f"{draw.randint(50, 99)}", f"{draw.randint(1, 12):02}", f"{draw.randint(1, 28):02}"


def _finnish(draw: random.Random) -> str:
    year, month, date = day(draw)
    number = f"{date}{month}{year}{draw.randint(2, 899):03}"
    return f"{number[:6]}-{number[6:]}{hetu._calc_checksum(number)}"


def _norwegian(draw: random.Random) -> str:
    while True:
        year, month, date = day(draw)
        number = f"{date}{month}{year}{draw.randint(0, 499):03}"
        first = fodselsnummer.calc_check_digit1(number)
        second = fodselsnummer.calc_check_digit2(number + first)
        if len(first + second) == 2 and "-" not in first + second:
            return number + first + second


def _korean(draw: random.Random) -> str:
    number = "".join(day(draw)) + "1" + f"{draw.randint(0, 89999):05}"
    return f"{number[:6]}-{number[6:]}{rrn.calc_check_digit(number)}"


def _italian(draw: random.Random) -> str:
    year, _, date = day(draw)
    number = f"RSSMRA{year}{draw.choice('ABCDEHLMPRST')}{date}H501"
    return number + codicefiscale.calc_check_digit(number)


def _swedish(draw: random.Random) -> str:
    number = "".join(day(draw)) + f"{draw.randint(1, 999):03}"
    return f"{number[:6]}-{number[6:]}{luhn.calc_check_digit(number)}"


def _spaced(number: str, *sizes: int) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at : at + size])
        at += size
    return " ".join(parts)


def _completed(calculate: Callable[[str], str], number: str) -> str:
    """For calculations that are handed a number with a check digit, and leave it out."""
    return number + calculate(f"{number}0")


def _checked(calculate: Callable[[str], str], number: str) -> str:
    return number + calculate(number)


MADE: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    "br-cpf": ("CPF", lambda draw: cpf.format(_checked(cpf._calc_check_digits, digits(draw, 9)))),
    "ch-ahv": ("AHV", lambda draw: ahv.format("756" + (n := digits(draw, 9)) + ahv.ean.calc_check_digit("756" + n))),
    "cl-rut": ("RUT", lambda draw: rut.format((n := digits(draw, 8, "12")) + rut.calc_check_digit(n))),
    "cn-ric": (
        "身份证",
        lambda draw: _completed(ric.calc_check_digit, f"11010519{''.join(day(draw))}{draw.randint(1, 999):03}"),
    ),
    "de-idnr": ("Steuer-ID", lambda draw: _checked(idnr.mod_11_10.calc_check_digit, _german(draw))),
    "ee-ik": (
        "isikukood",
        lambda draw: _completed(ik.calc_check_digit, f"3{''.join(day(draw))}{draw.randint(1, 999):03}"),
    ),
    "es-dni": ("DNI", lambda draw: _checked(dni.calc_check_digit, digits(draw, 8))),
    "fi-hetu": ("HETU", _finnish),
    "fr-nir": (
        "NIR",
        lambda draw: _checked(nir.calc_check_digits, f"1{draw.randint(50, 99)}0{digits(draw, 1)}75{digits(draw, 6)}"),
    ),
    "gr-amka": (
        "AMKA",
        lambda draw: _checked(luhn.calc_check_digit, "".join(reversed(day(draw))) + f"{draw.randint(1, 9999):04}"),
    ),
    "hr-oib": ("OIB", lambda draw: _checked(oib.mod_11_10.calc_check_digit, digits(draw, 10))),
    "ie-pps": ("PPS", lambda draw: _checked(irish.calc_check_digit, digits(draw, 7))),
    "it-cf": ("codice fiscale", _italian),
    "kr-rrn": ("RRN", _korean),
    "lt-ak": (
        "asmens kodas",
        lambda draw: _completed(asmens.calc_check_digit, f"3{''.join(day(draw))}{draw.randint(1, 999):03}"),
    ),
    "mx-curp": ("CURP", lambda draw: _checked(curp.calc_check_digit, f"BOXW{''.join(day(draw))}HNERXN0")),
    "no-fnr": ("fødselsnummer", _norwegian),
    "pl-nip": ("NIP", lambda draw: nip.format(_polish(draw))),
    "pl-pesel": (
        "PESEL",
        lambda draw: _checked(pesel.calc_check_digit, f"{''.join(day(draw))}{draw.randint(1, 9999):04}"),
    ),
    "pt-nif": ("NIF", lambda draw: _checked(nif.calc_check_digit, digits(draw, 8, "12"))),
    "ro-cnp": (
        "CNP",
        lambda draw: _checked(
            cnp.calc_check_digit, f"1{''.join(day(draw))}{draw.randint(1, 40):02}{draw.randint(1, 999):03}"
        ),
    ),
    "se-pnr": ("personnummer", _swedish),
    "si-emso": ("EMŠO", lambda draw: _checked(emso.calc_check_digit, _slovenian(draw))),
    "th-pin": ("Thai ID", lambda draw: pin.format(_checked(pin.calc_check_digit, digits(draw, 12, "12345678")))),
    "tr-tckn": ("TC kimlik no", lambda draw: _checked(tckimlik.calc_check_digits, digits(draw, 9))),
}


def _german(draw: random.Random) -> str:
    """Ten digits of which exactly one stands twice."""
    chosen = draw.sample("123456789", 9)
    return chosen[0] + "".join(draw.sample([*chosen[1:], chosen[0]], 9)) if chosen[0] != "0" else _german(draw)


def _polish(draw: random.Random) -> str:
    """A number without a last digit of which the weighted sum is 10, which has none."""
    while True:
        number = digits(draw, 9)
        check = (nip.checksum(f"{number}0")) % 11
        if check < 10 and nip.is_valid(f"{number}{check}"):
            return f"{number}{check}"


def _slovenian(draw: random.Random) -> str:
    while True:
        year, month, date = day(draw)
        number = f"{date}{month}9{year}50{draw.randint(0, 999):03}"
        if emso.calc_check_digit(number).isdigit() and len(emso.calc_check_digit(number)) == 1:
            return number


PROSE = (
    "Please note: {} {}.",
    "Bitte prüfen: {} {}, danke!",
    "Проверьте {} {} завтра",
    "请核对 {} {} 谢谢",
    "({}: {})",
)


@pytest.mark.parametrize("rule", MADE)
@settings(max_examples=15)
@given(seed=st.integers(0, 2**32), prose=st.sampled_from(PROSE))
def test_a_valid_number_beside_its_word_is_found_whole(rule: str, seed: int, prose: str) -> None:
    word, make = MADE[rule]
    number = make(random.Random(seed))
    assert [written for _, written in found(prose.format(word, number))] == [number]


@pytest.mark.parametrize("rule", ["it-cf", "fi-hetu", "mx-curp", "fr-nir", "ch-ahv", "br-cpf", "cn-ric", "kr-rrn"])
def test_numbers_with_a_strong_form_stand_alone(rule: str) -> None:
    number = MADE[rule][1](random.Random(7))
    assert found(f"so {number} then") == [(rule, number)]


@pytest.mark.parametrize("rule", ["pl-pesel", "tr-tckn", "hr-oib", "pt-nif", "lt-ak", "ee-ik", "gr-amka", "si-emso"])
def test_numbers_with_a_weak_check_need_a_word(rule: str) -> None:
    number = MADE[rule][1](random.Random(7))
    assert found(f"so {number} then") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Here's my SSN: 460-89-9847", [("us-ssn", "460-89-9847")]),
        ("It is 460-89-9847.", [("us-ssn", "460-89-9847")]),
        ("His social security number is 900-37-1694", [("us-ssn-stated", "900-37-1694")]),
        ("It is 900-37-1694.", []),
        ("NI number AB 12 34 56 C please", [("gb-nino", "AB 12 34 56 C")]),
        ("the NINO ab123456c", [("gb-nino", "ab123456c")]),
        ("is 576937-k", []),
        ("see AB123456C there", [("gb-nino", "AB123456C")]),
        ("see ab123456c there", []),
        ("SSN: 999-99-9999", []),
        ("NHS number 943 476 5870", [("gb-nhs", "943 476 5870")]),
        ("943 476 5870", []),
        ("BSN: 111222333", [("nl-bsn", "111222333")]),
        ("my 12345678 and", []),
        ("UTR 4500123456", [("gb-utr", "4500123456")]),
        ("tax number: 4500123456", [("gb-utr", "4500123456")]),
        ("4500123456, with VAT 120.00 in total", []),
        ("tax number as above, order no. 4500123456", []),
        ("Rechnungsnr. folgt, Bestellnummer: 4500123456, UTR folgt", []),
    ],
)
def test_numbers_without_a_check_of_their_own(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_one_wrong_digit_and_it_is_none() -> None:
    number = MADE["pl-pesel"][1](random.Random(3))
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert found(f"PESEL {wrong}") == []


@pytest.mark.parametrize("text", ["x{}", "{}x", "1.{}", "{}.5", "{}-7", "7-{}"])
def test_a_piece_of_something_longer_is_none(text: str) -> None:
    assert found("CPF " + text.format("390.533.447-05")) == []


def test_long_runs_of_digits_take_no_long() -> None:
    assert found("1234 5678 " * 20_000) == []


def test_a_number_that_a_check_has_no_table_for_is_taken_for_one() -> None:
    assert found("order 344978198010280737") == [("cn-ric", "344978198010280737")]
