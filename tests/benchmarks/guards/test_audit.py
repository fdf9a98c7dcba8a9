"""The log that is measured is one that holds, and is as long as is said."""

from __future__ import annotations

from pathlib import Path

from benchmarks.guards.audit import write_log
from freehold.ledger.audit.folder import Folder
from freehold.ledger.audit.verify import verify


def test_the_log_that_is_measured_holds(tmp_path: Path) -> None:
    log = Folder(tmp_path)
    key = write_log(log, 700)
    verdict = verify(log.fetch, key)
    assert (verdict.faults, verdict.size) == ([], 700)
    bundle = tmp_path / "tile/entries/001"
    bundle.write_bytes(bundle.read_bytes().replace(b'"cost":300', b'"cost":301'))
    assert not verify(log.fetch, key).holds
