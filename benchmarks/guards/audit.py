"""What the audit log costs: throughput beside that of the same Freehold without it, and the time to check a long log.

A log of a million leaves is made in a folder and checked from there.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.goals import Row
from benchmarks.guards.beside import beside
from freehold.core.target import Secret
from freehold.ledger.audit.edge import Edge
from freehold.ledger.audit.folder import Folder
from freehold.ledger.audit.leaf import Body, Leaf, Sent, canonical, placed
from freehold.ledger.audit.note import Checkpoint, PublicKey, sign_checkpoint
from freehold.ledger.audit.signing import LogKey
from freehold.ledger.audit.tiles import CHECKPOINT
from freehold.ledger.audit.verify import verify

_ENABLED = "FREEHOLD_AUDIT_ENABLED"
_LEAVES = 1_000_000
_TOGETHER = 50_000
_NS = 1_000_000_000


def run(_data: Path | None = None) -> Iterator[Row]:
    """All rows; two minutes."""
    with tempfile.TemporaryDirectory(prefix="freehold-audit-") as folder:
        yield from beside("the audit log", {_ENABLED: "true"}, {_ENABLED: "false"}, 0.95)
        yield from _verified(Path(folder))


def _verified(folder: Path) -> Iterator[Row]:
    log = Folder(folder / "log")
    key = write_log(log, _LEAVES)
    began = time.perf_counter()
    verdict = verify(log.fetch, key)
    seconds = time.perf_counter() - began
    if not verdict.holds or verdict.size != _LEAVES:
        raise RuntimeError(f"a log that was just made does not hold: {verdict.faults}")
    yield "seconds to verify 1,000,000 leaves", "from files", seconds, 60.0


def write_log(log: Folder, size: int) -> PublicKey:
    """Write a log of so many requests of one attempt each; returns the key it is signed with."""
    signer, edge = LogKey(Secret("5a" * 32)), Edge(0, [], [])
    start = 1_790_000_000 * _NS
    for first in range(0, size, _TOGETHER):
        some = range(first, min(size, first + _TOGETHER))
        for tile, data in edge.grow([placed(_leaf(index), index, start + index) for index in some]):
            path = log.path / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    checkpoint = Checkpoint(signer.key.name, size, edge.root)
    log.put(CHECKPOINT, sign_checkpoint(checkpoint, (start + size - 1) // _NS, signer).encode())
    return signer.key


def _leaf(index: int) -> Leaf:
    attempt = Sent(
        bytes=2000 + index % 1000,
        cleared="internal",
        label="internal",
        number=1,
        owned=True,
        sha256=f"{index:064x}",
        status=200,
        target="local/qwen3-4b",
    )
    body = Body(
        attempts=(attempt,),
        cost=index,
        ending="completed",
        id=f"fh_{index:032x}",
        key="key_0123456789ab",
        label="internal",
        revision="0123456789ab",
        route="auto",
        started=1_790_000_000 * _NS + index,
        status=200,
    )
    return Leaf("exchange", canonical(body))
