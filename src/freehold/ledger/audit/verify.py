"""Checks a whole log: from its files and a public key alone, everything is reckoned again, and every fault is named.

What is found: a leaf or a hash that was changed, dropped, added or moved; files that end too early; a log that is not
the one an earlier checkpoint was given for, which was cut or written anew; and a time that goes back, within the log or
behind an earlier checkpoint. What cannot be found from inside: that something was never written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from freehold.ledger.audit.folder import COSIGNED_NAME
from freehold.ledger.audit.leaf import Head
from freehold.ledger.audit.log import Log, NoLog, read
from freehold.ledger.audit.note import BadNote, Opened, PublicKey, open_checkpoint
from freehold.ledger.audit.tiles import ENTRIES, WIDTH, Broken, Fetch, Tile, unpack
from freehold.ledger.audit.tree import Hash, leaf_hashes, root_of
from freehold.ledger.moments import NS

_MOST_FAULTS = 20


class Seen(msgspec.Struct, frozen=True):
    """What a witness has cosigned."""

    size: int
    time: int
    """When, in seconds since the epoch, by the witness's own clock."""


class Verdict(msgspec.Struct):
    """What came of it. It holds where there is no fault; after twenty faults the rest is not told."""

    origin: str = ""
    size: int = 0
    root: bytes = b""
    time: int = 0
    """Of the checkpoint, in seconds since the epoch."""
    first_ns: int = 0
    last_ns: int = 0
    """The times of the first and the last leaf."""
    earlier: list[int] = []
    """The sizes of the earlier checkpoints that it was held against."""
    witnessed: dict[str, Seen] = {}
    """By the name of each witness that was asked about, what it saw last."""
    restored: list[tuple[int, int]] = []
    """Where the database was found to be from an earlier time: the leaf that says so, and how many it knew of."""
    faults: list[str] = []

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def add(self, fault: str) -> None:
        """Note a fault."""
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(fault)


def verify(fetch: Fetch, key: PublicKey, earlier: Sequence[str] = (), witnesses: Sequence[PublicKey] = ()) -> Verdict:
    """Check the log against its own checkpoint and against earlier ones, each as a signed note.

    The latest that a witness cosigned, as it lies beside the log, is one of the earlier ones. Of each of `witnesses`,
    one of all these must have a cosignature.
    """
    verdict = Verdict()
    # What was cosigned is read before the checkpoint, which may only have grown since.
    cosigned = fetch(COSIGNED_NAME)
    known = list(_earlier(earlier, key, witnesses, verdict))
    verdict.earlier = [each.checkpoint.size for each in known]
    if cosigned is not None:
        known += _opened(cosigned.decode("utf-8", "replace"), key, witnesses, f"the file {COSIGNED_NAME}", verdict)
    try:
        log = Log.open(fetch, key)
    except (NoLog, Broken, BadNote) as error:
        verdict.add(str(error))
        return verdict
    checkpoint = log.checkpoint
    verdict.origin, verdict.size, verdict.root = checkpoint.origin, checkpoint.size, checkpoint.root
    verdict.time = log.opened.time
    _witnessed(witnesses, [*known, *_opened(log.note, key, witnesses, "the checkpoint", verdict)], verdict)
    _Pass(log, known, verdict).run()
    return verdict


def _earlier(
    notes: Sequence[str], key: PublicKey, witnesses: Sequence[PublicKey], verdict: Verdict
) -> Iterator[Opened]:
    for number, note in enumerate(notes, 1):
        yield from _opened(note, key, witnesses, f"earlier checkpoint {number}", verdict)


def _opened(note: str, key: PublicKey, witnesses: Sequence[PublicKey], what: str, verdict: Verdict) -> Iterator[Opened]:
    """The checkpoint of a note; none where its signatures do not hold, which is a fault."""
    try:
        yield open_checkpoint(note, key, [witness.as_cosigner() for witness in witnesses])
    except BadNote as error:
        verdict.add(f"{what}: {error}")


def _witnessed(witnesses: Sequence[PublicKey], seen: Sequence[Opened], verdict: Verdict) -> None:
    """Note what each witness saw last; one that saw nothing is a fault."""
    for witness in witnesses:
        found = [
            Seen(each.checkpoint.size, each.witnessed[witness.name]) for each in seen if witness.name in each.witnessed
        ]
        if found:
            verdict.witnessed[witness.name] = max(found, key=lambda each: (each.size, each.time))
        else:
            verdict.add(f"no checkpoint has a cosignature of the witness {witness.name!r}")


class _Restored(msgspec.Struct, frozen=True):
    """The body of a leaf that says that the database was from an earlier time."""

    known: int


class _Differs(msgspec.Struct, frozen=True):
    """A hash in a tile that is not the one that was reckoned."""

    tile: Tile
    place: int

    def told(self, *, sealed: bool) -> str:
        """What that means. `sealed`: the leaves are those that were signed, so that the tile is at fault."""
        span = WIDTH ** int(self.tile.level)
        first = (self.tile.number * WIDTH + self.place) * span
        leaves = f"leaf {first}" if span == 1 else f"leaves {first} to {first + span - 1}"
        where = f"{self.tile.path}, hash {self.place}"
        if sealed:
            return f"{where} is not that of {leaves}: the tile was changed"
        return f"{leaves} {'does' if span == 1 else 'do'} not give the hash that was sealed ({where}): changed since"


class _Pass:
    """One way through all leaves, from the first to the last."""

    def __init__(self, log: Log, earlier: Sequence[Opened], verdict: Verdict) -> None:
        self._log = log
        self._verdict = verdict
        self._earlier = sorted(earlier, key=lambda each: each.checkpoint.size)
        self._ends = {size // WIDTH for size in (len(log), *(each.checkpoint.size for each in earlier)) if size % WIDTH}
        """The bundles in the midst of which a tree ends, whose leaves' hashes are kept."""
        self._low: dict[int, list[Hash]] = {}
        """Those hashes, by the number of the bundle."""
        self._tops: list[list[Hash]] = [[]]
        """From level 1 up, the reckoned hashes."""
        self._differs: list[_Differs] = []
        self._at = 0
        self._whole = True

    def run(self) -> None:
        """Check everything."""
        size = len(self._log)
        for number in range(-(-size // WIDTH)):
            self._bundle(number)
        if self._whole:
            self._levels(size)
            sealed = self._root(size) == self._log.checkpoint.root
            for each in self._differs:
                self._verdict.add(each.told(sealed=sealed))
            if not sealed and not self._differs:
                self._verdict.add(
                    f"the {_leaves(size)} do not give the root that was signed: some were changed, and their hashes too"
                )
        self._forks(size)
        self._times(size)

    def _bundle(self, number: int) -> None:
        """Check a bundle against its tile, and take its hashes in."""
        try:
            leaves = self._log.tiles.leaves(number)
        except Broken as error:
            self._whole = False
            self._verdict.add(self._missing(number) or str(error))
            return
        hashes = leaf_hashes(leaves)
        for index, leaf in enumerate(leaves, number * WIDTH):
            self._leaf(index, leaf)
        self._compare(0, number, hashes)
        if len(hashes) == WIDTH:
            self._tops[0].append(root_of(hashes))
        if number in self._ends:
            self._low[number] = hashes

    def _missing(self, number: int) -> str | None:
        """Which leaf is missing of a bundle that has too few or too many, where that can be told."""
        path = Tile(ENTRIES, number, self._log.tiles.width(0, number)).path
        try:
            leaves = unpack(self._log.fetch(path) or b"")
        except ValueError:
            return None
        for index, leaf in enumerate(leaves, number * WIDTH):
            try:
                read(leaf, index)
            except Broken as error:
                return f"{path}: {error}"
        return f"{path} ends after leaf {number * WIDTH + len(leaves) - 1}: leaves were cut off" if leaves else None

    def _leaf(self, index: int, leaf: bytes) -> None:
        try:
            head = read(leaf, index)
            if head.kind == "restored":
                self._verdict.restored.append((index, _known(head)))
        except Broken as error:
            self._verdict.add(str(error))
            return
        if head.at < self._at:
            self._verdict.add(f"leaf {index} says an earlier time than the leaf before it: it is back-dated")
        self._at = max(self._at, head.at)
        self._verdict.first_ns = self._verdict.first_ns or head.at
        for each in self._earlier:
            if index >= each.checkpoint.size and head.at // NS < each.time:
                self._verdict.add(
                    f"leaf {index} says a time before the checkpoint of {_leaves(each.checkpoint.size)}, which did not"
                    " hold it: it is back-dated"
                )

    def _compare(self, level: int, number: int, reckoned: list[Hash]) -> None:
        """Hold the hashes of a tile against those that were reckoned."""
        try:
            written = self._log.tiles.hashes(level, number)
        except Broken as error:
            self._verdict.add(str(error))
            return
        if written != reckoned:
            tile = Tile(level, number, len(written))
            pairs = enumerate(zip(written, reckoned, strict=True))
            self._differs += [_Differs(tile, place) for place, (one, other) in pairs if one != other]

    def _levels(self, size: int) -> None:
        """Check the tiles from level 1 up."""
        level, held = 1, size // WIDTH
        while held:
            hashes = self._tops[level - 1]
            for number in range(-(-held // WIDTH)):
                self._compare(level, number, hashes[number * WIDTH : (number + 1) * WIDTH])
            level, held = level + 1, held // WIDTH
            self._tops.append([root_of(hashes[at * WIDTH : (at + 1) * WIDTH]) for at in range(held)])

    def _root(self, size: int) -> Hash:
        """The root over the first `size` leaves, of the reckoned hashes."""
        below = [root_of(self._low[size // WIDTH][: size % WIDTH])] if size % WIDTH else []
        for level, hashes in enumerate(self._tops, 1):
            done = size // WIDTH**level
            rest = hashes[done // WIDTH * WIDTH : done]
            if rest or below:
                below = [root_of([*rest, *below])]
        return root_of(below)

    def _forks(self, size: int) -> None:
        """Hold the reckoned tree against the roots of earlier checkpoints."""
        for each in self._earlier:
            old = each.checkpoint
            if old.size > size:
                said = f"the log has {_leaves(size)}, and an earlier checkpoint had {old.size}: its end was cut off"
                self._verdict.add(said)
            elif self._whole and self._root(old.size) != old.root:
                self._verdict.add(
                    f"the first {_leaves(old.size)} are not those of the earlier checkpoint: the log was written anew"
                )

    def _times(self, size: int) -> None:
        verdict, opened = self._verdict, self._log.opened
        verdict.last_ns = self._at
        if size and self._whole and self._at // NS != opened.time:
            verdict.add("the checkpoint's time is not that of the last leaf")
        for each in self._earlier:
            if each.checkpoint.size <= size and each.time > opened.time:
                verdict.add(
                    f"the checkpoint says a time before that of the earlier one of {_leaves(each.checkpoint.size)}: it"
                    " is back-dated"
                )


def _known(head: Head) -> int:
    try:
        return msgspec.json.decode(head.body, type=_Restored).known
    except msgspec.DecodeError as error:
        raise Broken(f"leaf {head.index} does not say what the database knew of: {error}") from None


def _leaves(count: int) -> str:
    return f"{count} {'leaf' if count == 1 else 'leaves'}"
