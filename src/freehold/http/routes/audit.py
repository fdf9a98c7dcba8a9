"""The paths of the audit log."""

from __future__ import annotations

from freehold.http.routes.operation import Operation

AUDIT = (
    Operation(
        "GET", "/api/audit/checkpoint", "audit", "checkpoint", "viewer", "The audit log's latest checkpoint, signed."
    ),
    Operation(
        "GET",
        "/api/audit/cosigned",
        "audit",
        "cosigned",
        "viewer",
        "The latest checkpoint that a witness cosigned, with its cosignatures.",
    ),
    Operation(
        "GET",
        "/api/audit/tile/{}",
        "audit",
        "tile",
        "viewer",
        "A tile of the log's hashes, or under entries/ of its leaves, as C2SP's tlog-tiles has them.",
    ),
    Operation(
        "GET",
        "/api/audit/key",
        "audit",
        "key",
        "viewer",
        "The public key that checkpoints are checked with; waits says why leaves cannot be sealed.",
    ),
    Operation(
        "GET", "/api/audit/leaves/{}", "audit", "leaf", "viewer", "What the log says of a request, by its id or place."
    ),
    Operation(
        "GET",
        "/api/audit/proofs/{}",
        "audit",
        "proof",
        "viewer",
        "The proof that it says so: an inclusion proof to the latest checkpoint.",
    ),
    Operation(
        "GET",
        "/api/audit/consistency",
        "audit",
        "consistency",
        "viewer",
        "The proof that the log goes on from its first so many leaves.",
        query=("from",),
    ),
)
