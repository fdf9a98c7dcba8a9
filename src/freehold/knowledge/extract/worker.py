"""Reads files in a process of its own: ``python -m freehold.knowledge.extract.worker``.

Jobs come on standard input and replies go to standard output, one for one, until the input ends. A fault of a reader
ends the process, which its parent takes for the file's fault; so does the alarm that is set for each job, which the
kernel rings even when compiled code never returns, or the parent is gone.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from freehold.knowledge.extract import job as jobs
from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.html import read_html
from freehold.knowledge.extract.job import Job, Read, Refused, Reply
from freehold.knowledge.extract.mail import read_mail
from freehold.knowledge.extract.memory import confine, exhausted
from freehold.knowledge.extract.ocr import read_image, recognise
from freehold.knowledge.extract.older import read_older
from freehold.knowledge.extract.pdf import read_pdf
from freehold.knowledge.extract.sheets import read_sheets
from freehold.knowledge.extract.slides import read_pptx
from freehold.knowledge.extract.word import read_docx
from freehold.knowledge.frames import read_frame, write_frame
from freehold.knowledge.model import Extracted

_GRACE_SECONDS = 5.0
"""The parent's own clock is to ring first, since it can say what happened."""


def main() -> int:
    """Serve jobs until standard input ends."""
    source, target = _pipes()
    while (data := read_frame(source)) is not None:
        job = jobs.JOBS.decode(data)
        _bound(job)
        write_frame(target, perform(job))
        signal.setitimer(signal.ITIMER_REAL, 0)
    return 0


def perform(job: Job) -> Reply:
    """Read one file."""
    try:
        if job.kind == "mail":
            data = Path(job.source).read_bytes()
            bounds = job.bounds
            return Read(*read_mail(data, job.media_type, bounds.characters, Path(job.scratch), bounds.members))
        extracted = _extracted(job)
    except Rejected as rejected:
        return Refused(str(rejected))
    except MemoryError:
        return Refused(exhausted(job.bounds.memory_bytes))
    except RecursionError:
        return Refused("Its structure is nested too deep to be read; save it as PDF or text.")
    return Read(extracted)


def _extracted(job: Job) -> Extracted:
    source, characters = Path(job.source), job.bounds.characters
    match job.kind:
        case "pdf":
            return read_pdf(source, job.media_type, characters, recognise if job.ocr else None)
        case "docx":
            return read_docx(source, job.media_type, characters, job.bounds.file_bytes)
        case "pptx":
            return read_pptx(source, job.media_type, characters, job.bounds.file_bytes)
        case "xlsx":
            return read_sheets(source, job.media_type, characters)
        case "html":
            return read_html(source.read_bytes(), job.media_type, characters)
        case "image":
            return read_image(source.read_bytes(), job.media_type, characters)
        case "older":
            return read_older(source, job.media_type, characters)
        case _:
            raise Rejected(f"Files of the kind {job.kind} are not read here.")


def _bound(job: Job) -> None:
    """Set the bounds of one job on this process; with no handler, the alarm ends it."""
    confine(job.bounds.memory_bytes)
    signal.setitimer(signal.ITIMER_REAL, job.seconds + _GRACE_SECONDS)


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Both ends for messages; whatever a library prints must not come between them."""
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sys.stdin.buffer, target


if __name__ == "__main__":
    sys.exit(main())
