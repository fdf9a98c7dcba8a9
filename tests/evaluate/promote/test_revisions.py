from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from freehold.catalog.promises import Change
from freehold.core.errors import NotFound
from freehold.evaluate.promote.revisions import Before, Evidence, Revision, RevisionRows, new_id
from freehold.stores.sqlite import open_store


@pytest.fixture
def rows(tmp_path: Path) -> RevisionRows:
    return RevisionRows(open_store(tmp_path).connect)


def revision(candidate: str, at: int, **more: object) -> Revision:
    made = Revision(
        id=new_id(),
        route="auto",
        targets=(candidate, "away"),
        flow="fallback",
        candidate=candidate,
        before=Before("fixed", ("away",)),
        evidence=Evidence("none"),
        by="key_ann",
        at_ns=at,
    )
    return msgspec.structs.replace(made, **more)


def test_one_is_in_force_and_the_one_before_it_comes_back(rows: RevisionRows) -> None:
    first, second = rows.add(revision("a", 1)), rows.add(revision("b", 2))
    assert second.replaces == first.id
    assert rows.active("auto") == second
    assert [each.state for each in rows.of("auto")] == ["active", "replaced"]

    taken = rows.take_back("auto", "it was slow", "key_bob")
    assert (taken.id, taken.state, taken.ended, taken.ended_by) == (second.id, "taken-back", "it was slow", "key_bob")
    active = rows.active("auto")
    assert active is not None
    assert (active.id, active.ended) == (first.id, "")
    rows.take_back("auto", "too", "key_bob")
    assert rows.active("auto") is None
    assert len(rows.all()) == 2


def test_nothing_to_take_back_is_said(rows: RevisionRows) -> None:
    with pytest.raises(NotFound, match="nothing to take back"):
        rows.take_back("auto", "", "")


def test_the_gateway_reads_a_change_of_it() -> None:
    made = revision("a", 1)
    assert msgspec.json.decode(msgspec.json.encode(made), type=Change) == Change(
        made.id, "auto", ("a", "away"), "fallback", (), ""
    )
