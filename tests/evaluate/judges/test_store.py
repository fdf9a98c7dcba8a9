from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from freehold.core.errors import NotFound, Unavailable
from freehold.evaluate.judges.model import Certificate, Certification, Heard, Pair
from freehold.evaluate.judges.store import JudgeStore
from support.judging import CHOOSER, RATER, judge_store
from support.scored import example

GOLD = (Pair(example().request.messages, "a", "b", 1),)
PASSED = Certificate(RATER.id, True, "2026-01-01", "gold_1", 1, ())
BEGUN = Certification("ct_1", RATER, "key_ann", "running", 5, GOLD, heard=(Heard((1.0, None)),))


def test_judges_are_kept_and_the_newest_of_a_name_counts(tmp_path: Path) -> None:
    store = judge_store(tmp_path)
    store.add(RATER)
    store.add(CHOOSER)
    changed = msgspec.structs.replace(RATER, rubric="Is it polite?")
    store.add(changed)
    assert store.get("rater").judge == changed
    assert {kept.judge.name for kept in store.all()} == {"rater", "chooser"}
    with pytest.raises(NotFound, match="chooser, rater"):
        store.get("nobody")


def test_a_certificate_belongs_to_the_very_same_judge(tmp_path: Path) -> None:
    store = judge_store(tmp_path)
    store.add(RATER)
    store.keep(BEGUN)
    assert store.get("rater").certificate is None
    store.keep(msgspec.structs.replace(BEGUN, certificate=PASSED, state="done"))
    assert store.get("rater").certificate == PASSED
    store.add(msgspec.structs.replace(RATER, rubric="Is it polite?"))
    assert store.get("rater").certificate is None
    store.add(RATER)
    assert store.get("rater").certificate == PASSED


def test_certifications_are_kept_as_they_go_on(tmp_path: Path) -> None:
    store = judge_store(tmp_path)
    store.keep(BEGUN)
    assert store.certification("ct_1") == BEGUN
    store.keep(msgspec.structs.replace(BEGUN, state="stopped"))
    assert [each.state for each in store.certifications("rater")] == ["stopped"]
    with pytest.raises(NotFound):
        store.certification(RATER.id)


def test_a_judge_goes_with_all_that_was_certified(tmp_path: Path) -> None:
    store = judge_store(tmp_path)
    store.add(RATER)
    store.keep(BEGUN)
    store.remove("rater")
    assert store.all() == []
    assert store.certifications("rater") == []


def test_a_disk_that_does_not_take_it_is_told(tmp_path: Path) -> None:
    store = judge_store(tmp_path)
    with store._connect() as connection:
        connection.execute("DROP TABLE eval_judges")
    for use in (lambda held: held.add(RATER), lambda held: held.all(), lambda held: held.certification("ct_1")):
        with pytest.raises(Unavailable, match="cannot be read or written"):
            use(JudgeStore(store._connect))
