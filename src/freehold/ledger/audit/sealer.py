"""Seals leaves: a thread of its own moves them from the database into tiles, and signs. Nobody ever waits for it.

The order is what makes a crash harmless. Tiles first, flushed; then the checkpoint, which is what counts; only then are
the leaves taken out of the database. Whatever comes in between is done again, with the same bytes, at the next start.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing

from freehold.core.errors import SetupError
from freehold.ledger.audit import journal
from freehold.ledger.audit.edge import Edge
from freehold.ledger.audit.folder import KEY_NAME, Folder, checkpoint_of
from freehold.ledger.audit.journal import Row
from freehold.ledger.audit.leaf import head_of
from freehold.ledger.audit.note import Checkpoint, Signer, open_checkpoint, sign_checkpoint
from freehold.ledger.audit.tiles import CHECKPOINT, Broken, Tile, Tiles
from freehold.ledger.moments import NS

_LOG = logging.getLogger(__name__)

_EVERY_SECONDS = 1.0
"""How long leaves wait for company at most, while the disk is willing."""
_ENOUGH = 8192
"""Leaves for which nothing is waited for, and that one round takes, give or take a row. Each round costs as much as
hundreds of leaves, most of it waits for the disk."""
_RETRY_SECONDS = 5.0
MOST_BEHIND = 65_536
"""Leaves that may wait to be sealed, beyond which no request is taken: what is not sealed is not proved."""

_FAULTS = (SetupError, ValueError)
"""What files that are not as they were left come to, the key's among them."""


class Sealer:
    """The log of one folder and one database. `grown` may be called from any thread."""

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        folder: Folder,
        signer: Callable[[], Signer],
        is_new: Callable[[], bool] = lambda: False,
    ) -> None:
        """`is_new`: whether no key was made yet; a folder without files is then a log that begins, not one gone."""
        self.folder = folder
        self.trouble: str | None = None
        """What keeps the log from being sealed; `None` while all is well."""
        self.notice: str | None = None
        """What was found at the start to be gone from the database, though the log is whole."""
        self._connect = connect
        self._signer = signer
        self._is_new = is_new
        self._handed: deque[Row] = deque()
        """What was told by `grown` and not looked at yet, so that it need not be read back."""
        self._edge: Edge | None = None
        self._last: Checkpoint | None = None
        self._next = 0
        self._sealed = 0
        self._wanted = threading.Event()
        self._enough = threading.Event()
        self._stopping = False
        self._one = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="audit-sealer", daemon=True)

    @property
    def behind(self) -> int:
        """How many leaves wait to be sealed."""
        return self._next - self._sealed

    def begin(self) -> None:
        """Bring the database and the files together after a crash or a restored backup; before any leaf is written.

        Raises `sqlite3.Error`; files that cannot be read are `trouble`, and told at the first attempt to seal.
        """
        with closing(self._connect()) as connection:
            try:
                size, at = self._end()
                if size == 0 and self._is_new() and (count := journal.first(connection)):
                    _LOG.warning(
                        "a new audit log begins: of the one before, of %d leaves, no file and no key is here", count
                    )
                    journal.begin_anew(connection)
                self._sealed = size
                if (known := journal.where(connection)[0]) < size:
                    sealed = Tiles(self.folder.fetch, size)
                    journal.go_on(connection, size, at, lambda index, leaf: sealed.leaf(index) == leaf)
                    self.notice = (
                        f"the database is from an earlier time than the audit log: it knew of {known} leaves, and the"
                        f" log has {size}. The log goes on, and says so in leaf {size}; the record lacks what was"
                        " asked in between. Bring the latest database back if there is one"
                    )
                    _LOG.error("%s", self.notice)
            except _FAULTS as error:
                self._tell(str(error))
                self._sealed = journal.first(connection)
            self._next = journal.where(connection)[0]

    def start(self) -> None:
        """Begin to seal whatever `grown` tells of."""
        self._thread.start()
        if self.behind:
            self._wanted.set()

    def grown(self, rows: Sequence[Row]) -> None:
        """These leaves are in the database, and the last there are. Returns at once."""
        self._handed.extend(rows)
        self._next = rows[-1].end
        self._wanted.set()
        if self.behind >= _ENOUGH:
            self._enough.set()

    def stop(self) -> None:
        """Seal what there is, once, and end."""
        self._stopping = True
        self._wanted.set()
        self._enough.set()
        if self._thread.is_alive():
            self._thread.join()
        if self.behind:
            self.seal()

    def seal(self) -> str | None:
        """Seal all that stands in the database; returns the trouble there is, which is also remembered and logged."""
        with self._one:
            try:
                with closing(self._connect()) as connection:
                    # Leaves hold nobody's words, and to overwrite what was removed costs more than all else here.
                    connection.execute("PRAGMA secure_delete=OFF")
                    connection.execute("PRAGMA wal_autocheckpoint=0")
                    # What comes meanwhile has its own time, or under load one small round would follow on another.
                    until = self._next
                    while self._round(connection) and self._sealed < until:
                        pass
            except (OSError, sqlite3.Error, *_FAULTS) as error:
                self._edge = None  # what is on the disk is looked at anew
                self._tell(str(error))
            else:
                if self.trouble is not None:
                    _LOG.warning("the audit log can be sealed again")
                self.trouble = None
            return self.trouble

    def _run(self) -> None:
        while not self._stopping:
            self._wanted.wait()
            self._enough.wait(_EVERY_SECONDS if self.trouble is None else _RETRY_SECONDS)
            self._wanted.clear()
            self._enough.clear()
            if self._stopping:
                return
            if self.seal() is not None:
                self._wanted.set()

    def _round(self, connection: sqlite3.Connection) -> bool:
        """Seal some leaves; returns whether there may be more."""
        edge = self._edge or self._open()
        held = self._held(connection, edge.size)
        fresh = self._fresh(held, edge.size)
        if fresh:
            # A loss of power may then set back neither below the other.
            journal.flush(connection)
            self._write(edge, fresh)
        elif not held:
            self._edge, self._sealed = edge, edge.size
            return False
        journal.drop(connection, edge.size)
        return True

    def _held(self, connection: sqlite3.Connection, size: int) -> list[Row]:
        """What is to be sealed: what was handed over, and where that is not what comes next, what the database has.

        Where the files were opened just now, the database may hold more than that, and all of it must fit them.
        """
        handed = [self._handed.popleft() for _ in range(len(self._handed))]
        follows = self._edge is not None and handed and handed[0].first == size
        return handed if follows else journal.held(connection, _ENOUGH)

    def _fresh(self, held: list[Row], size: int) -> list[bytes]:
        """The leaves that are not sealed yet; raises `Broken` where they do not follow on those that are."""
        fresh: list[bytes] = []
        for first, leaves in held:
            if first < size:
                self._compare(first, leaves, size)
            elif first == size + len(fresh):
                fresh += leaves
            else:
                raise Broken(
                    f"the log ends at leaf {size + len(fresh)}, and the next one in the database is {first}: the files"
                    f" in {self.folder.path} are from an earlier time; bring the latest back"
                )
        return fresh

    def _compare(self, first: int, leaves: list[bytes], size: int) -> None:
        """Hold leaves that were sealed already, as after a crash, against those in the files."""
        sealed = Tiles(self.folder.fetch, size)
        for index, leaf in enumerate(leaves, first):
            if index >= size or sealed.leaf(index) != leaf:
                raise Broken(
                    f"leaf {index} in the database is another than the one that was sealed: one of the two was brought"
                    " back from an earlier time; bring both back from one backup"
                )

    def _write(self, edge: Edge, fresh: list[bytes]) -> None:
        written: list[Tile] = []
        self._edge = None  # until all of it is on the disk
        for tile, data in edge.grow(fresh):
            self.folder.put(tile.path, data)
            written.append(tile)
        self.folder.settle([tile.path for tile in written])
        signer = self._signer()
        checkpoint = Checkpoint(signer.key.name, edge.size, edge.root)
        at = head_of(fresh[-1]).at
        self.folder.replace(CHECKPOINT, sign_checkpoint(checkpoint, at // NS, signer).encode())
        self._edge, self._last, self._sealed = edge, checkpoint, edge.size
        for tile in written:
            self.folder.tidy(tile)

    def _open(self) -> Edge:
        """The edge as it is on the disk; raises `Broken` or `BadNote` where it is not what was signed."""
        signer = self._signer()
        note = checkpoint_of(self.folder)
        if note is None:
            self.folder.replace(KEY_NAME, (signer.key.vkey + "\n").encode())
            return Edge(0, [], [])
        checkpoint = open_checkpoint(note, signer.key).checkpoint
        if self._last is not None and checkpoint != self._last:
            raise Broken(f"the checkpoint in {self.folder.path} is not the one that was written last")
        edge = Edge.read(self.folder.fetch, checkpoint.size)
        if edge.root != checkpoint.root:
            raise Broken(
                f"the tiles in {self.folder.path} do not add up to the checkpoint; 'freehold audit verify' says where"
            )
        return edge

    def _end(self) -> tuple[int, int]:
        """How many leaves are sealed, and the time of the last; no signature is looked at."""
        note = checkpoint_of(self.folder)
        if note is None:
            return 0, 0
        size = Checkpoint.parse(note.partition("\n\n")[0] + "\n").size
        return size, head_of(Tiles(self.folder.fetch, size).leaf(size - 1)).at if size else 0

    def _tell(self, what: str) -> None:
        if what != self.trouble:
            _LOG.error("the audit log cannot be sealed: %s", what)
        self.trouble = what
