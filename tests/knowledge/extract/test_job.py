from __future__ import annotations

import io

from freehold.knowledge.extract.bounds import Bounds
from freehold.knowledge.extract.job import JOBS, REPLIES, Job, Refused, received, send

JOB = Job("/tmp/x", "pdf", "application/pdf", "", ocr=False, bounds=Bounds(seconds=2, ocr_seconds=9))


def test_a_message_comes_as_it_went() -> None:
    pipe = io.BytesIO()
    send(pipe, JOB)
    send(pipe, Refused("no"))
    pipe.seek(0)
    assert JOBS.decode(received(pipe) or b"") == JOB
    assert REPLIES.decode(received(pipe) or b"") == Refused("no")
    assert received(pipe) is None


def test_a_message_that_was_cut_off_is_none() -> None:
    pipe = io.BytesIO()
    send(pipe, JOB)
    assert received(io.BytesIO(pipe.getvalue()[:-1])) is None
    assert received(io.BytesIO(pipe.getvalue()[:5])) is None


def test_only_what_may_be_recognised_gets_the_longer_time() -> None:
    assert JOB.seconds == 2
    assert Job("", "pdf", "", "", ocr=True, bounds=JOB.bounds).seconds == 9
    assert Job("", "docx", "", "", ocr=True, bounds=JOB.bounds).seconds == 2
