"""Rows of Parquet, by pyarrow (``freehold[evaluate]``)."""

from __future__ import annotations

import io

from freehold.core.errors import BadRequest, TooLarge, Unprocessable
from freehold.evaluate.datasets.cells import as_read
from freehold.evaluate.datasets.faults import Faults, RowFault
from freehold.evaluate.datasets.lines import Rows
from freehold.evaluate.datasets.opening import MOST_BYTES, MOST_ROWS

_AT_ONCE = 1_000


def read_parquet(body: bytes, faults: Faults) -> Rows:
    """The rows of a Parquet file, without the values that are null.

    Raises `Unprocessable` where pyarrow is not installed, `BadRequest` for what is no Parquet, `TooLarge`.
    """
    try:
        # An extra that few install, and slow to import.
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        raise Unprocessable("Parquet needs pyarrow: run pip install 'freehold[evaluate]', or use JSONL") from error
    try:
        file = pq.ParquetFile(io.BytesIO(body))
        _check(file.metadata)
        number = 0
        for batch in file.iter_batches(batch_size=_AT_ONCE):
            for row in batch.to_pylist():
                number += 1
                try:
                    yield f"row {number}", {k: as_read(k, each) for k, each in row.items() if each is not None}
                except RowFault as fault:
                    faults.add(f"row {number}", str(fault))
    except (pa.ArrowException, OSError) as error:
        raise BadRequest(f"the file cannot be read as Parquet: {error}; write it anew", param="file") from error


def _check(metadata: object) -> None:
    """Raises `TooLarge` before anything is unpacked."""
    groups = range(metadata.num_row_groups)  # type: ignore[attr-defined]  # pyarrow has no types
    unpacked = sum(metadata.row_group(number).total_byte_size for number in groups)  # type: ignore[attr-defined]
    if metadata.num_rows > MOST_ROWS or unpacked > MOST_BYTES:  # type: ignore[attr-defined]
        raise TooLarge(
            f"the file has {metadata.num_rows} rows and {unpacked // 2**20} MiB once unpacked;"  # type: ignore[attr-defined]
            f" at most {MOST_ROWS} rows and {MOST_BYTES // 2**20} MiB are read: make several datasets of it"
        )
