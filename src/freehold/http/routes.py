"""Every path that Freehold serves, as rows: the application, the OpenAPI description and the reference read them."""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.http.bodies import (
    CollectionBody,
    FileBatchBody,
    RelabelBody,
    SearchBody,
    StoreFileBody,
    StoreSearchBody,
    TuneBody,
    VectorStoreBody,
)

Part = Literal["models", "admin", "audit", "documents", "erasure", "files", "stores", "operations"]
Who = Literal["anyone", "key", "admin"]


class KeyBody(msgspec.Struct, forbid_unknown_fields=True):
    """A key to make. `label`: its default label. `models`: the aliases it may ask for; absent, all.

    `groups`: whose documents it may read. `collections`: what grounds its answers where neither the request nor its
    route names any.
    """

    name: str
    label: str | None = None
    models: list[str] | None = None
    groups: list[str] = []
    collections: list[str] = []
    team: str | None = None
    admin: bool = False
    may_declare: bool = False
    capture: bool = False
    days: int | None = None


class ExplainBody(msgspec.Struct, forbid_unknown_fields=True):
    """A question about routing. Nothing is sent to any target."""

    text: str
    model: str = "auto"
    label: str | None = None


class ErasureBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whose text is to be erased: of all that is given, each must fit.

    `request` and `document` are ids, or the document's name; `key` an id or a name; `user` what requests say in
    ``user`` or ``metadata.user_id``; `text` words of the prompt or the answer, whatever their case. `dry_run`: count
    alone.
    """

    request: str | None = None
    key: str | None = None
    user: str | None = None
    document: str | None = None
    text: str | None = None
    dry_run: bool = False


class Operation(msgspec.Struct, frozen=True):
    """One method of one path. `handler` names a method of the API object ``part``; ``{}`` in a path is one name.

    `who` may call it: the application sees to that before it calls the handler.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    part: Part
    handler: str
    who: Who
    summary: str
    body: type[msgspec.Struct] | None = None
    upload: bool = False
    """It takes a file, as the body or as the part ``file`` of a form."""
    query: tuple[str, ...] = ()


DOCUMENTS = (
    Operation(
        "POST",
        "/api/documents",
        "documents",
        "add",
        "admin",
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
        "admin",
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
        "admin",
        "Change the label of a document, or the groups that may read it, at once.",
        body=RelabelBody,
    ),
    Operation(
        "DELETE", "/api/documents/{}", "documents", "remove", "admin", "Remove a document, at once and for good."
    ),
    Operation("GET", "/api/collections", "documents", "collections", "key", "List collections."),
    Operation(
        "POST",
        "/api/collections",
        "documents",
        "save_collection",
        "admin",
        "Make a collection, or change what its new documents get.",
        body=CollectionBody,
    ),
    Operation(
        "DELETE",
        "/api/collections/{}",
        "documents",
        "remove_collection",
        "admin",
        "Remove a collection with all its documents.",
    ),
    Operation(
        "POST",
        "/api/collections/{}/tune",
        "documents",
        "tune",
        "admin",
        "Choose how a collection's rankings are fused, on questions whose answers are known.",
        body=TuneBody,
    ),
    Operation("GET", "/api/jobs/{}", "documents", "job", "admin", "How the files of a job stand."),
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

STORES = (
    Operation("POST", "/v1/files", "files", "create", "admin", "Keep a file, as OpenAI's API does.", upload=True),
    Operation(
        "GET",
        "/v1/files",
        "files",
        "list",
        "admin",
        "List the files that are kept.",
        query=("after", "limit", "purpose"),
    ),
    Operation("GET", "/v1/files/{}", "files", "one", "key", "Describe a file, or a document by its id."),
    Operation("GET", "/v1/files/{}/content", "files", "content", "key", "The file, or the text of a document."),
    Operation(
        "DELETE", "/v1/files/{}", "files", "remove", "admin", "Remove a file, and what was read from it, everywhere."
    ),
    Operation(
        "POST",
        "/v1/vector_stores",
        "stores",
        "create",
        "admin",
        "Make a collection, as OpenAI's API does.",
        body=VectorStoreBody,
    ),
    Operation("GET", "/v1/vector_stores", "stores", "list", "key", "List collections so.", query=("after", "limit")),
    Operation("GET", "/v1/vector_stores/{}", "stores", "one", "key", "Describe a collection so."),
    Operation("DELETE", "/v1/vector_stores/{}", "stores", "remove", "admin", "Remove a collection; its files stay."),
    Operation(
        "POST",
        "/v1/vector_stores/{}/search",
        "stores",
        "search",
        "key",
        "Find passages, as OpenAI's API does.",
        body=StoreSearchBody,
    ),
    Operation(
        "POST",
        "/v1/vector_stores/{}/files",
        "stores",
        "add",
        "admin",
        "Put a file into a collection.",
        body=StoreFileBody,
    ),
    Operation(
        "GET",
        "/v1/vector_stores/{}/files",
        "stores",
        "files",
        "key",
        "List the documents of a collection that this key may read.",
        query=("after", "limit"),
    ),
    Operation("GET", "/v1/vector_stores/{}/files/{}", "stores", "file", "key", "How a file of a collection stands."),
    Operation(
        "DELETE", "/v1/vector_stores/{}/files/{}", "stores", "remove_file", "admin", "Take a file out of a collection."
    ),
    Operation(
        "POST",
        "/v1/vector_stores/{}/file_batches",
        "stores",
        "add_batch",
        "admin",
        "Put several files into a collection, as one job.",
        body=FileBatchBody,
    ),
    Operation(
        "GET", "/v1/vector_stores/{}/file_batches/{}", "stores", "batch", "admin", "How the files of a batch stand."
    ),
)

AUDIT = (
    Operation(
        "GET", "/api/audit/checkpoint", "audit", "checkpoint", "admin", "The audit log's latest checkpoint, signed."
    ),
    Operation(
        "GET",
        "/api/audit/cosigned",
        "audit",
        "cosigned",
        "admin",
        "The latest checkpoint that a witness cosigned, with its cosignatures.",
    ),
    Operation(
        "GET",
        "/api/audit/tile/{}",
        "audit",
        "tile",
        "admin",
        "A tile of the log's hashes, or under entries/ of its leaves, as C2SP's tlog-tiles has them.",
    ),
    Operation(
        "GET",
        "/api/audit/key",
        "audit",
        "key",
        "admin",
        "The public key that checkpoints are checked with; waits says why leaves cannot be sealed.",
    ),
    Operation(
        "GET", "/api/audit/leaves/{}", "audit", "leaf", "admin", "What the log says of a request, by its id or place."
    ),
    Operation(
        "GET",
        "/api/audit/proofs/{}",
        "audit",
        "proof",
        "admin",
        "The proof that it says so: an inclusion proof to the latest checkpoint.",
    ),
    Operation(
        "GET",
        "/api/audit/consistency",
        "audit",
        "consistency",
        "admin",
        "The proof that the log goes on from its first so many leaves.",
        query=("from",),
    ),
)

ERASURE = (
    Operation(
        "DELETE",
        "/api/requests/{}/content",
        "erasure",
        "content",
        "admin",
        "Erase the captured text of a request; its record stays.",
    ),
    Operation(
        "POST",
        "/api/erasures",
        "erasure",
        "erase",
        "admin",
        "Erase captured text: of a request, a key, a user, a document, or wherever some words stand.",
        body=ErasureBody,
    ),
)

OPERATIONS = (
    Operation("POST", "/v1/chat/completions", "models", "chat", "key", "Answer a chat, as OpenAI's API does."),
    Operation("POST", "/v1/embeddings", "models", "embeddings", "key", "Embed texts, as OpenAI's API does."),
    Operation("POST", "/v1/rerank", "models", "rerank", "key", "Judge texts by how well each answers a query."),
    Operation("GET", "/v1/models", "models", "list", "key", "List what this key may ask for."),
    Operation("GET", "/v1/models/{}", "models", "one", "key", "Describe one of them."),
    Operation("POST", "/v1/messages", "models", "messages", "key", "Answer a chat, as Anthropic's API does."),
    Operation(
        "POST",
        "/v1/messages/count_tokens",
        "models",
        "count_tokens",
        "key",
        "Estimate a prompt's tokens.",
    ),
    Operation(
        "GET",
        "/api/requests",
        "admin",
        "requests",
        "key",
        "List recent requests, newest first: an admin's key sees all, another its own.",
        query=("limit", "cursor", "key", "model", "target", "label", "ending", "since", "until"),
    ),
    Operation(
        "GET",
        "/api/requests/{}",
        "admin",
        "request",
        "key",
        "Why a request was answered as it was: label and sources, targets refused, attempts, scores, cost.",
    ),
    Operation(
        "GET",
        "/api/usage",
        "admin",
        "usage",
        "admin",
        "Requests, tokens and money, in groups.",
        query=("by", "since", "until"),
    ),
    Operation("GET", "/api/keys", "admin", "keys", "admin", "List keys; never their secrets."),
    Operation("POST", "/api/keys", "admin", "create_key", "admin", "Make a key; it is shown once.", body=KeyBody),
    Operation("POST", "/api/keys/{}/rotate", "admin", "rotate_key", "admin", "Replace a key's secret, at once."),
    Operation("DELETE", "/api/keys/{}", "admin", "revoke_key", "admin", "Revoke a key, at once."),
    Operation("GET", "/api/targets", "admin", "targets", "admin", "What can answer, its health, what went out."),
    Operation(
        "POST",
        "/api/explain",
        "admin",
        "explain",
        "key",
        "Which target would answer, which may not and why; sends nothing.",
        body=ExplainBody,
    ),
    Operation("POST", "/api/reload", "admin", "reload", "admin", "Read the configuration again: whole, or not at all."),
    *AUDIT,
    *ERASURE,
    *DOCUMENTS,
    *STORES,
    Operation("GET", "/api/openapi.json", "operations", "openapi", "anyone", "This description."),
    Operation("GET", "/healthz", "operations", "healthz", "anyone", "Whether the process lives."),
    Operation("GET", "/readyz", "operations", "readyz", "anyone", "Whether it can take requests."),
    Operation("GET", "/", "operations", "front", "anyone", "Where to go from here."),
)


def openapi(version: str) -> dict[str, object]:
    """The OpenAPI 3.1 document of `OPERATIONS`."""
    bodies = [operation.body for operation in OPERATIONS if operation.body is not None]
    _, components = msgspec.json.schema_components(bodies, ref_template="#/components/schemas/{name}")
    paths: dict[str, dict[str, object]] = {}
    for operation in OPERATIONS:
        paths.setdefault(described_path(operation.path), {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Freehold", "version": version, "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "x-api-key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
            },
        },
    }


def described_path(path: str) -> str:
    """A path with its names told apart, as in ``/v1/vector_stores/{name}/files/{member}``."""
    return path.replace("{}", "{name}", 1).replace("{}", "{member}", 1)


def _described(operation: Operation) -> dict[str, object]:
    found: dict[str, object] = {
        "operationId": f"{operation.part}_{operation.handler}",
        "summary": operation.summary,
        "responses": {"200": {"description": "Done."}, "default": {"description": "An error in the caller's dialect."}},
    }
    parameters: list[dict[str, object]] = [
        {"name": name, "in": "query", "schema": {"type": "string"}} for name in operation.query
    ]
    parameters += [
        {"name": hole, "in": "path", "required": True, "schema": {"type": "string"}}
        for hole in ("name", "member")[: operation.path.count("{}")]
    ]
    if parameters:
        found["parameters"] = parameters
    if operation.who != "anyone":
        found["security"] = [{"bearer": []}, {"x-api-key": []}]
    if operation.body is not None:
        reference = {"$ref": f"#/components/schemas/{operation.body.__name__}"}
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": reference}}}
    elif operation.upload:
        form = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
        found["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    elif operation.method == "POST" and operation.part == "models":
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    return found
