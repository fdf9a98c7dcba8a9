"""``[[retention]]``: what it says, and the line of a table that undercuts a floor."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.config import ConfigFaults, load
from freehold.config.tree import Config
from freehold.core.label import Label
from freehold.core.retention import RetentionRule

ENV = {"HOME": "/home/ada"}


def read(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "freehold.toml"
    path.write_text(text)
    return load(path, ENV)


def faults(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigFaults) as raised:
        read(tmp_path, text)
    return [str(fault).removeprefix(f"{tmp_path}/") for fault in raised.value.faults]


def test_without_a_table_nothing_is_different(tmp_path: Path) -> None:
    assert read(tmp_path, "").retention.rules == ()


def test_a_table_is_read_whole(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
        [policy]
        tags = ["health"]
        [[retention]]
        label = "public"
        floor_days = 180
        [[retention]]
        label = "confidential;health"
        text_days = 7
        record_days = 365
        [[retention]]
        label = "restricted"
        capture = false
        """,
    )
    assert config.retention.rules == (
        RetentionRule(Label.parse("public"), floor_days=180),
        RetentionRule(Label.parse("confidential;health"), text_days=7, record_days=365),
        RetentionRule(Label.parse("restricted"), capture=False),
    )


def test_how_long_is_kept_does_not_change_what_may_happen(tmp_path: Path) -> None:
    table = '[[retention]]\nlabel = "public"\nrecord_days = 30\n'
    assert read(tmp_path, table).revision == read(tmp_path, "").revision


def test_a_table_that_undercuts_a_floor_is_a_fault_of_its_line(tmp_path: Path) -> None:
    text = (
        '[policy]\ntags = ["health"]\n'
        '[[retention]]\nlabel = "public;health"\nfloor_days = 3650\n'
        '[[retention]]\nlabel = "confidential"\nrecord_days = 90\n'
    )
    (fault,) = faults(tmp_path, text)
    assert fault == (
        "freehold.toml:8: record_days is 90, and records labelled confidential;health are to be kept for 3650; "
        "give 3650 or more, or a [[retention]] for 'confidential;health' that does"
    )
    assert read(tmp_path, text + '[[retention]]\nlabel = "confidential;health"\nrecord_days = 3650\n')


def test_a_table_may_not_undercut_itself(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, '[[retention]]\nlabel = "internal"\nrecord_days = 10\nfloor_days = 11\n')
    assert fault.startswith("freehold.toml:3: record_days is 10, and records labelled internal are to be kept for 11")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('label = "secret"', "freehold.toml:2: 'secret' is not a level"),
        ('label = "internal;heath"', "freehold.toml:2: the tag 'heath' is not declared"),
        ("text_days = 3", "freehold.toml:1: [[retention]] has no 'label'"),
        ('label = "internal"\ntext_days = -1', "freehold.toml:3: text_days is -1; give a number from 0 to 36500"),
        (
            'label = "internal"\nrecord_days = 1.5',
            "freehold.toml:3: [[retention]] record_days is a number with decimals",
        ),
        ('label = "internal"\ncapture = false\ntext_days = 3', "freehold.toml:4: text that is not captured"),
        ('label = "internal"\nrecords_days = 3', "freehold.toml:3: 'records_days' is not a key of [[retention]]"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    assert any(fault.startswith(message) for fault in faults(tmp_path, f"[[retention]]\n{line}\n"))
