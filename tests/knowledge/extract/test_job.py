from __future__ import annotations

import io

from freehold.knowledge.extract.bounds import Bounds
from freehold.knowledge.extract.job import JOBS, REPLIES, Job, Refused
from freehold.knowledge.frames import read_frame, write_frame

JOB = Job("/tmp/x", "pdf", "application/pdf", "", ocr=False, bounds=Bounds(seconds=2, ocr_seconds=9))


def test_a_message_comes_as_it_went() -> None:
    pipe = io.BytesIO()
    write_frame(pipe, JOB)
    write_frame(pipe, Refused("no"))
    pipe.seek(0)
    assert JOBS.decode(read_frame(pipe) or b"") == JOB
    assert REPLIES.decode(read_frame(pipe) or b"") == Refused("no")
    assert read_frame(pipe) is None


def test_a_message_that_was_cut_off_is_none() -> None:
    pipe = io.BytesIO()
    write_frame(pipe, JOB)
    assert read_frame(io.BytesIO(pipe.getvalue()[:-1])) is None
    assert read_frame(io.BytesIO(pipe.getvalue()[:5])) is None


def test_only_what_may_be_recognised_gets_the_longer_time() -> None:
    assert JOB.seconds == 2
    assert Job("", "pdf", "", "", ocr=True, bounds=JOB.bounds).seconds == 9
    assert Job("", "docx", "", "", ocr=True, bounds=JOB.bounds).seconds == 2
