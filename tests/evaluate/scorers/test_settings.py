from __future__ import annotations

import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.scorers.settings import none, one_of


def test_settings_are_read_strictly() -> None:
    none("exact", "")
    assert one_of("contains", "all", ("", "all")) == "all"
    with pytest.raises(BadRequest, match="exact:x cannot be read"):
        none("exact", "x")
    with pytest.raises(BadRequest, match="write contains or contains:all"):
        one_of("contains", "x", ("", "all"))
