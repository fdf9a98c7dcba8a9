"""The page says what the rules do: each rule is tried by an example, and the table of numbers is compared."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from freehold.guards.personal import KINDS, find
from freehold.guards.personal.numbers import NUMBERS, Number

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "explanation" / "personal-data.md").read_text()
UNSURE = 0.5
ACCOUNT = "DE89370400440532013000"
DATA_PAGE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"


def card(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits)


EXAMPLES = {
    "email": ["a@b.example"],
    "email-spelled": ["jane (at) mail (dot) example"],
    "phone-international": ["+44 20 7946 0958", "+1 555 555 0100"],
    "phone-context": ["call 780 6326"],
    "phone-nanp": ["202-456-1111"],
    "phone-national": ["01 42 68 53 00"],
    "card-visa": [f"card {card('411111111111111')}", card("411111111111111")],
    "card-mastercard": [f"card {card('540000000000000')}", card("540000000000000")],
    "card-context": [f"card {card('359999999999999')}"],
    "iban": [ACCOUNT],
    "iban-context": [f"account GB{mod_97_10.calc_check_digits('ABCD1234567890123GB')}ABCD1234567890123"],
    "ipv4": ["81.23.17.20", "3.4.5.6"],
    "ipv4-local": ["192.168.178.20"],
    "ipv6": ["2a00:1450:4001::1"],
    "ipv6-local": ["fe80::1ff:fe23:4567:890a"],
    "mac": ["00:1a:2b:3c:4d:5e"],
    "mac-dotted": ["001a.2b3c.4d5e"],
    "passport-context": ["passport C01X00T47"],
    "passport-machine-readable": [DATA_PAGE],
    "driving-licence-context": ["driver's license 6940579"],
    "driving-licence-gb": ["MORGA657054SM9IJ"],
    "birth-date": ["born on 3 May 1971"],
    "address-number-street": ["12 Baker Street"],
    "address-street-number": ["Hauptstraße 12"],
    "address-context": ["lives at Serenade Opus 420"],
    "address-box": ["P.O. Box 242"],
    "address-unit": ["in Apt. 322"],
    "postcode-context": ["zip 76400"],
    "postcode-gb": ["in SW1A 1AA"],
    "person-introduced": ["my name is Ada"],
    "person-title": ["Mr Smith"],
    "person-field": ["Name: Ada"],
    "person-self": ["I'm Ada Byron"],
    "person-greeting": ["Dear Ada"],
    "wallet-bitcoin": ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"],
    "wallet-ethereum": ["0x" + "ab12" * 10],
    "profile-page": ["linkedin.com/in/ada-byron"],
    "profile-parameter": ["https://x.example/?login=ada"],
}


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading."""
    table = PAGE.split(f"## {heading}\n", 1)[1].split("\n|---", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table.splitlines()[1:]]


RULES = [row for row in rows("What the rules find") if "one for each number" not in row[1]]


def test_every_kind_is_on_the_page() -> None:
    named = {kind for row in rows("What the rules find") for kind in re.findall(r"`([^`]+)`", row[0])}
    assert named == set(KINDS)


@pytest.mark.parametrize("row", RULES, ids=lambda row: row[1])
def test_each_rule_is_of_that_kind_and_as_sure_as_the_page_says(row: list[str]) -> None:
    for rule in re.findall(r"`([^`]+)`", row[1]):
        spans = [span for text in EXAMPLES[rule] for span in find(text) if span.rule == rule]
        assert {span.kind for span in spans} == {row[0].strip("`")}
        assert [span.confidence for span in spans] == [float(number) for number in row[2].split(", ")]


def test_no_rule_is_missing() -> None:
    written = set()
    for module in (ROOT / "src/freehold/guards/personal").glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Span", "_Opening"}:
                rule = node.args[4] if node.func.id == "Span" else node.args[0]
                written |= {rule.value} if isinstance(rule, ast.Constant) else set()
    assert len(written) > 15
    assert written <= set(EXAMPLES)
    assert set(EXAMPLES) == {rule for row in RULES for rule in re.findall(r"`([^`]+)`", row[1])}


def as_row(number: Number) -> str:
    alone = ", ".join(f"`{layout}`" for layout, sure in number.layouts.items() if sure >= UNSURE) or "-"
    beside = ", ".join(f"`{layout}`" for layout, sure in number.layouts.items() if sure < UNSURE) or "-"
    said = ", ".join(number.words.split("|")[:3])
    return f"| {number.country} | `{number.rule}` | `{number.kind}` | {alone} | {beside} | {said} |"


def test_the_table_of_numbers_is_that_of_the_code() -> None:
    expected = "\n".join(as_row(number) for number in sorted(NUMBERS, key=lambda number: number.rule))
    assert expected in PAGE, f"write this table into the page:\n{expected}"


def test_the_page_says_what_it_cannot() -> None:
    assert [span.kind for span in find("Ada met Ida in Rome")] == []
    assert "Ada met Ida in Rome" in PAGE
