"""Trainings at rest."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest

from freehold.core.errors import NotFound, Unavailable
from freehold.evaluate.router.trainings import Training, TrainingRows, new_id
from freehold.stores.sqlite import open_store

ONE = Training("tn_1", "key_ann", 1, weak="home", strong="away", data="ds_1", scorer="exact", size=320)


@pytest.fixture
def rows(tmp_path: Path) -> TrainingRows:
    return TrainingRows(open_store(tmp_path).connect)


def test_a_training_is_kept_as_it_goes_on(rows: TrainingRows) -> None:
    assert rows.put(ONE) == ONE
    further = msgspec.structs.replace(ONE, state="running", done=64)
    assert rows.put(further) == further
    assert rows.get("tn_1") == further


def test_one_that_has_ended_stays_as_it_is(rows: TrainingRows) -> None:
    rows.put(ONE)
    stopped = rows.put(msgspec.structs.replace(ONE, state="stopped", note="it was stopped"))
    assert rows.put(msgspec.structs.replace(ONE, state="done", router="rt_1")) == stopped
    assert rows.get("tn_1") == stopped


def test_lists_the_newest_first_and_the_unfinished_oldest_first(rows: TrainingRows) -> None:
    made = [rows.put(msgspec.structs.replace(ONE, id=f"tn_{number}", created_ns=number)) for number in range(3)]
    rows.put(msgspec.structs.replace(made[1], state="failed"))
    assert [each.id for each in rows.newest()] == ["tn_2", "tn_1", "tn_0"]
    assert [each.id for each in rows.newest(limit=1)] == ["tn_2"]
    assert [each.id for each in rows.unfinished()] == ["tn_0", "tn_2"]


def test_one_that_is_not_there_is_not_found(rows: TrainingRows) -> None:
    with pytest.raises(NotFound, match="there is no training 'tn_9'"):
        rows.get("tn_9")


def test_a_disk_that_does_not_take_it_is_told() -> None:
    def connect() -> sqlite3.Connection:
        raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(Unavailable, match="disk I/O error"):
        TrainingRows(connect).put(ONE)


def test_ids_are_of_trainings_and_differ() -> None:
    assert new_id() != new_id()
    assert new_id().startswith("tn_")
