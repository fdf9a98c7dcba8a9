from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from freehold.knowledge.extract.bounds import Bounds
from freehold.knowledge.extract.job import REPLIES, Job, Read, Refused
from freehold.knowledge.extract.kinds import MEDIA_TYPES, Kind
from freehold.knowledge.extract.worker import perform
from freehold.knowledge.frames import read_frame, write_frame
from support.documents import docx, eml, pdf, picture, pptx, xlsx

BODIES: dict[Kind, bytes] = {
    "pdf": pdf(["needle"]),
    "docx": docx(["needle"]),
    "pptx": pptx([("needle", [])]),
    "xlsx": xlsx({"S": [["needle"]]}),
    "html": b"<p>needle",
    "mail": eml("S", "needle"),
    "older": rb"{\rtf1 needle}",
}


def job(folder: Path, kind: Kind, body: bytes, **bounds: float) -> Job:
    source = folder / "source"
    source.write_bytes(body)
    limits = Bounds(**bounds)  # type: ignore[arg-type]
    return Job(str(source), kind, MEDIA_TYPES.get(kind, "application/rtf"), str(folder), ocr=False, bounds=limits)


@pytest.mark.parametrize("kind", BODIES)
def test_each_kind_has_its_reader(tmp_path: Path, kind: Kind) -> None:
    reply = perform(job(tmp_path, kind, BODIES[kind]))
    assert isinstance(reply, Read), reply
    assert "needle" in reply.extracted.text


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert "damaged" in str(perform(job(tmp_path, "docx", b"PK\x03\x04")))
    assert perform(job(tmp_path, "zip", b"")) == Refused("Files of the kind zip are not read here.")


def test_a_structure_without_end_is_refused(tmp_path: Path) -> None:
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    deep = f"<w:document {names}><w:body><w:p>{'<w:r>' * 50_000}{'</w:r>' * 50_000}</w:p></w:body></w:document>"
    from support.documents import zipped

    reply = perform(job(tmp_path, "docx", zipped({"word/document.xml": deep})))
    assert reply == Refused("Its structure is nested too deep to be read; save it as PDF or text.")


def test_the_process_serves_until_its_input_ends(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "freehold.knowledge.extract.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for body in (b"<p>one", b"<p>two"):
            write_frame(process.stdin, job(tmp_path, "html", body))  # type: ignore[arg-type]
            reply = REPLIES.decode(read_frame(process.stdout) or b"")  # type: ignore[arg-type]
            assert isinstance(reply, Read)
            assert reply.extracted.text == body.decode()[3:]
        process.stdin.close()
        assert process.wait(30) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a process to its address space")
def test_memory_is_bounded(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "freehold.knowledge.extract.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        write_frame(process.stdin, job(tmp_path, "html", b"<p>" + b"words " * 10_000_000, memory_bytes=192 * 2**20))  # type: ignore[arg-type]
        reply = REPLIES.decode(read_frame(process.stdout) or b"")  # type: ignore[arg-type]
        assert reply == Refused("Reading it takes more than 192 MiB of memory; split the file.")
        process.stdin.close()
        process.wait(30)


def test_a_picture_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.knowledge.extract.ocr.recognise", lambda _: "HELLO")
    reply = perform(job(tmp_path, "image", picture("HELLO")))
    assert isinstance(reply, Read)
    assert reply.extracted.text == "HELLO"
