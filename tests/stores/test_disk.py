from __future__ import annotations

import errno
import logging
from pathlib import Path

import pytest

from freehold.core.errors import TooLarge, Unavailable
from freehold.stores import disk


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_to_the_caller_and_in_one_line_of_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    caplog.set_level(logging.WARNING)
    with pytest.raises(Unavailable, match=r"is full \(\d+ MB are free\); free some space"), disk.kept(tmp_path):
        raise OSError(number, "No room")
    (record,) = caplog.records
    assert "the disk of the data directory is full" in record.getMessage()
    assert record.exc_info is None


def test_another_fault_of_the_disk_names_it(tmp_path: Path) -> None:
    said = "Read-only file system; check the data directory's owner"
    with pytest.raises(Unavailable, match=said), disk.kept(tmp_path):
        raise OSError(errno.EROFS, "Read-only file system")


def test_what_is_no_fault_of_the_disk_passes(tmp_path: Path) -> None:
    with pytest.raises(TooLarge), disk.kept(tmp_path):
        raise TooLarge("too much")
