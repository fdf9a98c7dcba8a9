from __future__ import annotations

import msgspec
import pytest

from freehold.core.errors import NotFound
from freehold.core.label import PUBLIC
from freehold.core.passage import Place
from freehold.http.store_rows import batch_row, file_counts, file_row, hit_row, unread_row
from freehold.knowledge.ingest.report import FileReport, JobReport
from freehold.knowledge.model import Hit
from freehold.stores.shelf import Filed, Put
from support.filing import DOCUMENT

RUNNING = JobReport("job_1", "running", waiting=1, done=2, unchanged=1, failed=1, files=())
DONE = msgspec.structs.replace(RUNNING, state="done", waiting=0)
PUT = Put("a.pdf", "job_1")


def reported(state: str, reason: str = "") -> JobReport:
    return msgspec.structs.replace(DONE, files=(FileReport("a.pdf", state, reason=reason),))  # type: ignore[arg-type]


def test_a_file_that_was_read_is_completed() -> None:
    row = file_row("c", "file-1", DOCUMENT)
    assert (row["id"], row["status"], row["vector_store_id"], row["usage_bytes"]) == ("file-1", "completed", "c", 10)


def test_a_file_without_a_document_says_how_it_stands() -> None:
    failed = unread_row("c", "file-1", PUT, reported("failed", "it is encrypted"))
    assert (failed["status"], failed["last_error"]["message"]) == ("failed", "it is encrypted")
    assert unread_row("c", "file-1", PUT, reported("done"))["status"] == "completed"
    assert unread_row("c", "file-1", PUT, RUNNING)["status"] == "in_progress"
    with pytest.raises(NotFound):
        unread_row("c", "file-1", PUT, DONE)


def test_a_batch_counts_its_files() -> None:
    row = batch_row("c", RUNNING)
    assert (row["status"], row["id"]) == ("in_progress", "job_1")
    assert row["file_counts"] == {"in_progress": 1, "completed": 3, "failed": 1, "cancelled": 0, "total": 5}
    assert batch_row("c", DONE)["status"] == "completed"
    assert file_counts(0, 0, 0)["total"] == 0


def test_a_passage_is_of_its_file_or_of_its_document() -> None:
    hit = Hit("text", Place("c", "doc_1", 1, "a.pdf", "A", 0, 4, "d"), PUBLIC, 0.5)
    filed = Filed("file-1", "a.pdf", "assistants", 4, 0, {"c": PUT})
    assert hit_row(hit, {})["file_id"] == "doc_1"
    row = hit_row(hit, {"a.pdf": filed})
    assert (row["file_id"], row["filename"], row["score"], row["content"]) == (
        "file-1",
        "a.pdf",
        0.5,
        [{"type": "text", "text": "text"}],
    )
