"""Files and passages of a vector store as OpenAI's API shows them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from freehold.core.errors import NotFound
from freehold.knowledge.ingest.report import JobReport
from freehold.knowledge.model import Document, Hit
from freehold.stores.shelf import Filed, Put


def file_row(collection: str, file_id: str, document: Document) -> dict[str, Any]:
    """A file that has been read."""
    made = {"created_at": document.added_ns // 10**9, "usage_bytes": document.size}
    return _status_row(collection, file_id, "completed") | made


def unread_row(collection: str, file_id: str, put: Put, report: JobReport) -> dict[str, Any]:
    """A file of whose name there is no document: under way, failed, or an archive, of whose members there are.

    Raises `NotFound` where there was one that has been removed.
    """
    entry = next((each for each in report.files if each.name == put.name), None)
    if entry is not None and entry.state == "failed":
        error = {"code": "invalid_file", "message": entry.reason}
        return _status_row(collection, file_id, "failed") | {"last_error": error}
    if entry is not None and entry.state in ("done", "unchanged"):
        return _status_row(collection, file_id, "completed")
    if report.state == "running":
        return _status_row(collection, file_id, "in_progress")
    raise NotFound(f"what was read of {file_id} is not in {collection} any more")


def _status_row(collection: str, file_id: str, status: str) -> dict[str, Any]:
    return {
        "id": file_id,
        "object": "vector_store.file",
        "created_at": time.time_ns() // 10**9,
        "usage_bytes": 0,
        "vector_store_id": collection,
        "status": status,
        "last_error": None,
        "attributes": {},
    }


def batch_row(collection: str, report: JobReport) -> dict[str, Any]:
    """A batch, which is a job."""
    return {
        "id": report.id,
        "object": "vector_store.files_batch",
        "created_at": time.time_ns() // 10**9,
        "vector_store_id": collection,
        "status": "in_progress" if report.state == "running" else "completed",
        "file_counts": file_counts(report.waiting, report.done + report.unchanged, report.failed),
    }


def file_counts(waiting: int, completed: int, failed: int) -> dict[str, int]:
    """How many files stand how, and all together."""
    counts = {"in_progress": waiting, "completed": completed, "failed": failed, "cancelled": 0}
    return counts | {"total": sum(counts.values())}


def hit_row(hit: Hit, held: Mapping[str, Filed]) -> dict[str, Any]:
    """A passage that was found. `held`: the files of the collection, by the names of their documents."""
    filed = held.get(hit.place.name)
    return {
        "file_id": hit.place.document if filed is None else filed.id,
        "filename": hit.place.name,
        "score": hit.score,
        "attributes": {},
        "content": [{"type": "text", "text": hit.text}],
    }
