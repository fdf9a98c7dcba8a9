"""Personal data in examples: kept under a raised label, taken out of question and answer alike, or refused."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.core.errors import Unprocessable
from freehold.core.guards import OFF, GuardRule, Guards
from freehold.core.label import Label
from freehold.evaluate.datasets.body import read_body
from freehold.evaluate.datasets.faults import BadRows
from freehold.evaluate.datasets.identity import example_id, example_of
from freehold.evaluate.datasets.personal import Look, guarded, way_of
from freehold.evaluate.model import Example
from freehold.guards import personal, secrets
from freehold.guards.scan import Scanner

MAIL = "ada.moss@example.org"


@pytest.fixture(scope="module")
def look() -> Look:
    return Scanner([personal.find, secrets.find]).scan_request


def example(text: str, **more: Any) -> Example:
    return example_of(read_body({"messages": [{"role": "user", "content": text}]}), **more)


def test_a_label_is_raised_as_a_requests_would_be(look: Look) -> None:
    given = [example(f"Write to {MAIL}", label=Label.parse("public;eu")), example("Write"), example("?", expected=MAIL)]
    seen = guarded(given, look, Guards())
    assert [each.label and str(each.label) for each in seen.examples] == ["confidential;eu", None, "confidential"]
    assert seen.examples[0].id == given[0].id
    assert seen.notes == (
        "personal data or secrets in 2 (email in 2): their labels are raised as a request's would be",
    )


def test_it_is_taken_out_everywhere_by_one_placeholder(look: Look) -> None:
    slices = {"from": MAIL, "task": "mail"}
    given = example(f"Who is {MAIL}?", expected={"to": [MAIL, 5], "n": 1}, tests=f"assert '{MAIL}'", slices=slices)
    [clear] = guarded([given], look, Guards(), "redact").examples
    assert clear.request.messages[0].parts[0].text == "Who is [email]?"  # type: ignore[union-attr]
    assert clear.expected == {"to": ["[email]", 5], "n": 1}
    assert clear.tests == "assert '[email]'"
    assert clear.slices == {"from": "[email]", "task": "mail"}
    assert clear.label is None
    assert clear.id == example_id(clear.request, clear.expected, clear.tests) != given.id


def test_what_is_refused_is_told_by_kind_and_not_by_words(look: Look) -> None:
    with pytest.raises(BadRows, match="example 2: it holds email; take that out") as raised:
        guarded([example("a"), example(f"To {MAIL}")], look, Guards(), "refuse")
    assert MAIL not in raised.value.message


def test_the_configuration_says_what_counts(look: Look) -> None:
    given = [example(f"To {MAIL}")]
    assert guarded(given, look, OFF).notes == ("nobody looked for personal data, since guards.mode is off",)
    record = guarded(given, look, Guards(mode="record"))
    assert (record.examples, record.notes[-1]) == (given, "guards.mode is record, so no label was raised")
    assert guarded(given, look, Guards(confidence=1.01)).notes == ()
    rule = GuardRule("email", label=Label.parse("restricted"))
    assert str(guarded(given, look, Guards(rules=(rule,))).examples[0].label) == "restricted"


def test_what_nobody_looked_at_is_told(look: Look) -> None:
    image = [{"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}]
    given = example_of(read_body({"messages": [{"role": "user", "content": image}]}))
    notes = guarded([given], look, Guards(names="presidio")).notes
    assert notes == (
        "1 hold what nobody can read, such as an image: that was not looked at",
        "names were not looked for here; they are when an example is asked",
    )


def test_another_way_is_refused() -> None:
    assert way_of("redact") == "redact"
    with pytest.raises(Unprocessable, match="personal is keep, redact or refuse, not 'hide'"):
        way_of("hide")


@pytest.mark.parametrize("more", [{"expected": {"to": [{MAIL: 1}]}}, {"slices": {MAIL: "yes"}}])
def test_names_of_members_and_slices_are_looked_at_and_cannot_be_taken_out(look: Look, more: dict[str, Any]) -> None:
    [kept] = guarded([example("Who?", **more)], look, Guards()).examples
    assert str(kept.label) == "confidential"
    for how in ("refuse", "redact"):
        with pytest.raises(BadRows, match="email"):
            guarded([example("Who?", **more)], look, Guards(), how)  # type: ignore[arg-type]
