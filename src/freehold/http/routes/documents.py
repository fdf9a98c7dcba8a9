"""The paths of documents, collections and search."""

from __future__ import annotations

from freehold.http.bodies import CollectionBody, RelabelBody, SearchBody, TuneBody
from freehold.http.routes.operation import Operation

DOCUMENTS = (
    Operation(
        "POST",
        "/api/documents",
        "documents",
        "add",
        "operator",
        "Add a file to a collection: 202 with a job, or with wait=1 what came of it.",
        upload=True,
        query=("collection", "name", "label", "groups", "job", "wait"),
    ),
    Operation(
        "GET",
        "/api/documents",
        "documents",
        "list",
        "key",
        "List the documents that this key may read.",
        query=("collection", "after", "limit"),
    ),
    Operation(
        "GET",
        "/api/documents/digests",
        "documents",
        "digests",
        "operator",
        "The id and SHA-256 of every document of a collection, by name.",
        query=("collection",),
    ),
    Operation("GET", "/api/documents/{}", "documents", "one", "key", "Describe a document."),
    Operation(
        "GET",
        "/api/documents/{}/text",
        "documents",
        "text",
        "key",
        "The text that was read from a document, or a piece of it, in characters.",
        query=("version", "start", "end"),
    ),
    Operation(
        "POST",
        "/api/documents/{}",
        "documents",
        "relabel",
        "operator",
        "Change the label of a document, or the groups that may read it, at once.",
        body=RelabelBody,
    ),
    Operation(
        "DELETE", "/api/documents/{}", "documents", "remove", "operator", "Remove a document, at once and for good."
    ),
    Operation("GET", "/api/collections", "documents", "collections", "key", "List collections."),
    Operation(
        "POST",
        "/api/collections",
        "documents",
        "save_collection",
        "operator",
        "Make a collection, or change what its new documents get.",
        body=CollectionBody,
    ),
    Operation(
        "DELETE",
        "/api/collections/{}",
        "documents",
        "remove_collection",
        "operator",
        "Remove a collection with all its documents.",
    ),
    Operation(
        "POST",
        "/api/collections/{}/tune",
        "documents",
        "tune",
        "operator",
        "Choose how a collection's rankings are fused, on questions whose answers are known.",
        body=TuneBody,
    ),
    Operation("GET", "/api/jobs/{}", "documents", "job", "operator", "How the files of a job stand."),
    Operation(
        "POST",
        "/api/search",
        "documents",
        "search",
        "key",
        "Find passages, with their scores, ranks and places; asks no model for an answer.",
        body=SearchBody,
    ),
    Operation(
        "GET",
        "/api/citations/check",
        "documents",
        "check",
        "key",
        "Whether a citation still says what its document says.",
        query=("document", "version", "start", "end", "digest"),
    ),
)
