"""Documents, collections and passages as JSON: labels as text, times in ISO 8601."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from freehold.knowledge.model import Collection, Document, Hit


def document_row(document: Document) -> dict[str, Any]:
    """A document, without its text."""
    return {
        "id": document.id,
        "collection": document.collection,
        "name": document.name,
        "title": document.title,
        "media_type": document.media_type,
        "label": str(document.label),
        "groups": sorted(document.groups),
        "version": document.version,
        "digest": document.digest,
        "bytes": document.size,
        "characters": document.characters,
        "chunks": document.chunks,
        "embedded": document.embedded,
        "pages": document.pages,
        "notes": list(document.notes),
        "added": iso(document.added_ns),
        "changed": iso(document.changed_ns),
    }


def collection_row(collection: Collection) -> dict[str, Any]:
    """A collection, with what its new documents get."""
    return {
        "name": collection.name,
        "label": None if collection.label is None else str(collection.label),
        "groups": sorted(collection.groups),
        "weights": None if collection.weights is None else msgspec.to_builtins(collection.weights),
        "documents": collection.documents,
        "chunks": collection.chunks,
        "embedded": collection.embedded,
    }


def hit_row(hit: Hit) -> dict[str, Any]:
    """A passage that was found, and where it stands."""
    return {
        "text": hit.text,
        "score": hit.score,
        "lexical_rank": hit.lexical_rank,
        "dense_rank": hit.dense_rank,
        "label": str(hit.label),
        "place": msgspec.to_builtins(hit.place),
    }


def iso(ns: int) -> str:
    """A moment of the wall clock, in UTC, to the second."""
    return datetime.fromtimestamp(ns / 10**9, UTC).isoformat(timespec="seconds")
