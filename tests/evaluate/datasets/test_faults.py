"""What is wrong with a file is told at once, up to a count."""

from __future__ import annotations

import pytest

from freehold.evaluate.datasets.faults import MOST_FAULTS, BadRows, Faults


def test_nothing_wrong_is_nothing_raised() -> None:
    Faults().check()


def test_all_faults_are_told_at_once() -> None:
    faults = Faults()
    faults.add("line 1", "it is odd; make it even")
    faults.add("line 3", "it is empty")
    with pytest.raises(BadRows) as raised:
        faults.check()
    assert raised.value.message.splitlines() == [
        "2 rows cannot be taken, so nothing of the file was:",
        "  line 1: it is odd; make it even",
        "  line 3: it is empty",
    ]
    assert raised.value.faults == (("line 1", "it is odd; make it even"), ("line 3", "it is empty"))


def test_a_file_that_is_wrong_as_a_whole_is_not_read_to_its_end() -> None:
    faults = Faults()
    for line in range(MOST_FAULTS - 1):
        faults.add(f"line {line}", "no")
    with pytest.raises(BadRows, match="100 or more rows cannot") as raised:
        faults.add("line 99", "no")
    assert raised.value.message.splitlines()[-1] == "  and 80 more, and perhaps others after them"
