"""A log as its reader has it: a checkpoint whose signatures hold, and leaves with proofs that they are in it.

It needs files and a public key, and neither Freehold nor a network: `Fetch` may read a folder or ask over HTTP.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import chain
from typing import Any

import msgspec

from freehold.ledger.audit.leaf import VERSION, Head, head_of
from freehold.ledger.audit.note import Checkpoint, Opened, PublicKey, open_checkpoint
from freehold.ledger.audit.tiles import CHECKPOINT, WIDTH, Broken, Fetch, Tiles
from freehold.ledger.audit.tree import Hash, consistency_proof, inclusion_proof, leaf_hash

_MS = 1_000_000


class NoLog(ValueError):
    """There is no log here, or none yet."""


class NoLeaf(ValueError):
    """The log has no such leaf."""


class Proof(msgspec.Struct, frozen=True):
    """That a leaf is in the tree of a checkpoint: what `tree.included` wants."""

    index: int
    leaf: bytes
    hashes: list[Hash]
    note: str
    """The checkpoint, signed."""

    @property
    def text(self) -> str:
        """As C2SP's tlog-proof has it (https://c2sp.org/tlog-proof), with the leaf itself as extra data."""
        lines = "".join(f"{_base64(each)}\n" for each in self.hashes)
        return f"c2sp.org/tlog-proof@v1\nextra {_base64(self.leaf)}\nindex {self.index}\n{lines}\n{self.note}"

    @property
    def json(self) -> dict[str, Any]:
        """The same as JSON; hashes and the leaf are base64."""
        checkpoint = Checkpoint.parse(self.note.partition("\n\n")[0] + "\n")
        return {
            "index": self.index,
            "size": checkpoint.size,
            "leaf": _base64(self.leaf),
            "leaf_hash": _base64(leaf_hash(self.leaf)),
            "hashes": [_base64(each) for each in self.hashes],
            "root": _base64(checkpoint.root),
            "checkpoint": self.note,
        }


class Log:
    """One log at one checkpoint."""

    def __init__(self, note: str, opened: Opened, fetch: Fetch) -> None:
        self.note = note
        self.opened = opened
        self.checkpoint = opened.checkpoint
        self.fetch = fetch
        self.tiles = Tiles(fetch, opened.checkpoint.size)

    @classmethod
    def open(cls, fetch: Fetch, key: PublicKey) -> Log:
        """The log at its latest checkpoint; raises `NoLog` where it has none, `Broken` or `BadNote` for a bad one."""
        data = fetch(CHECKPOINT)
        if data is None:
            raise NoLog("there is no checkpoint, and so no log yet")
        try:
            note = data.decode()
        except UnicodeDecodeError:
            raise Broken("the checkpoint is no text") from None
        return cls(note, open_checkpoint(note, key), fetch)

    def __len__(self) -> int:
        return self.checkpoint.size

    def proof(self, index: int) -> Proof:
        """That the leaf is in the log; raises `ValueError` where there is none, `Broken` for files at fault."""
        return Proof(index, self.tiles.leaf(index), inclusion_proof(index, len(self), self.tiles.stretch), self.note)

    def consistency(self, old: int) -> list[Hash]:
        """That the log goes on from its first `old` leaves; raises as `proof`."""
        return consistency_proof(old, len(self), self.tiles.stretch)

    def find(self, exchange_id: str) -> int | None:
        """The index of the leaf of an exchange; `None` where there is none.

        An id begins with the time at which its exchange began, and leaves stand in order of time; so the leaf comes
        after that time, but where the clock was set back meanwhile.
        """
        wanted = b'"id":%b' % msgspec.json.encode(exchange_id)
        first = self.first_bundle(_began(exchange_id))
        for number in chain(range(first, -(-len(self) // WIDTH)), reversed(range(first))):
            for place, leaf in enumerate(self.tiles.leaves(number)):
                if wanted in leaf:
                    return number * WIDTH + place
        return None

    def place(self, name: str) -> int:
        """The index of a leaf that is named by its exchange's id or by its index; raises `NoLeaf`."""
        if name.isascii() and name.isdigit() and len(name) < 16:
            if int(name) < len(self):
                return int(name)
            raise NoLeaf(f"the log has {len(self)} leaves, counted from 0")
        index = self.find(name)
        if index is None:
            raise NoLeaf(f"no leaf of the audit log is of a request {name[:80]!a}")
        return index

    def first_bundle(self, at: int) -> int:
        """The number of the first bundle that may hold a leaf of that time, in nanoseconds, or a later one."""
        low, high = 0, max(-(-len(self) // WIDTH) - 1, 0)
        while low < high:
            middle = (low + high) // 2
            leaves = self.tiles.leaves(middle)
            if read(leaves[-1], middle * WIDTH + len(leaves) - 1).at < at:
                low = middle + 1
            else:
                high = middle
        return low

    def heads(self, since: int = 0) -> Iterator[Head]:
        """The leaves from that time on, in nanoseconds, in order, their bodies unread; raises `Broken`."""
        for number in range(self.first_bundle(since), -(-len(self) // WIDTH)):
            for place, leaf in enumerate(self.tiles.leaves(number)):
                head = read(leaf, number * WIDTH + place)
                if head.at >= since:
                    yield head


def read(leaf: bytes, index: int) -> Head:
    """A leaf's head; raises `Broken` where it is no leaf of this log, or of another place in it."""
    try:
        head = head_of(leaf)
    except msgspec.DecodeError as error:
        raise Broken(f"leaf {index} is no leaf of Freehold's: {error}") from None
    if head.v != VERSION:
        raise Broken(f"leaf {index} is of version {head.v}, and this Freehold reads version {VERSION}")
    if head.index != index:
        raise Broken(f"at place {index} stands leaf {head.index}: leaves were dropped, added or put in another order")
    return head


def _began(exchange_id: str) -> int:
    try:
        return int(exchange_id.removeprefix("fh_")[:12], 16) * _MS
    except ValueError:
        return 0


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
