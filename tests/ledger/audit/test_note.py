"""Notes and checkpoints: what is signed, what is refused, and what the standards' own examples are."""

from __future__ import annotations

import base64

import pytest

from freehold.ledger.audit.note import (
    BadNote,
    Checkpoint,
    PublicKey,
    cosignatures_in,
    notes_in,
    open_checkpoint,
    parse_note,
    sign_checkpoint,
)
from support.audit import KEY, OTHER

CHECKPOINT = Checkpoint(KEY.key.name, 7, b"\x07" * 32)
NOTE = sign_checkpoint(CHECKPOINT, 1_790_000_000, KEY)

# The example of golang.org/x/mod/sumdb/note, which the standard grew out of.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def cosigned(witness: PublicKey, time: int, note: str = NOTE) -> str:
    body, _ = parse_note(note)
    message = f"cosignature/v1\ntime {time}\n{body}".encode()
    data = witness.id + time.to_bytes(8, "big") + OTHER.sign(message)
    return f"— {witness.name} {base64.b64encode(data).decode()}\n"


WITNESS = PublicKey("witness.example/w1", OTHER.key.public, 4)


def test_a_note_of_another_program_s_is_read() -> None:
    key = PublicKey.parse(PETER)
    body, ((name, id_, signature),) = parse_note(PETERS_NOTE)
    assert (name, id_) == (key.name, key.id)
    assert key.accepts(signature, body.encode())
    assert not key.accepts(signature, body.upper().encode())
    assert key.vkey == PETER


def test_a_checkpoint_is_opened_with_its_key() -> None:
    opened = open_checkpoint(NOTE, KEY.key)
    assert (opened.checkpoint, opened.time, opened.witnessed) == (CHECKPOINT, 1_790_000_000, {})
    assert NOTE.count("\n\n") == 1
    assert NOTE.startswith(f"{KEY.key.name}\n7\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n\n— {KEY.key.name} ")


@pytest.mark.parametrize("place", range(0, len(NOTE), 3))
def test_no_letter_of_a_checkpoint_can_be_another(place: int) -> None:
    changed = NOTE[:place] + ("A" if NOTE[place] != "A" else "B") + NOTE[place + 1 :]
    with pytest.raises(BadNote):
        open_checkpoint(changed, KEY.key)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    with pytest.raises(BadNote, match="the checkpoint is of"):
        open_checkpoint(NOTE, OTHER.key)
    posing = PublicKey(KEY.key.name, OTHER.key.public)
    with pytest.raises(BadNote, match="not signed by the key"):
        open_checkpoint(NOTE, posing)


def test_a_checkpoint_without_a_time_is_refused() -> None:
    without = "".join(NOTE.splitlines(keepends=True)[:-1])
    with pytest.raises(BadNote, match="does not say its time"):
        open_checkpoint(without, KEY.key)


def test_witnesses_are_looked_for_and_others_are_passed_over() -> None:
    note = NOTE + cosigned(WITNESS, 1_790_000_100) + cosigned(PublicKey("nobody", OTHER.key.public, 4), 5)
    assert open_checkpoint(note, KEY.key, [WITNESS]).witnessed == {"witness.example/w1": 1_790_000_100}
    assert open_checkpoint(note, KEY.key).witnessed == {}
    forged = NOTE + cosigned(WITNESS, 1_790_000_100, sign_checkpoint(Checkpoint("other", 7, b"\x07" * 32), 1, KEY))
    with pytest.raises(BadNote, match=r"cosignature of .* does not hold"):
        open_checkpoint(forged, KEY.key, [WITNESS])


def test_a_witness_s_answer_is_read_line_by_line() -> None:
    body, _ = parse_note(NOTE)
    line = cosigned(WITNESS, 12)
    assert cosignatures_in(f"{line}nonsense\n{NOTE}", body, WITNESS) == [line]
    assert cosignatures_in("", body, WITNESS) == []
    with pytest.raises(BadNote, match="does not hold"):
        cosignatures_in(line, body.replace("7", "8", 1), WITNESS)


@pytest.mark.parametrize(
    ("vkey", "said"),
    [
        ("", "name"),
        ("a+b", "name"),
        (PETER.replace("c74f", "c74e"), "id does not fit"),
        (PETER[:-4] + "!!!!", "not base64"),
        (PETER[:-4], "none of Ed25519"),
    ],
)
def test_a_key_that_is_none_is_refused(vkey: str, said: str) -> None:
    with pytest.raises(BadNote, match=said):
        PublicKey.parse(vkey)


@pytest.mark.parametrize(
    "body",
    [
        "o\n7\nBwcH\n",
        "o\n07\n" + CHECKPOINT.body.split("\n")[2] + "\n",
        "o\n-1\n" + CHECKPOINT.body.split("\n")[2] + "\n",
        "\n7\n" + CHECKPOINT.body.split("\n")[2] + "\n",
        CHECKPOINT.body + "an extension\n",
        "o\n7\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(body: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(body)


@pytest.mark.parametrize(
    "note", ["", "text\n", "text\n\n", "text\n\nno signature\n", "text\n\n— name AAAA\n", "x" * 70_000]
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(BadNote):
        parse_note(note)


@pytest.mark.parametrize("between", ["", "\n", "\n\n\n"])
def test_a_file_of_notes_is_taken_apart(between: str) -> None:
    other = sign_checkpoint(Checkpoint(KEY.key.name, 8, b"\x08" * 32), 1_790_000_001, KEY)
    assert [each.strip() for each in notes_in(between.join([NOTE, other, NOTE]))] == [
        each.strip() for each in (NOTE, other, NOTE)
    ]
    assert list(notes_in("\n")) == []
