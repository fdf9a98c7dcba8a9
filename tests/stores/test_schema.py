"""The schema as it is declared and as it is written out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from freehold.stores import sqlite
from freehold.stores.schema import metadata, sqlite_ddl


def test_the_written_out_schema_is_the_declared_one() -> None:
    written = Path(sqlite.__file__).with_name("schema.sql").read_text(encoding="utf-8")
    assert written == sqlite_ddl(sqlite.HEAD)


def test_the_module_prints_what_is_to_be_written_out() -> None:
    command = [sys.executable, "-m", "freehold.stores.schema", "0009"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == sqlite_ddl("0009")


def test_money_and_time_fit_in_eight_bytes() -> None:
    columns = [column for table in metadata.tables.values() for column in table.columns]
    wide = [column for column in columns if column.name.endswith(("_nano", "_ns", "_tokens"))]
    assert len(wide) > 15
    assert {str(column.type) for column in wide} == {"BIGINT"}
