"""Reads what a GGUF file says of itself: the header's keys and values, never the weights.

The layout is that of the GGUF specification (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), versions 2
and 3, little-endian: magic, version, tensor count, key count, then typed pairs.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Any

import msgspec

from freehold.core.errors import SetupError

_MAGIC = b"GGUF"
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_LONGEST_KEPT = 4096
"""Arrays longer than this (vocabularies, merges) are stepped over; no per-layer list is as long."""

EMBEDDING_ARCHITECTURES = frozenset(
    {
        "bert",
        "eurobert",
        "gemma-embedding",
        "jina-bert-v2",
        "jina-bert-v3",
        "modern-bert",
        "neo-bert",
        "nomic-bert",
        "nomic-bert-moe",
        "t5encoder",
    }
)
"""Encoders, which cannot generate. Decoders trained to embed say so by a pooling type instead."""

_KEY_VALUE_BYTES = 2
"""The engine keeps keys and values as 16-bit floats unless told otherwise."""


class GgufMetadata(msgspec.Struct, frozen=True):
    """What serving needs to know. Counts; `None` where the file does not say."""

    architecture: str
    name: str | None = None
    licence: str | None = None
    context: int | None = None
    """The context length it was trained for, in tokens."""
    pooling: int | None = None
    """llama.cpp's pooling type: 0 none, 1 mean, 2 first token, 3 last token, 4 rank."""
    chat_template: bool = False
    shards: int = 1
    token_bytes: int | None = None
    """Bytes of key-value cache for one token of context. An upper bound for models with sliding windows."""

    @property
    def embeds(self) -> bool:
        """Whether it is an embedding model by its own account."""
        return self.architecture in EMBEDDING_ARCHITECTURES or bool(self.pooling)


def read_metadata(path: Path) -> GgufMetadata:
    """Read a GGUF header; raises `SetupError` for a file that is absent, unreadable or not GGUF."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
            return _described(_pairs(view, path))
    except OSError as error:
        raise _unreadable(path, error) from error
    except ValueError as error:  # `mmap` refuses an empty file, and text that is not UTF-8 is no GGUF string
        raise SetupError(f"{path} is not a GGUF model ({error}); fetch it again") from error
    except (struct.error, IndexError) as error:
        raise SetupError(f"{path} is cut short or damaged; fetch it again") from error


def check_beginning(path: Path) -> None:
    """Raise `SetupError` for a file that is absent, unreadable, or does not begin as GGUF does. Reads four bytes."""
    try:
        with path.open("rb") as file:
            begins = file.read(len(_MAGIC))
    except OSError as error:
        raise _unreadable(path, error) from error
    _check_magic(begins, path)


def _unreadable(path: Path, error: OSError) -> SetupError:
    return SetupError(f"cannot read {path}: {error.strerror or error}; check the path and its permissions")


def _check_magic(begins: bytes, path: Path) -> None:
    if begins != _MAGIC:
        raise SetupError(
            f"{path} is not a GGUF model (it does not begin with 'GGUF'); convert it, or choose another file"
        )


def _pairs(view: mmap.mmap, path: Path) -> dict[str, Any]:
    _check_magic(view[: len(_MAGIC)], path)
    version, _tensors, count = struct.unpack_from("<IQQ", view, 4)
    if version not in {2, 3}:
        raise SetupError(f"{path} is GGUF version {version}; versions 2 and 3 are understood, so convert it anew")
    cursor = _Cursor(view, 24)
    pairs = {}
    for _ in range(count):
        key = cursor.string()
        pairs[key] = cursor.value(cursor.scalar("I"))
    return pairs


class _Cursor:
    """Walks a GGUF header, one typed value at a time."""

    def __init__(self, view: mmap.mmap, place: int) -> None:
        self._view = view
        self._place = place

    def scalar(self, code: str) -> Any:
        """One number, little-endian."""
        (value,) = struct.unpack_from("<" + code, self._view, self._place)
        self._place += struct.calcsize(code)
        return value

    def string(self) -> str:
        """A length and as many bytes of UTF-8."""
        return self._take(self.scalar("Q")).decode()

    def value(self, kind: int) -> Any:
        """A value of the numbered type; a long array is stepped over and gives `None`."""
        if kind == _STRING:
            return self.string()
        if kind == _ARRAY:
            return self._array(self.scalar("I"), self.scalar("Q"))
        if kind not in _SCALARS:
            raise ValueError(f"unknown value type {kind}")
        return self.scalar(_SCALARS[kind])

    def _array(self, kind: int, count: int) -> list[Any] | None:
        if count <= _LONGEST_KEPT:
            return [self.value(kind) for _ in range(count)]
        if kind in _SCALARS:
            self._take(count * struct.calcsize(_SCALARS[kind]), copy=False)
            return None
        if kind != _STRING:
            raise ValueError(f"a long array of type {kind}")
        for _ in range(count):
            self._take(self.scalar("Q"), copy=False)
        return None

    def _take(self, length: int, *, copy: bool = True) -> bytes:
        end = self._place + length
        if end > len(self._view):
            raise IndexError("past the end of the file")
        start, self._place = self._place, end
        return self._view[start:end] if copy else b""


def _described(pairs: dict[str, Any]) -> GgufMetadata:
    architecture = str(pairs.get("general.architecture", ""))
    if not architecture:
        raise ValueError("it names no architecture")
    return GgufMetadata(
        architecture=architecture,
        name=pairs.get("general.name"),
        licence=pairs.get("general.license"),
        context=pairs.get(f"{architecture}.context_length"),
        pooling=pairs.get(f"{architecture}.pooling_type"),
        chat_template="tokenizer.chat_template" in pairs,
        shards=max(1, pairs.get("split.count", 1)),
        token_bytes=_token_bytes(architecture, pairs),
    )


def _token_bytes(architecture: str, pairs: dict[str, Any]) -> int | None:
    """Key-value bytes a token: over all layers, heads that keep keys times the widths of key and value."""
    layers, heads = pairs.get(f"{architecture}.block_count"), pairs.get(f"{architecture}.attention.head_count")
    width = pairs.get(f"{architecture}.embedding_length")
    if not layers or not heads or not width:
        return None
    per_layer = heads if isinstance(heads, list) else [heads] * layers
    kept = pairs.get(f"{architecture}.attention.head_count_kv", per_layer)
    kept = kept if isinstance(kept, list) else [kept] * layers
    head = width // max(per_layer)
    key = pairs.get(f"{architecture}.attention.key_length", head)
    value = pairs.get(f"{architecture}.attention.value_length", head)
    return int(sum(kept) * (key + value) * _KEY_VALUE_BYTES)
