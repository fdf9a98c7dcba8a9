"""The key that signs the log: made at the first start, in a file for this user's eyes alone."""

from __future__ import annotations

from hashlib import sha256

from freehold.core.target import Secret
from freehold.ledger.audit.note import PublicKey

KEY_FILE = "audit.key"
"""In the data directory, beside the log and never in it."""


class LogKey:
    """Signs checkpoints. The log's origin comes of the key, so that no two logs share one."""

    def __init__(self, seed: Secret) -> None:
        """`seed`: the 32 bytes of an Ed25519 private key (RFC 8032) as hex."""
        # Here, because it takes some 20 ms, and a start is not to wait for it.
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

        self._private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed.reveal()))
        public = self._private.public_key().public_bytes_raw()
        self.key = PublicKey(f"freehold.local/{sha256(public).hexdigest()[:16]}", public)

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature of a message, 64 bytes."""
        return self._private.sign(message)
