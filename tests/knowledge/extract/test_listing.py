"""That a list of members is refused by its length before it is read in, however it is told."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from freehold.knowledge.extract.archive import Archive, Budget
from freehold.knowledge.extract.bounds import Bounds
from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.listing import LONGEST_LIST, Listed
from freehold.knowledge.extract.package import Package
from freehold.knowledge.extract.sniff import sniff
from support.documents import zipped


def long_listed(path: Path) -> Path:
    """An archive whose end says that its list is longer than may be."""
    body = bytearray(zipped({"a.txt": "words"}))
    end = body.rfind(b"PK\x05\x06")
    struct.pack_into("<I", body, end + 12, LONGEST_LIST + 1)
    body[:end] += bytes(LONGEST_LIST)
    path.write_bytes(body)
    return path


def test_a_list_of_usual_length_is_read_and_the_file_closed(tmp_path: Path) -> None:
    source = tmp_path / "a.zip"
    source.write_bytes(zipped({"a.txt": "words", "b.txt": "x" * 10_000_000}))
    with Listed(source) as archive:
        assert archive.namelist() == ["a.txt", "b.txt"]
        assert archive.read("a.txt") == b"words"
        assert len(archive.read("b.txt")) == 10_000_000
        opened = archive.fp
    assert opened is not None
    assert opened.closed


def test_a_list_that_is_too_long_is_refused_wherever_an_archive_is_opened(tmp_path: Path) -> None:
    source = long_listed(tmp_path / "a.zip")
    with pytest.raises(Rejected, match="list of members has 5,242,881 bytes"):
        sniff(source, "a.zip")
    with pytest.raises(Rejected, match="list of members"):
        Archive(source, Bounds(), Budget(1))
    with pytest.raises(Rejected, match="list of members"):
        Package(source, 1)


def test_what_is_no_archive_is_said_as_ever(tmp_path: Path) -> None:
    source = tmp_path / "a.zip"
    source.write_bytes(b"PK\x03\x04")
    with pytest.raises(zipfile.BadZipFile):
        Listed(source)
