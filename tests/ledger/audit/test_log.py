"""A log as its reader has it: leaves found by id, by place and by time, and proofs that others can check."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from freehold.ledger.audit.log import Log, NoLeaf, NoLog, read
from freehold.ledger.audit.tiles import Broken
from freehold.ledger.audit.tree import consistent, included, leaf_hash
from support.audit import KEY, NS, START, exchange, exchange_id, placed_all, signed, some, written

SIZE = 600


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log.open(written(tmp_path, some(SIZE)).fetch, KEY.key)


@pytest.mark.parametrize("index", [0, 1, 255, 256, 512, SIZE - 1])
def test_a_leaf_is_found_by_its_request_and_proved(log: Log, index: int) -> None:
    assert log.place(exchange_id(index)) == log.place(str(index)) == index
    proof = log.proof(index)
    assert included(leaf_hash(proof.leaf), index, SIZE, proof.hashes, log.checkpoint.root)


@pytest.mark.parametrize("name", [str(SIZE), "fh_nothing", exchange_id(SIZE), "²", ""])
def test_a_leaf_that_is_not_there_is_not_found(log: Log, name: str) -> None:
    with pytest.raises(NoLeaf):
        log.place(name)


def test_a_proof_is_written_as_the_standard_has_it(log: Log) -> None:
    proof = log.proof(300)
    head, _, note = proof.text.partition("\n\n")
    first, extra, index, *hashes = head.split("\n")
    assert (first, index) == ("c2sp.org/tlog-proof@v1", "index 300")
    assert base64.b64decode(extra.removeprefix("extra ")) == log.tiles.leaf(300)
    assert [base64.b64decode(each) for each in hashes] == proof.hashes
    assert note == log.note
    told = proof.json
    assert (told["index"], told["size"], told["checkpoint"]) == (300, SIZE, log.note)
    assert base64.b64decode(told["root"]) == log.checkpoint.root


@pytest.mark.parametrize("old", [1, 255, 256, 300, SIZE])
def test_the_log_goes_on_from_its_beginning(log: Log, old: int) -> None:
    before = Log(signed(some(old)), log.opened, log.fetch)
    root = before.tiles.stretch(0, old)
    assert consistent(old, SIZE, log.consistency(old), root, log.checkpoint.root)


@pytest.mark.parametrize(("since", "first"), [(0, 0), (START, 0), (START + 1, 1), (START + 300 * NS, 300)])
def test_leaves_are_read_from_a_time_on(log: Log, since: int, first: int) -> None:
    assert [head.index for head in log.heads(since)] == list(range(first, SIZE))
    assert list(log.heads(START + SIZE * NS)) == []


def test_there_is_no_log_where_there_is_no_checkpoint() -> None:
    with pytest.raises(NoLog):
        Log.open(lambda _path: None, KEY.key)
    with pytest.raises(Broken, match="no text"):
        Log.open(lambda _path: b"\xff", KEY.key)


@pytest.mark.parametrize(
    ("leaf", "said"),
    [
        (b"{}", "no leaf of Freehold's"),
        (some(1)[0].replace(b'"v":1', b'"v":2'), "version 2"),
        (some(2)[1], "at place 0 stands leaf 1"),
    ],
)
def test_what_is_no_leaf_of_this_place_is_told(leaf: bytes, said: str) -> None:
    with pytest.raises(Broken, match=said):
        read(leaf, 0)


def test_a_leaf_is_found_though_the_clock_was_set_back_while_it_was_asked(tmp_path: Path) -> None:
    leaves = placed_all([exchange(700 * 1000 if number == 3 else number) for number in range(600)])
    log = Log.open(written(tmp_path, leaves).fetch, KEY.key)
    assert log.first_bundle(START + 700 * NS) > 0
    assert log.place(exchange_id(700 * 1000)) == 3
