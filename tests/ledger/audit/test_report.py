"""The statement about labelled data: what holds it, what breaks it, and what it does not say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from freehold.core.label import Label
from freehold.ledger.audit.leaf import Document, Leaf, Sent, _said, configuration_leaves, lost_leaf
from freehold.ledger.audit.log import Log
from freehold.ledger.audit.report import Report, UnknownTag, as_json, limits, lines, report, statement
from freehold.ledger.audit.tiles import Broken
from support.audit import KEY, NS, START, exchange, noted, placed_all, sent, written
from support.exchanges import AWAY, HOME

SECRET = "confidential;health"


def told(tmp_path: Path, *leaves: Leaf, label: str = "confidential", **times: int) -> Report:
    log = Log.open(written(tmp_path, placed_all(leaves)).fetch, KEY.key)
    return report(log, Label.parse(label), **times)


def outside(**changes: Any) -> Sent:
    return sent(**({"target": "away", "owned": False, "cleared": "internal", "label": "internal"} | changes))


def test_what_stayed_home_holds(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        exchange(0, sent(label=SECRET), label=SECRET),
        exchange(1, outside()),
        exchange(2, sent(label="restricted"), label="restricted"),
    )
    assert found.holds
    assert (found.seen, found.labelled, found.first, found.last) == (3, 2, 0, 2)
    assert {name: (fed.owned, fed.requests, fed.bytes) for name, fed in found.targets.items()} == {
        "home": (True, 2, 200)
    }
    assert statement(found) == "Nothing labelled confidential or above fed a target outside."


@pytest.mark.parametrize(
    ("label", "labelled"), [("public", 3), ("internal", 3), ("confidential", 2), (SECRET, 1), ("restricted", 1)]
)
def test_a_label_is_asked_about_with_all_above_it(tmp_path: Path, label: str, labelled: int) -> None:
    leaves = [
        exchange(number, sent(label=each), label=each) for number, each in enumerate(("internal", SECRET, "restricted"))
    ]
    assert told(tmp_path, *leaves, label=label).labelled == labelled


VIOLATIONS = {
    "it was sent under that label to a target outside": exchange(
        0, outside(label=SECRET, cleared="restricted;health"), label=SECRET
    ),
    "the target was cleared for internal alone": exchange(0, outside(label=SECRET), label=SECRET),
    "its label fell, and no declassifier is named": exchange(0, outside(), label=SECRET),
    "a document of that label was among what the request was answered from": exchange(
        0, outside(declassified="redact: 1 email"), documents=(Document("doc_1", SECRET, 2),)
    ),
}


@pytest.mark.parametrize("why", VIOLATIONS)
def test_what_left_breaks_it(tmp_path: Path, why: str) -> None:
    found = told(tmp_path, VIOLATIONS[why])
    assert not found.holds
    assert [each.why for each in found.violations] == [why]
    assert statement(found).startswith("The statement does not hold: 1 times")
    assert f"leaf 0, {found.violations[0].id} to away" in "\n".join(lines(found))


def test_a_target_that_was_not_configured_so_breaks_it(tmp_path: Path) -> None:
    rules = configuration_leaves("r1", [HOME, AWAY])
    found = told(tmp_path, *rules, exchange(1, sent(label=SECRET), label=SECRET))
    assert [each.why for each in found.violations] == [
        "the target was asked as cleared for restricted, and configured for internal"
    ]
    posing = sent(label=SECRET, target="away", cleared="internal")
    found = told(tmp_path / "b", *rules, exchange(1, posing, label=SECRET))
    assert "owned by this record and not by the configuration" in found.violations[0].why


def test_what_a_declassifier_let_through_is_listed_and_breaks_nothing(tmp_path: Path) -> None:
    found = told(tmp_path, exchange(0, outside(declassified="pseudonymise: 3 name"), label=SECRET))
    assert found.holds
    assert [(each.target, each.declassified) for each in found.declassified] == [("away", "pseudonymise: 3 name")]
    assert "after a declassifier had taken something out" in statement(found)
    assert any("counts on the guards" in limit for limit in limits(found))


def test_what_never_went_out_fed_nobody(tmp_path: Path) -> None:
    found = told(tmp_path, exchange(0, outside(label=SECRET, fault="label_forbidden", bytes=0), label=SECRET))
    assert found.holds
    assert (found.labelled, found.targets) == (1, {})


def test_documents_are_told_by_id_and_version_with_whom_they_fed(tmp_path: Path) -> None:
    documents = (Document("doc_1", SECRET, 2), Document("doc_2", "internal", 1))
    found = told(
        tmp_path, *(exchange(number, sent(label=SECRET), label=SECRET, documents=documents) for number in (0, 1))
    )
    assert {name: (use.label, use.requests, use.targets) for name, use in found.documents.items()} == {
        "doc_1@2": (SECRET, 2, {"home": 2})
    }


def test_only_the_time_that_was_asked_about_counts(tmp_path: Path) -> None:
    leaves = [exchange(number, outside(label=SECRET), label=SECRET) for number in range(5)]
    found = told(tmp_path, *leaves, since_ns=START + NS, until_ns=START + 3 * NS)
    assert (found.seen, found.first, found.last) == (2, 1, 2)
    assert told(tmp_path / "b", *leaves, since_ns=START + 9 * NS).first is None


def test_what_it_does_not_say_is_said(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        noted("start"),
        exchange(0),
        noted("stop"),
        noted("start"),
        lost_leaf("fh_9", "key_ann", START),
        exchange(1),
    )
    said = "\n".join(limits(found))
    assert "1 requests were under way when Freehold was killed, and what became of them is not known: leaves 4." in said
    assert "kept no log: 2026-09-21T14:13:22Z to 2026-09-21T14:13:23Z" in said
    assert "What passes outside Freehold is not seen" in said
    assert found.holds


def test_a_label_that_cannot_be_read_counts_as_labelled(tmp_path: Path) -> None:
    assert not told(tmp_path, exchange(0, outside(label="nonsense"), label="nonsense")).holds


def test_programs_get_the_same(tmp_path: Path) -> None:
    found = as_json(told(tmp_path, exchange(0, outside(label=SECRET), label=SECRET), until_ns=START + NS))
    assert (found["holds"], found["since"], found["until"]) == (False, "the beginning", "2026-09-21T14:13:21Z")
    assert found["violations"][0]["target"] == "away"
    assert json.loads(msgspec.json.encode(found)) == json.loads(json.dumps(found))


def test_a_time_without_leaves_shows_nothing(tmp_path: Path) -> None:
    found = told(tmp_path, exchange(0), since_ns=START + 9 * NS)
    assert (found.empty, found.holds) == (True, False)
    assert statement(found) == "The log has no leaf of that time, and so it shows nothing of what was sent then."


def test_a_tag_that_the_log_never_names_is_an_error(tmp_path: Path) -> None:
    rules = configuration_leaves("r0", [HOME, AWAY])
    leaves = [
        *rules,
        exchange(1, sent(label=SECRET), label=SECRET),
        exchange(2, sent(label="internal;eu"), label="internal;eu"),
    ]
    with pytest.raises(UnknownTag, match=r"the tag 'moon', 'sun', .* it names eu, health$"):
        told(tmp_path, *leaves, label="confidential;moon,sun,eu")
    assert told(tmp_path / "b", *leaves, label=SECRET).labelled == 1
    # Named outside the time that is asked about, or by a clearance alone, it is a tag of this log all the same.
    for time in ({"until_ns": START + 1}, {"since_ns": START + 2 * NS}):
        assert told(tmp_path / next(iter(time)), *leaves, label=SECRET, **time).holds
    cleared = configuration_leaves("r1", [structs.replace(HOME, clearance=Label.parse("restricted;moon"))])
    assert told(tmp_path / "d", *cleared, label="confidential;moon").holds


def test_a_label_too_long_for_a_leaf_counts_as_having_every_tag(tmp_path: Path) -> None:
    long = "confidential;" + ",".join(f"{number:02}{'x' * 60}" for number in range(10))
    (leaf_label,) = {_said(Label.parse(long))}
    assert len(leaf_label) < 60
    leaves = [exchange(0, sent(label=SECRET), label=SECRET), exchange(1, outside(label=leaf_label), label=leaf_label)]
    assert not told(tmp_path, *leaves, label=SECRET).holds
    assert told(tmp_path / "b", *leaves, label="restricted").holds


def test_leaves_that_do_not_name_their_documents_are_told(tmp_path: Path) -> None:
    found = told(tmp_path, exchange(0), exchange(1, cut=True))
    assert "Leaves too long to name their documents, findings and sources: 1." in limits(found)


def test_a_gap_that_began_before_the_time_asked_about_is_told(tmp_path: Path) -> None:
    found = told(tmp_path, noted("stop"), noted("start"), exchange(0), since_ns=START + 1)
    assert found.off == [(START, START + NS)]


def test_a_configuration_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="leaf 0 is no configuration"):
        told(tmp_path, noted("configuration", targets="all"))
