"""Where an audit log is read: in a folder, for which no Freehold is needed, or from the Freehold that is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from freehold.cli.client import Client
from freehold.cli.errors import CommandFailed, Refused, UsedWrongly
from freehold.cli.reach import Where, reach
from freehold.ledger.audit.beside import false_key, unread
from freehold.ledger.audit.folder import KEY_NAME, Folder
from freehold.ledger.audit.log import Log, NoLog
from freehold.ledger.audit.note import BadNote, PublicKey
from freehold.ledger.audit.tiles import CHECKPOINT, Broken, Fetch
from freehold.ledger.audit.verify import Verdict, verify

_AS_PRINTED = "give it as 'freehold audit key' prints it"


class Source:
    """A log that can be read, and the key it is checked with."""

    def __init__(
        self, fetch: Fetch, key: PublicKey, *, trusted: bool, folder: Folder | None = None, waits: str | None = None
    ) -> None:
        self.fetch = fetch
        self.key = key
        self.trusted = trusted
        """Whether the key came another way than the log."""
        self._folder = folder
        """Where its files are; `None` where a Freehold hands them out."""
        self._waits = waits
        """Why that Freehold cannot seal what it has written down since."""

    def open(self) -> Log:
        """The log, with its newest checkpoint; raises `CommandFailed` where it cannot be relied on."""
        try:
            return Log.open(self.fetch, self.key)
        except (NoLog, Broken, BadNote) as error:
            raise CommandFailed(f"{error}; 'freehold audit verify' says more") from error

    def verify(self, earlier: Sequence[str] = (), witnesses: Sequence[PublicKey] = ()) -> Verdict:
        """Check the log, and what is around it."""
        verdict = verify(self.fetch, self.key, earlier, witnesses)
        if self._waits is not None:
            verdict.add(f"what was written down since is not sealed: {self._waits}")
        if self._folder is not None and (fault := false_key(self._folder, self.key)) is not None:
            verdict.add(fault)
        return verdict

    def unread(self, size: int) -> list[str]:
        """The files beside a log of `size` leaves that are no part of it."""
        return unread(self._folder, size) if self._folder is not None and size else []


@contextmanager
def source(folder: Path | None, key: str | None, config: Path | None, data_dir: Path | None) -> Iterator[Source]:
    """A folder's log where one is named, else that of the Freehold that is meant, as long as it is read.

    `key`: the public key to check it with; without one, that beside the log. Raises `UsedWrongly`.
    """
    if folder is not None:
        yield _of_folder(folder, key)
        return
    with reach(Where(config, data_dir), "record") as client:
        told = client.get("/api/audit/key")
        public = public_key(key or told["vkey"], _AS_PRINTED)
        yield Source(_over(client), public, trusted=key is not None, waits=told.get("waits"))


def public_key(vkey: str, mend: str, option: str = "") -> PublicKey:
    """A key as the user gave it; raises `UsedWrongly`, which begins with the option and ends with the mend."""
    try:
        return PublicKey.parse(vkey)
    except BadNote as error:
        raise UsedWrongly(f"{option}{error}; {mend}") from error


def _of_folder(path: Path, key: str | None) -> Source:
    beneath = path / "audit"
    if not (path / CHECKPOINT).is_file() and (beneath / CHECKPOINT).is_file():
        path = beneath  # a whole data directory was named
    if not path.is_dir():
        raise UsedWrongly(f"{path} is no folder; name the one that holds the file 'checkpoint'")
    folder = Folder(path)
    beside = folder.fetch(KEY_NAME) if key is None else key.encode()
    if beside is None:
        raise UsedWrongly("the folder has no key in it; give the log's public key with --key")
    public = public_key(beside.decode("utf-8", "replace"), _AS_PRINTED)
    return Source(folder.fetch, public, trusted=key is not None, folder=folder)


def _over(client: Client) -> Fetch:
    def fetch(path: str) -> bytes | None:
        try:
            return client.fetch(f"/api/audit/{path}")
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    return fetch
