"""What of a data directory is backed up, by name.

Left out are what can be fetched again (``models``, ``gliner``), what only a running process needs (``instance.lock``,
``endpoint.json``, ``incoming``), and ``logs``. An archive may hold files of these names and of no other, so that none
can lead out of the directory that it is restored to.
"""

from __future__ import annotations

import re

from freehold.ledger.audit.folder import COSIGNED_NAME, KEY_NAME
from freehold.ledger.audit.tiles import CHECKPOINT, Tile
from freehold.stores.sqlite import FILE_NAME

LEDGER = FILE_NAME
LIBRARY = "knowledge/library/library.db"
VECTORS = "knowledge/library/vectors-*.f32"
JOBS = "knowledge/jobs.db"
WAITING = "knowledge/incoming/*"
"""Documents that were sent and not read yet."""
FILES = "files/file-*.json"
KEYS = "*.key"
AUDIT = "audit"
CONFIGURATION = "configuration.toml"

DATABASES = (LEDGER, LIBRARY, JOBS)

TOPS = frozenset({LEDGER, f"{LEDGER}-wal", f"{LEDGER}-shm", AUDIT, "knowledge", "files", CONFIGURATION})
"""What a restored directory gets at its top, beside its key files; what stands there is put aside, and nothing else."""

_PLAIN = re.compile(
    r"freehold\.db|configuration\.toml|[a-z]+\.key"
    r"|knowledge/(?:jobs\.db|incoming/[0-9a-f]{64}|library/(?:library\.db|vectors-\d{1,9}\.f32))"
    r"|files/file-[0-9a-f]{24}\.(?:json|bin)",
    re.ASCII,
)
_BESIDE_TILES = frozenset({CHECKPOINT, KEY_NAME, COSIGNED_NAME})


def is_part(name: str) -> bool:
    """Whether a backup may hold a file of this name.

    >>> is_part("freehold.db"), is_part("audit/tile/0/000.p/3"), is_part("../freehold.db"), is_part("models/x.gguf")
    (True, True, False, False)
    """
    folder, _, rest = name.partition("/")
    if folder == AUDIT and rest:
        return rest in _BESIDE_TILES or Tile.parse(rest) is not None
    return _PLAIN.fullmatch(name) is not None


def is_top(name: str) -> bool:
    """Whether something of this name at the top of a data directory is what a backup holds."""
    return name in TOPS or (name.endswith(".key") and is_part(name))
