"""The audit log put together: what writes it, what seals it, who is shown it, and how it is read."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from freehold import __version__
from freehold.config import Config
from freehold.core.errors import SetupError
from freehold.core.label import Label
from freehold.core.target import Target
from freehold.ledger.audit.folder import Folder
from freehold.ledger.audit.leaf import Leaf, configuration_leaves, note
from freehold.ledger.audit.log import Log, NoLog
from freehold.ledger.audit.note import PublicKey
from freehold.ledger.audit.sealer import Sealer
from freehold.ledger.audit.signing import KEY_FILE, LogKey
from freehold.ledger.audit.tiles import CHECKPOINT
from freehold.ledger.audit.witness import FileWitness, GitWitness, Post, ServiceWitness, Witness, attend
from freehold.providers.egress import Egress
from freehold.stores.keyfile import keyfile

FOLDER_NAME = "audit"
_MOST_ANSWER = 64 * 1024
_AFTER_READY = 0.3
"""Seconds that the reading of the key leaves to the start of everything else."""


class Trail:
    """The audit log of one data directory."""

    def __init__(self, config: Config, connect: Callable[[], sqlite3.Connection], egress: Egress) -> None:
        self._data = config.server.data_dir
        self._settings = config.audit
        self._egress = egress
        self._noted: str | None = None
        self._signer: LogKey | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._tell: Callable[..., None] | None = None
        self.folder = Folder(self._data / FOLDER_NAME)
        self.sealer = Sealer(connect, self.folder, self.signer, self._is_new) if config.audit.enabled else None

    def signer(self) -> LogKey:
        """The key of this log, made at the first call; raises `SetupError`, also where the key of a log is gone."""
        if self._signer is None:
            if self._is_new() and self.folder.fetch(CHECKPOINT) is not None:
                raise SetupError(
                    f"{self._data / KEY_FILE} is gone, and another key cannot go on with the log in {self.folder.path};"
                    " bring it back from a backup, or put that folder aside, so that a log begins anew"
                )
            self._signer = LogKey(keyfile(self._data, KEY_FILE))
        return self._signer

    def _is_new(self) -> bool:
        return not (self._data / KEY_FILE).exists()

    def opening(self, revision: str, targets: Sequence[Target]) -> list[Leaf]:
        """What the log says of a start, and of the rules that are in force from then on."""
        self._noted = revision
        return [note("start", freehold=__version__), *configuration_leaves(revision, targets)]

    def configured(self, revision: str, targets: Sequence[Target]) -> None:
        """Say, once it has begun, which rules are in force, unless it has said so last."""
        if self._tell is not None and revision != self._noted:
            self._noted = revision
            self._tell(*configuration_leaves(revision, targets))

    def start(self, tell: Callable[..., None]) -> None:
        """Begin to seal, and to show the witness what was sealed; `tell` writes leaves."""
        if self.sealer is None:
            return
        self._tell = tell
        self.sealer.start()
        self._tasks.append(asyncio.create_task(self._introduce(tell)))
        if (witness := self._witness()) is not None:
            self._tasks.append(asyncio.create_task(attend(witness, self.latest, self._settings.every)))

    async def close(self) -> None:
        """Say, where it began, that it ends in good order; before the ledger is closed."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        if self._tell is not None:
            self._tell(note("stop", freehold=__version__))

    async def stop(self) -> None:
        """Seal what there is, and end; after the ledger was closed."""
        if self.sealer is not None:
            await asyncio.to_thread(self.sealer.stop)

    async def _introduce(self, tell: Callable[..., None]) -> None:
        """Say by which key the log is signed, a moment later: to read it takes longer than all else of a start."""
        await asyncio.sleep(_AFTER_READY)
        try:
            signer = await asyncio.to_thread(self.signer)
        except SetupError:
            return  # The sealer needs the key too, and tells.
        tell(note("key", vkey=signer.key.vkey))

    def seal(self) -> None:
        """Seal at once what has been written down, for who reads the log next."""
        if self.sealer is not None:
            self.sealer.seal()

    def log(self) -> Log:
        """The log as it was sealed last; raises `NoLog`, `Broken` or `BadNote`."""
        return Log.open(self.folder.fetch, self.signer().key)

    def latest(self) -> Log | None:
        """The same; `None` where there is none yet."""
        try:
            return self.log()
        except NoLog:
            return None

    def trouble(self) -> str | None:
        """What keeps the log from being sealed; `None` while all is well."""
        return None if self.sealer is None else self.sealer.trouble

    def warnings(self) -> list[str]:
        """What keeps the log from being sealed, and what was found gone at the start, though requests go on."""
        trouble, notice = self.trouble(), None if self.sealer is None else self.sealer.notice
        waits = [f"the audit log cannot be sealed, and leaves wait: {trouble}"] if trouble else []
        return [*waits, *([notice] if notice else [])]

    def _witness(self) -> Witness | None:
        """Who is shown the checkpoints."""
        said = self._settings.witness
        if said is None:
            return None
        if "://" in said:
            key = PublicKey.parse(self._settings.witness_key or "")
            return ServiceWitness(_posting(self._egress, said), key, self.folder)
        path = Path(said)
        return GitWitness(path) if path.is_dir() else FileWitness(path)


def _posting(egress: Egress, url: str) -> Post:
    """POSTs to the witness at an address that only the configuration names. Redirects are not followed."""
    there = Target("audit-witness", "", url.rstrip("/"), "openai", Label.parse("public"), provider="witness")

    async def post(body: bytes) -> tuple[int, bytes]:
        async with egress.send(there, "/add-checkpoint", body) as call:
            return call.status, await call.read_all(_MOST_ANSWER)

    return post
