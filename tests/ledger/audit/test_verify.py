"""Every way to change a log that was tried is found, and told by name; a log that was not changed holds."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from freehold.ledger.audit.edge import Edge
from freehold.ledger.audit.folder import COSIGNED_NAME
from freehold.ledger.audit.leaf import note
from freehold.ledger.audit.note import COSIGNATURE, Checkpoint, PublicKey, parse_note, sign_checkpoint
from freehold.ledger.audit.tiles import CHECKPOINT, pack, unpack
from freehold.ledger.audit.verify import Seen, Verdict, verify
from support.audit import KEY, NS, OTHER, START, exchange, placed_all, signed, some

Files = dict[str, bytes]


def files_of(leaves: list[bytes], time: int | None = None) -> Files:
    files = {tile.path: data for tile, data in Edge(0, [], []).grow(leaves)}
    return {**files, CHECKPOINT: signed(leaves, time).encode()}


def checked(files: Files, *earlier: str) -> Verdict:
    return verify(files.get, KEY.key, earlier)


def faults(files: Files, *earlier: str) -> str:
    verdict = checked(files, *earlier)
    assert not verdict.holds
    return "\n".join(verdict.faults)


LOG = some(600)
FILES = files_of(LOG)
EARLIER = [signed(LOG[:size]) for size in (1, 255, 256, 300, 512, 600)]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 600])
def test_a_log_that_was_not_changed_holds(size: int) -> None:
    verdict = checked(files_of(LOG[:size]), *(signed(LOG[:old]) for old in range(1, size + 1, 37)))
    assert verdict.faults == []
    assert (verdict.size, verdict.origin, verdict.time) == (size, KEY.key.name, START // NS + size - 1)


@pytest.mark.parametrize("path", sorted(FILES))
def test_no_byte_of_any_file_can_be_another(path: str) -> None:
    data = FILES[path]
    for place in {0, 1, 2, 3, len(data) // 3, len(data) // 2, len(data) - 2, len(data) - 1}:
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert not checked({**FILES, path: changed}).holds, place


def test_every_byte_of_a_small_log_matters() -> None:
    files = files_of(some(3))
    for path, data in files.items():
        for place in range(len(data)):
            changed = data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :]
            assert not checked({**files, path: changed}).holds, (path, place)


def bundled(index: int, change: Callable[[list[bytes]], None]) -> Files:
    """The log with one of its bundles changed."""
    path = sorted(path for path in FILES if path.startswith("tile/entries"))[index // 256]
    leaves = unpack(FILES[path])
    change(leaves)
    return {**FILES, path: pack(leaves)}


def test_a_changed_leaf_is_named() -> None:
    def change(leaves: list[bytes]) -> None:
        leaves[45] = leaves[45].replace(b"internal", b"public")

    assert faults(bundled(301, change)).startswith(
        "leaf 301 does not give the hash that was sealed (tile/0/001, hash 45)"
    )


def test_a_changed_hash_is_named_as_one() -> None:
    data = bytearray(FILES["tile/0/001"])
    data[32 * 45] ^= 1
    assert faults({**FILES, "tile/0/001": bytes(data)}) == (
        "tile/0/001, hash 45 is not that of leaf 301: the tile was changed"
    )
    upper = bytearray(FILES["tile/1/000.p/2"])
    upper[33] ^= 1
    assert faults({**FILES, "tile/1/000.p/2": bytes(upper)}) == (
        "tile/1/000.p/2, hash 1 is not that of leaves 256 to 511: the tile was changed"
    )


def test_a_leaf_that_is_gone_is_named() -> None:
    assert faults(bundled(300, lambda leaves: leaves.pop(44))) == (
        "tile/entries/001: at place 300 stands leaf 301: leaves were dropped, added or put in another order"
    )
    assert "ends after leaf 598" in faults(bundled(599, lambda leaves: leaves.pop()))


def test_leaves_in_another_order_are_named() -> None:
    def swap(leaves: list[bytes]) -> None:
        leaves[3], leaves[4] = leaves[4], leaves[3]

    found = faults(bundled(0, swap))
    assert "at place 3 stands leaf 4" in found
    assert "at place 4 stands leaf 3" in found


@pytest.mark.parametrize("path", sorted(FILES.keys() - {CHECKPOINT}))
def test_a_file_that_is_gone_is_named(path: str) -> None:
    assert f"{path} is missing" in faults({name: data for name, data in FILES.items() if name != path})


def rewritten(leaves: list[bytes]) -> Files:
    """A log whose keeper has the key, and has made all of it anew."""
    return files_of(leaves, START // NS + 599)


def test_a_log_that_was_made_anew_holds_by_itself_and_not_against_an_earlier_checkpoint() -> None:
    changed = [*LOG[:100], LOG[100].replace(b"internal", b"public"), *LOG[101:]]
    files = rewritten(changed)
    assert checked(files).holds
    assert checked(files, signed(LOG[:100])).holds, "it was changed after that one"
    assert faults(files, signed(LOG[:101])) == (
        "the first 101 leaves are not those of the earlier checkpoint: the log was written anew"
    )
    for old in EARLIER[1:]:
        assert not checked(files, old).holds


def test_a_log_that_was_cut_is_found_by_an_earlier_checkpoint() -> None:
    files = files_of(LOG[:500])
    assert checked(files, *EARLIER[:4]).holds
    found = faults(files, signed(LOG[:512]))
    assert "the log has 500 leaves, and an earlier checkpoint had 512: its end was cut off" in found


def test_a_log_that_was_forked_is_found_whichever_side_is_shown() -> None:
    fork = [*LOG[:300], *placed_all([exchange(9000 + index) for index in range(600)])[300:]]
    for shown, other in ((LOG, fork), (fork, LOG)):
        assert checked(files_of(shown), signed(shown[:450]), signed(other[:300])).holds
        assert not checked(files_of(shown), signed(other[:301])).holds


def test_a_leaf_that_is_back_dated_is_named() -> None:
    def dated(index: int, at: int) -> list[bytes]:
        return [*LOG[:index], LOG[index].replace(b'"at":%d' % (START + index * NS), b'"at":%d' % at), *LOG[index + 1 :]]

    assert faults(rewritten(dated(400, START))) == (
        "leaf 400 says an earlier time than the leaf before it: it is back-dated"
    )
    # Nor may what came after an earlier checkpoint claim to be from before it.
    back = dated(599, START + 598 * NS)
    assert "checkpoint's time is not that of the last leaf" in faults(rewritten(back))
    late = sign_checkpoint(Checkpoint(KEY.key.name, 599, checked(files_of(LOG[:599])).root), START // NS + 10_000, KEY)
    found = faults(files_of(LOG), late)
    assert "leaf 599 says a time before the checkpoint of 599 leaves, which did not hold it: it is back-dated" in found
    assert "the checkpoint says a time before that of the earlier one of 599 leaves" in found


def test_another_key_s_log_does_not_hold() -> None:
    assert "the checkpoint is of" in "".join(verify(FILES.get, OTHER.key).faults)
    assert "earlier checkpoint 1: the checkpoint is of" in faults(FILES, signed(LOG[:5], key=OTHER))


def test_what_is_no_log_does_not_hold() -> None:
    assert "no checkpoint" in faults({})
    assert "no text" in faults({CHECKPOINT: b"\xff"})


def test_leaves_that_are_none_are_named_and_not_all_of_them() -> None:
    found = checked(files_of([b"nonsense"] * 50, START))
    assert found.faults[0].startswith("leaf 0 is no leaf of Freehold's")
    assert len(found.faults) == 20


WITNESS = PublicKey("witness.example/w1", OTHER.key.public, COSIGNATURE)


def cosigned(leaves: list[bytes], time: int = 77) -> str:
    """The checkpoint of these leaves as the witness gives it back, by C2SP's tlog-cosignature."""
    given = signed(leaves)
    message = f"cosignature/v1\ntime {time}\n{parse_note(given)[0]}".encode()
    data = base64.b64encode(WITNESS.id + time.to_bytes(8, "big") + OTHER.sign(message)).decode()
    return f"{given}— {WITNESS.name} {data}\n"


def test_what_a_witness_cosigned_is_found_wherever_it_stands() -> None:
    beside = {**FILES, COSIGNED_NAME: cosigned(LOG[:300]).encode()}
    for files, earlier, size in (
        (beside, (), 300),
        (FILES, (cosigned(LOG[:5]), cosigned(LOG[:255])), 255),
        ({**FILES, CHECKPOINT: cosigned(LOG).encode()}, (cosigned(LOG[:5]),), 600),
    ):
        verdict = verify(files.get, KEY.key, earlier, [WITNESS])
        assert (verdict.faults, verdict.witnessed) == ([], {WITNESS.name: Seen(size, 77)})
    assert verify(beside.get, KEY.key).witnessed == {}
    assert verify(beside.get, KEY.key).earlier == []


def test_a_cosignature_that_is_missing_or_false_is_told() -> None:
    assert verify(FILES.get, KEY.key, EARLIER, [WITNESS]).faults == [
        "no checkpoint has a cosignature of the witness 'witness.example/w1'"
    ]
    head, _, last = cosigned(LOG[:300]).rpartition(" ")
    data = bytearray(base64.b64decode(last))
    data[-1] ^= 1
    files = {**FILES, COSIGNED_NAME: f"{head} {base64.b64encode(data).decode()}\n".encode()}
    assert "the file cosigned: the cosignature of 'witness.example/w1' does not hold" in "\n".join(
        verify(files.get, KEY.key, (), [WITNESS]).faults
    )


def test_what_was_cosigned_is_an_earlier_checkpoint_too() -> None:
    changed = [*LOG[:100], LOG[100].replace(b"internal", b"public"), *LOG[101:]]
    files = {**rewritten(changed), COSIGNED_NAME: cosigned(LOG[:300]).encode()}
    assert "the first 300 leaves are not those of the earlier checkpoint" in faults(files)
    assert "the file cosigned: it is no signed note" in faults({**FILES, COSIGNED_NAME: b"\xff"})


def test_a_leaf_that_says_that_the_database_was_older_is_told_and_is_no_fault() -> None:
    leaves = placed_all([exchange(0), note("restored", known=0, size=1), exchange(1)])
    assert (checked(files_of(leaves)).faults, checked(files_of(leaves)).restored) == ([], [(1, 0)])
    assert "leaf 1 does not say" in faults(files_of(placed_all([exchange(0), note("restored", known="x")])))
