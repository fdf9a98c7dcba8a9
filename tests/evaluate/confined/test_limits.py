from __future__ import annotations

import msgspec
import pytest

from freehold.evaluate.confined.limits import Limits


@pytest.mark.parametrize(
    "changes", [{"cpu_s": 1}, {"wall_s": 1.0}, {"memory_mb": 64}, {"file_mb": 1}, {"open_files": 9}]
)
def test_whatever_a_verdict_may_depend_on_is_named(changes: dict[str, float]) -> None:
    assert msgspec.structs.replace(Limits(), **changes).named != Limits().named
