from __future__ import annotations

from typing import Any

import msgspec
import pytest

from freehold.backup.manifest import FORMAT, Entry, Manifest, decoded
from freehold.core.errors import SetupError

GOOD = Manifest(
    format=FORMAT,
    freehold="1.0",
    made="2026-01-02T03:04:05+00:00",
    revision="0006",
    library=None,
    documents="none",
    entries=(Entry("freehold.db", 7, "ab"), Entry("audit.key", 65, "cd")),
)


def test_it_is_read_as_it_was_written() -> None:
    assert decoded(msgspec.json.encode(GOOD)) == GOOD
    assert GOOD.size == 72


def test_a_later_format_is_told_from_damage() -> None:
    later = msgspec.to_builtins(GOOD) | {"format": FORMAT + 1, "entries": "unlike today's"}
    with pytest.raises(SetupError, match="newer Freehold"):
        decoded(msgspec.json.encode(later))


@pytest.mark.parametrize(
    "change",
    [
        {"entries": [{"name": "../up", "size": 1, "sha256": ""}]},
        {"entries": [{"name": "freehold.db", "size": -1, "sha256": ""}]},
        {"entries": [{"name": "freehold.db", "size": 1, "sha256": ""}] * 2},
        {"entries": [{"name": "freehold.db", "size": "many", "sha256": ""}]},
        {"documents": "elsewhere"},
        {"format": "one"},
    ],
)
def test_one_that_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(SetupError, match="damaged, or no backup"):
        decoded(msgspec.json.encode(msgspec.to_builtins(GOOD) | change))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b"null"])
def test_bytes_that_are_none_are_refused(data: bytes) -> None:
    with pytest.raises(SetupError, match="damaged, or no backup"):
        decoded(data)
