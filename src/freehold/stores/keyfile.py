"""Secrets that this installation makes for itself: a file each, in the data directory, for this user's eyes alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from freehold.core.errors import SetupError
from freehold.core.target import Secret

_BYTES = 32


def keyfile(folder: Path, name: str) -> Secret:
    """The secret of this name, as 64 hex digits, made at the first call.

    It is written whole and given its name only if nobody else has been quicker. Raises `SetupError` for a file that
    cannot be read or written, or that holds anything else: a fresh secret in its place would lose what the old one
    keeps.
    """
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        text = path.read_text("ascii").strip()
        if len(bytes.fromhex(text)) != _BYTES:
            raise ValueError("it is not 64 hex digits")
    except (OSError, ValueError) as error:
        what = getattr(error, "strerror", None) or error
        raise SetupError(f"the secret in {path} cannot be used ({what}); bring it back from a backup") from error
    return Secret(text)


def _make(path: Path) -> None:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass  # Somebody else was quicker, and theirs is the one.
    finally:
        fresh.unlink()
