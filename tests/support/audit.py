"""Audit logs for tests: made in a folder or in memory, of leaves that say little."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from freehold.core.target import Secret
from freehold.ledger.audit.edge import Edge
from freehold.ledger.audit.folder import KEY_NAME, Folder
from freehold.ledger.audit.leaf import Body, Leaf, Sent, canonical, note, placed
from freehold.ledger.audit.note import Checkpoint, sign_checkpoint
from freehold.ledger.audit.signing import LogKey
from freehold.ledger.audit.tiles import CHECKPOINT

NS = 1_000_000_000
START = 1_790_000_000 * NS
KEY = LogKey(Secret("11" * 32))
OTHER = LogKey(Secret("22" * 32))


def exchange_id(number: int) -> str:
    return f"fh_{START // 1_000_000 + number:012x}{number:020x}"


def sent(**changes: Any) -> Sent:
    """An attempt at an owned target that went well."""
    whole: dict[str, Any] = {
        "bytes": 100,
        "cleared": "restricted",
        "label": "internal",
        "number": 1,
        "owned": True,
        "sha256": "ab" * 32,
        "status": 200,
        "target": "home",
    }
    return Sent(**(whole | changes))


def exchange(number: int = 0, *attempts: Sent, **changes: Any) -> Leaf:
    whole: dict[str, Any] = {
        "attempts": attempts or (sent(),),
        "ending": "completed",
        "id": exchange_id(number),
        "key": "key_ann",
        "label": "internal",
        "revision": "r1",
        "started": START + number,
    }
    return Leaf("exchange", canonical(Body(**(whole | changes))))


def placed_all(leaves: Sequence[Leaf], *, step: int = NS) -> list[bytes]:
    """The leaves at their places, each `step` nanoseconds after the one before."""
    return [placed(leaf, index, START + index * step) for index, leaf in enumerate(leaves)]


def some(count: int) -> list[bytes]:
    """So many leaves at their places."""
    return placed_all([exchange(number) for number in range(count)])


def signed(leaves: Sequence[bytes], time: int | None = None, key: LogKey = KEY) -> str:
    """The checkpoint of these leaves; its time is that of the last, where none is given."""
    edge = Edge(0, [], [])
    list(edge.grow(leaves))
    return sign_checkpoint(Checkpoint(key.key.name, edge.size, edge.root), _time(leaves) if time is None else time, key)


def written(path: Path, leaves: Sequence[bytes], time: int | None = None, key: LogKey = KEY) -> Folder:
    """A log of these leaves in a folder."""
    folder, edge = Folder(path), Edge(0, [], [])
    path.mkdir(parents=True, exist_ok=True)
    for tile, data in edge.grow(leaves):
        folder.put(tile.path, data)
    (path / KEY_NAME).write_text(key.key.vkey + "\n")
    (path / CHECKPOINT).write_text(signed(leaves, time, key))
    return folder


def noted(kind: str, **body: Any) -> Leaf:
    return note(kind, **body)


def _time(leaves: Sequence[bytes]) -> int:
    return START // NS + len(leaves) - 1 if leaves else 0
