from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.guards.personal.email import find_emails
from freehold.guards.personal.reading import Reading


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_emails(Reading(text))]


@pytest.mark.parametrize(
    "text",
    [
        "Write to {}.",
        "({})",
        "<{}>",
        "'{}'",
        '"{}",',
        "«{}»",
        "mailto:{}?subject=hello",
        "https://x.example/?email={}&next=1",
        "Mail {}\nor call",
        "e-mail:{};",
        "{}/",
    ],
)
def test_the_address_is_found_without_what_stands_around_it(text: str) -> None:
    assert found(text.format("jane.doe+news@mail.example.org")) == ["jane.doe+news@mail.example.org"]


@pytest.mark.parametrize("address", ["zoë@exämple.de", "a@b.museum", "x_y%z@sub.sub.example.co.uk", "иван@пример.рф"])
def test_letters_of_any_script(address: str) -> None:
    assert found(f"to {address}, please") == [address]


@pytest.mark.parametrize(
    "text",
    [
        "logo@2x.png",
        "git@github.com:team/project.git",
        "https://user:word@host.example.com/x",
        "see @jane and name@ or a@b",
        "package@1.2.3",
        "3 @ 4.50",
    ],
)
def test_what_has_an_at_sign_and_is_no_address(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["jane.doe (at) mail (dot) example", "jane.doe[at]mail.example"])
def test_spelled_addresses(text: str) -> None:
    (span,) = find_emails(Reading(text))
    assert (span.rule, span.start, span.end) == ("email-spelled", 0, len(text))


def test_a_meeting_at_eight_is_none() -> None:
    assert found("lunch (at) eight, dinner at nine") == []


@given(
    st.from_regex(r"[a-z][a-z0-9._+-]{0,20}[a-z0-9]", fullmatch=True),
    st.from_regex(r"[a-z][a-z0-9-]{0,10}[a-z0-9]\.(example|org|co\.uk)", fullmatch=True),
    st.text(alphabet="абв 字かな ,;\n", max_size=20),
)
def test_any_address_in_any_prose(local: str, domain: str, prose: str) -> None:
    address = f"{local}@{domain}"
    assert found(f"{prose} {address} {prose}") == [address]


def test_many_at_signs_take_no_long() -> None:
    assert found("a@" * 50_000) == []
