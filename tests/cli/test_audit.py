"""``freehold audit``: over a running Freehold, over its data alone, and over a folder with nothing but a log."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from freehold.assemble.trail import Trail
from freehold.ledger.audit.leaf import Document
from freehold.ledger.audit.note import COSIGNATURE, PublicKey, parse_note
from freehold.ledger.audit.tree import included, leaf_hash
from support.audit import KEY, OTHER, exchange, exchange_id, placed_all, sent, signed, some, written
from support.commands import Terminal
from support.live import Live

VKEY = KEY.key.vkey


@pytest.fixture
def asked(terminal: Terminal, scripted: Path) -> Terminal:
    """Three questions answered and one refused, in a data directory that nobody has open."""
    assert terminal("chat", "Hello").code == 0
    assert terminal("chat", "--label", "confidential", "Hello").code == 0
    assert terminal("chat", "--model", "away", "--label", "public", "Hello").code in {0, 1}
    assert terminal("chat", "--model", "away", "--label", "restricted", "Hello").code == 1
    return terminal


@pytest.fixture
def log(tmp_path: Path) -> Path:
    written(tmp_path / "log", some(300))
    return tmp_path / "log"


def test_what_was_asked_is_in_a_log_that_holds(asked: Terminal) -> None:
    ran = asked("audit", "verify", "--json")
    assert ran.code == 0
    assert (json.loads(ran.out)["holds"], json.loads(ran.out)["faults"]) == (True, [])
    (row, *_) = json.loads(asked("usage", "--requests", "--json").out)
    leaf = json.loads(asked("audit", "show", row["id"]).out)
    assert leaf["body"]["id"] == row["id"]
    proof = json.loads(asked("audit", "prove", row["id"], "--json").out)
    data, hashes = base64.b64decode(proof["leaf"]), [base64.b64decode(each) for each in proof["hashes"]]
    assert json.loads(data) == leaf
    assert included(leaf_hash(data), proof["index"], proof["size"], hashes, base64.b64decode(proof["root"]))
    assert asked("audit", "prove", row["id"]).out.startswith("c2sp.org/tlog-proof@v1\n")


def test_an_exported_log_is_checked_with_nothing_but_the_key(asked: Terminal, tmp_path: Path) -> None:
    vkey = asked("audit", "key").out.strip()
    assert asked("audit", "export", str(tmp_path / "out")).code == 0
    assert "is not empty" in asked("audit", "export", str(tmp_path / "out")).err
    ran = asked("audit", "verify", str(tmp_path / "out"), "--key", vkey)
    assert ran.code == 0
    assert ran.out.startswith("The log holds: ")
    assert "brings it" not in ran.err


def test_a_running_freehold_is_asked(terminal: Terminal, found: Live) -> None:
    assert terminal("chat", "--model", "home", "Hello").code == 0
    assert terminal("audit", "verify").code == 0
    ran = terminal("audit", "report", "--label", "confidential")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "Nothing labelled confidential or above fed a target outside.")
    assert terminal("audit", "verify", str(found.data)).code == 0


def test_a_folder_is_checked_and_its_leaves_are_read(terminal: Terminal, log: Path) -> None:
    ran = terminal("audit", "verify", str(log))
    assert ran.code == 0
    assert ran.out.startswith("The log holds: 300 leaves, signed 2026-09-21T14:18:19Z by freehold.local/")
    assert "the one that lies beside the log" in ran.err
    assert "lies beside" not in terminal("audit", "verify", str(log), "--key", VKEY).err
    assert json.loads(terminal("audit", "show", "299", "--log", str(log)).out)["index"] == 299
    assert json.loads(terminal("audit", "show", exchange_id(7), "--log", str(log)).out)["index"] == 7
    assert "300 leaves, counted from 0" in terminal("audit", "show", "300", "--log", str(log)).err


def test_earlier_checkpoints_are_held_against_it(terminal: Terminal, log: Path, tmp_path: Path) -> None:
    leaves = some(300)
    (tmp_path / "seen.txt").write_text("\n".join(signed(leaves[:size]) for size in (5, 300)))
    ran = terminal("audit", "verify", str(log), "--checkpoint", str(tmp_path / "seen.txt"))
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "It goes on from the earlier checkpoints of 5, 300 leaves.")
    (tmp_path / "forked.txt").write_text(signed([*leaves[:4], leaves[4].replace(b"home", b"away")]))
    ran = terminal("audit", "verify", str(log), "--checkpoint", str(tmp_path / "forked.txt"))
    assert ran.code == 1
    assert "FAULT  the first 5 leaves are not those of the earlier checkpoint" in ran.out


def test_one_byte_is_found(terminal: Terminal, log: Path) -> None:
    bundle = log / "tile/entries/001.p/44"
    data = bytearray(bundle.read_bytes())
    data[data.index(b"internal")] ^= 1
    bundle.write_bytes(data)
    ran = terminal("audit", "verify", str(log), "--key", VKEY)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines() == [
        "FAULT  leaf 256 does not give the hash that was sealed (tile/0/001.p/44, hash 0): changed since",
        "The log does not hold.",
    ]
    ran = terminal("audit", "report", "--label", "internal", "--log", str(log))
    assert (ran.code, ran.out) == (1, "")
    assert "cannot be relied on: leaf 256 does not give" in ran.err


def test_a_report_that_does_not_hold_is_exit_code_1(terminal: Terminal, tmp_path: Path) -> None:
    away = sent(target="away", owned=False, label="confidential", cleared="confidential")
    leaf = exchange(0, away, label="confidential", documents=(Document("doc_1", "confidential", 2),))
    written(tmp_path / "log", placed_all([leaf, exchange(1)]))
    where = ("--log", str(tmp_path / "log"), "--key", VKEY)
    ran = terminal("audit", "report", "--label", "confidential", *where)
    assert (ran.code, ran.out.splitlines()[0].startswith("The statement does not hold: 1 times")) == (1, True)
    told = json.loads(terminal("audit", "report", "--label", "confidential", "--json", *where).out)
    assert (told["holds"], told["documents"]["doc_1@2"]["targets"], told["checkpoint"]["size"]) == (
        False,
        {"away": 1},
        2,
    )
    assert terminal("audit", "report", "--label", "restricted", *where).code == 0
    for times in (("--since", "2026-09-22"), ("--until", "2026-09-21")):
        ran = terminal("audit", "report", "--label", "confidential", *times, *where)
        assert (ran.code, ran.out.startswith("The log has no leaf of that time")) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("verify", "nowhere"), "nowhere is no folder"),
        (("verify", "LOG", "--key", "nonsense"), "a verifier key is name+id+key"),
        (("verify", "LOG", "--checkpoint", "nowhere"), "nowhere cannot be read"),
        (("verify", "LOG", "--checkpoint", "EMPTY"), "holds no checkpoint"),
        (("report", "--label", "nonsense", "--log", "LOG"), "--label: 'nonsense' is not a level"),
        (("report", "--label", "public", "--since", "soon", "--log", "LOG"), "--since is a date"),
        (("report", "--label", "public;moon", "--log", "LOG"), "--label: no label or clearance in the log ever had"),
        (("report", "--label", "public", "--since", "1h", "--until", "2h", "--log", "LOG"), "swap or widen them"),
        (
            ("report", "--label", "public", "--since", "2026-01-02", "--until", "2026-01-02", "--log", "LOG"),
            "no time is left between them",
        ),
        (("verify", "LOG", "--witness", "nonsense"), "--witness: a verifier key is name+id+key"),
    ],
)
def test_what_cannot_be_meant_is_said_with_exit_code_2(
    terminal: Terminal, log: Path, folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    (folder / "EMPTY").write_text("\n")
    ran = terminal("audit", *(str(log) if each == "LOG" else each for each in arguments))
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_another_key_is_told(terminal: Terminal, log: Path) -> None:
    ran = terminal("audit", "verify", str(log), "--key", OTHER.key.vkey)
    assert ran.code == 1
    assert "FAULT  the checkpoint is of" in ran.out
    assert terminal("audit", "show", "0", "--log", str(log), "--key", OTHER.key.vkey).code == 1


def test_a_folder_without_a_key_needs_one(terminal: Terminal, log: Path) -> None:
    (log / "key").unlink()
    ran = terminal("audit", "verify", str(log))
    assert (ran.code, ran.err) == (2, "freehold: the folder has no key in it; give the log's public key with --key\n")


def test_a_key_beside_the_log_that_was_changed_is_told(terminal: Terminal, log: Path) -> None:
    (log / "key").write_text(OTHER.key.vkey + "\n")
    ran = terminal("audit", "verify", str(log), "--key", VKEY)
    assert ran.code == 1
    assert "FAULT  key is not the key that the log was checked with" in ran.out


def test_a_file_that_nothing_reads_is_named_and_is_no_fault(terminal: Terminal, log: Path) -> None:
    (log / "tile/entries/009").write_bytes(b"")
    ran = terminal("audit", "verify", str(log), "--key", VKEY)
    assert (ran.code, ran.err) == (
        0,
        "tile/entries/009 is no part of the log: nothing signs it, and nothing reads it.\n",
    )
    assert json.loads(terminal("audit", "verify", str(log), "--json").out)["unread"] == ["tile/entries/009"]


def test_a_witness_is_asked_for_by_its_key(terminal: Terminal, log: Path) -> None:
    key, note = PublicKey("witness.example/w1", OTHER.key.public, COSIGNATURE), signed(some(300)[:200])
    where = ("audit", "verify", str(log), "--key", VKEY, "--witness", key.vkey)
    ran = terminal(*where)
    assert ran.code == 1
    assert "FAULT  no checkpoint has a cosignature of the witness 'witness.example/w1'" in ran.out
    message = f"cosignature/v1\ntime 1790000300\n{parse_note(note)[0]}".encode()
    data = base64.b64encode(key.id + (1790000300).to_bytes(8, "big") + OTHER.sign(message)).decode()
    (log / "cosigned").write_text(f"{note}— {key.name} {data}\n")
    ran = terminal(*where)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "witness.example/w1 saw 200 leaves at 2026-09-21T14:18:20Z.")
    told = json.loads(terminal(*where, "--json").out)
    assert told["witnessed"] == {key.name: {"size": 200, "time": "2026-09-21T14:18:20Z"}}


def test_leaves_that_cannot_be_sealed_are_a_fault_and_no_report_is_made(
    asked: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked("chat", "Hello").code == 0

    def waits(_self: Trail) -> str:
        return "No space left on device"

    monkeypatch.setattr(Trail, "trouble", waits)
    ran = asked("audit", "verify")
    assert (ran.code, ran.out.splitlines()[0]) == (
        1,
        "FAULT  what was written down since is not sealed: No space left on device",
    )
    ran = asked("audit", "report", "--label", "confidential")
    assert (ran.code, ran.out) == (1, "")
    assert "No space left on device" in ran.err
