"""Files of vectors."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest

from freehold.knowledge.library.matrix import Matrix, remove


@pytest.fixture
def matrix(tmp_path: Path) -> Matrix:
    return Matrix(tmp_path / "vectors.f32", 3)


def rows(*firsts: float) -> np.ndarray:
    return np.array([[first, 2, 3] for first in firsts], np.float32)


def test_rows_are_read_where_they_were_written(matrix: Matrix) -> None:
    matrix.write([0, 5, 2], rows(1, 6, 3))
    assert matrix.rows(6)[:, 0].tolist() == [1, 0, 3, 0, 0, 6]
    assert matrix.rows(2).shape == (2, 3)


def test_what_is_written_later_is_seen_through_the_same_map(matrix: Matrix) -> None:
    matrix.write([0], rows(1))
    seen = matrix.rows(1)
    matrix.write([0], rows(9))
    assert seen[0, 0] == 9


def test_the_map_grows_with_the_file(matrix: Matrix) -> None:
    matrix.write([0], rows(1))
    assert len(matrix.rows(1)) == 1
    far = matrix.length() + 10
    Matrix(matrix.path, 3).write([far], rows(7))
    assert matrix.rows(far + 1)[far, 0] == 7


def test_without_a_file_there_are_no_rows(matrix: Matrix) -> None:
    assert (matrix.length(), len(matrix.rows(4))) == (0, 0)
    matrix.clear([1])
    assert not matrix.path.exists()


def test_cleared_rows_leave_nothing_behind(matrix: Matrix) -> None:
    matrix.write([0, 1], rows(1.5, 2.5))
    matrix.clear([0])
    content = matrix.path.read_bytes()
    assert rows(1.5).tobytes() not in content
    assert rows(2.5).tobytes() in content


def test_it_is_its_owners_alone_and_its_room_is_real(matrix: Matrix) -> None:
    matrix.write([0], rows(1))
    found = matrix.path.stat()
    assert stat.S_IMODE(found.st_mode) == 0o600
    assert found.st_blocks * 512 >= found.st_size


def test_a_removed_file_was_overwritten_first(matrix: Matrix) -> None:
    matrix.write([0], rows(1.5))
    with matrix.path.open("rb") as held:
        remove(matrix.path)
        assert not matrix.path.exists()
        assert held.read().strip(b"\0") == b""


def test_rows_cannot_be_changed_by_who_reads_them(matrix: Matrix) -> None:
    matrix.write([0], rows(1))
    with pytest.raises(ValueError, match="read-only"):
        matrix.rows(1)[0, 0] = 5


def test_no_descriptor_stays_open(matrix: Matrix) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for at in range(20):
        matrix.write([at], rows(1))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
