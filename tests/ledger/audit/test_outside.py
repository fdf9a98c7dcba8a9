"""What a verifier of the ecosystem's says to a log of ours: sigstore's, which checks Rekor's proofs and checkpoints."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import SignedCheckpoint, verify_checkpoint
from sigstore.errors import VerificationError

from freehold.ledger.audit.log import Log, Proof
from support.audit import KEY, some, written


class Keyring:
    """Sigstore's keyring, as far as a checkpoint asks for one."""

    def verify(self, *, key_id: bytes, signature: bytes, data: bytes) -> None:
        assert key_id == KEY.key.id
        try:
            Ed25519PublicKey.from_public_bytes(KEY.key.public).verify(signature, data)
        except Exception as error:
            raise VerificationError(str(error)) from error


def entry(proof: Proof, **changes: Any) -> Any:
    """Our proof as sigstore holds one."""
    checkpoint = SignedCheckpoint.from_text(proof.note).checkpoint
    inclusion = {
        "log_index": proof.index,
        "tree_size": checkpoint.log_size,
        "root_hash": bytes.fromhex(checkpoint.log_hash),
        "hashes": proof.hashes,
        "checkpoint": SimpleNamespace(envelope=proof.note),
    }
    inner = {
        "canonicalized_body": proof.leaf,
        "inclusion_proof": SimpleNamespace(**(inclusion | changes)),
        "log_id": SimpleNamespace(key_id=KEY.key.id),
    }
    return SimpleNamespace(_inner=SimpleNamespace(**inner))


@pytest.mark.parametrize("size", [1, 2, 7, 255, 256, 257, 600])
def test_sigstore_agrees_on_the_checkpoint_and_on_every_proof(tmp_path: Path, size: int) -> None:
    log = Log.open(written(tmp_path, some(size)).fetch, KEY.key)
    for index in {0, 1, size // 3, size // 2, size - 2, size - 1} & set(range(size)):
        proof = log.proof(index)
        verify_merkle_inclusion(entry(proof))
        verify_checkpoint(Keyring(), entry(proof))  # type: ignore[arg-type]  # all that is asked of one


def test_sigstore_refuses_what_was_changed(tmp_path: Path) -> None:
    proof = Log.open(written(tmp_path, some(600)).fetch, KEY.key).proof(300)
    with pytest.raises(VerificationError):
        verify_merkle_inclusion(entry(Proof(300, proof.leaf + b" ", proof.hashes, proof.note)))
    with pytest.raises(VerificationError):
        verify_merkle_inclusion(entry(proof, log_index=301))
    with pytest.raises(VerificationError):
        verify_checkpoint(Keyring(), entry(Proof(300, proof.leaf, proof.hashes, proof.note.replace("600", "601"))))  # type: ignore[arg-type]
