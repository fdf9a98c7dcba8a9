"""What a training has embedded: found again by its texts alone, whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np

from freehold.evaluate.router.draft import Draft

SOME = np.arange(6, dtype=np.float32).reshape(2, 3)


def test_vectors_are_found_again_by_their_texts_and_space(tmp_path: Path) -> None:
    draft = Draft(tmp_path / "routers", "tn_1")
    draft.put("small/one", ["a", "b"], SOME)
    found = Draft(tmp_path / "routers", "tn_1").get("small/one", ["a", "b"])
    assert found is not None
    assert found.tolist() == SOME.tolist()
    for space, texts in (("small/two", ["a", "b"]), ("small/one", ["a"]), ("small/one", ["ab", ""])):
        assert draft.get(space, texts) is None
    assert Draft(tmp_path / "routers", "tn_2").get("small/one", ["a", "b"]) is None


def test_only_this_user_may_read_them_and_nothing_is_left(tmp_path: Path) -> None:
    one, other = Draft(tmp_path, "tn_1"), Draft(tmp_path, "tn_2")
    one.put("s", ["a", "b"], SOME)
    other.put("s", ["a", "b"], SOME)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    one.clear()
    assert one.get("s", ["a", "b"]) is None
    assert other.get("s", ["a", "b"]) is not None


def test_what_is_damaged_is_as_good_as_absent(tmp_path: Path) -> None:
    draft = Draft(tmp_path, "tn_1")
    draft.put("s", ["a", "b"], SOME)
    [path] = tmp_path.iterdir()
    for content in (b"", b"no array", path.read_bytes()[:-4]):
        path.write_bytes(content)
        assert draft.get("s", ["a", "b"]) is None
