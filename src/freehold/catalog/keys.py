"""Where a target's key comes from: ``env:NAME``, ``file:PATH``, or the text itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from freehold.core.target import Secret

_MAX_BYTES = 64 * 1024


class KeyFault(ValueError):
    """A key that cannot be had. The text never holds the key; `mend` says what to do."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.mend = mend


def is_literal(setting: str) -> bool:
    """Whether the setting is the key itself rather than where to find it."""
    return not setting.startswith(("env:", "file:"))


def resolve(setting: str, env: Mapping[str, str], directory: Path) -> Secret:
    """The key that a setting names; relative files are looked for in `directory`. Raises `KeyFault`."""
    if setting.startswith("env:"):
        return _from_env(setting[4:], env)
    if setting.startswith("file:"):
        return _from_file(setting[5:], env, directory)
    return _sendable(setting, "api_key")


def _from_env(name: str, env: Mapping[str, str]) -> Secret:
    value = env.get(name, "")
    if not value:
        raise KeyFault(f"the variable {name} is not set", f"set {name}, or give api_key another source")
    return _sendable(value, name)


def _from_file(name: str, env: Mapping[str, str], directory: Path) -> Secret:
    path = directory / expand_home(name, env)
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise KeyFault(
            f"the key file {path} cannot be read: {error.strerror}", "check the path and its rights"
        ) from None
    if len(data) > _MAX_BYTES:
        raise KeyFault(f"the key file {path} holds more than a key", "give it a file that holds the key alone")
    try:
        return _sendable(data.decode().strip(), str(path))
    except UnicodeDecodeError:
        raise KeyFault(f"the key file {path} is not text", "give it a file that holds the key alone") from None


def _sendable(value: str, where: str) -> Secret:
    if not value:
        raise KeyFault(f"the key in {where} is empty", "put the key there")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise KeyFault(
            f"the key in {where} holds a space, a control character or a letter beyond ASCII", "copy it anew"
        )
    return Secret(value)


def expand_home(name: str, env: Mapping[str, str]) -> Path:
    """A path with a leading ``~`` replaced by the ``HOME`` of `env`, or else by the account's own."""
    path = Path(name)
    if path.parts[:1] != ("~",):
        return path
    home = Path(env["HOME"]) if env.get("HOME") else Path.home()
    return home.joinpath(*path.parts[1:])
