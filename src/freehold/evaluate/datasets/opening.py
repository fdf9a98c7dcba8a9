"""A file as its bytes: unpacked, without a mark of its encoding, within bounds, and of which format."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import IO, Literal, get_args

from freehold.core.errors import BadRequest, TooLarge

Format = Literal["jsonl", "json", "csv", "tsv", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)

MOST_BYTES = 512 * 2**20
"""Of a file once unpacked."""
MOST_ROWS = 250_000
MOST_ROW_BYTES = 8 * 2**20
"""Of one row, as it stands in the file."""

_ENDINGS: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_PARQUET = b"PAR1"
_AT_ONCE = 2**20


def opened(path: Path) -> bytes:
    """All of a file, unpacked where it is packed. Raises `BadRequest` and `TooLarge`, each with the mend."""
    with path.open("rb") as file:
        packed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        body = _bounded(gzip.GzipFile(fileobj=file) if packed else file)
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadRequest("the file is UTF-16; save it as UTF-8", param="file")
    body = body.removeprefix(_BOM)
    if not body.strip():
        raise BadRequest("the file is empty; a dataset has at least one row", param="file")
    return body


def _bounded(file: IO[bytes] | gzip.GzipFile) -> bytes:
    body = bytearray()
    try:
        while piece := file.read(_AT_ONCE):
            body += piece
            if len(body) > MOST_BYTES:
                raise TooLarge(
                    f"the file is larger than {MOST_BYTES // 2**20} MiB once unpacked; make several datasets of it"
                )
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadRequest("the file begins as gzip and cannot be unpacked; pack it anew", param="file") from error
    return bytes(body)


def format_of(body: bytes, name: str, said: str | None = None) -> Format:
    """Which format a file has: as is said, else by the ending of its name, else by how it begins.

    Raises `BadRequest` for a format that there is not.
    """
    if said is not None:
        if said not in FORMATS:
            raise BadRequest(f"format is one of {', '.join(FORMATS)}, not {said[:40]!r}", param="format")
        return said
    ending = Path(name.lower().removesuffix(".gz")).suffix
    found = _ENDINGS.get(ending) or _by_content(body)
    # Many a file called .json is one of JSON lines, and a list may be called .jsonl.
    if found in {"json", "jsonl"} and not body.startswith(_PARQUET):
        return "json" if body.lstrip()[:1] == b"[" else "jsonl"
    return found


def _by_content(body: bytes) -> Format:
    if body.startswith(_PARQUET):
        return "parquet"
    return {b"[": "json", b"{": "jsonl"}.get(body.lstrip()[:1], "csv")  # type: ignore[return-value]
