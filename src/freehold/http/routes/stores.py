"""The paths of files and vector stores, as OpenAI's API has them."""

from __future__ import annotations

from freehold.http.bodies import FileBatchBody, StoreFileBody, StoreSearchBody, VectorStoreBody
from freehold.http.routes.operation import Operation

STORES = (
    Operation("POST", "/v1/files", "files", "create", "operator", "Keep a file, as OpenAI's API does.", upload=True),
    Operation(
        "GET",
        "/v1/files",
        "files",
        "list",
        "operator",
        "List the files that are kept.",
        query=("after", "limit", "purpose"),
    ),
    Operation("GET", "/v1/files/{}", "files", "one", "key", "Describe a file, or a document by its id."),
    Operation("GET", "/v1/files/{}/content", "files", "content", "key", "The file, or the text of a document."),
    Operation(
        "DELETE", "/v1/files/{}", "files", "remove", "operator", "Remove a file, and what was read from it, everywhere."
    ),
    Operation(
        "POST",
        "/v1/vector_stores",
        "stores",
        "create",
        "operator",
        "Make a collection, as OpenAI's API does.",
        body=VectorStoreBody,
    ),
    Operation("GET", "/v1/vector_stores", "stores", "list", "key", "List collections so.", query=("after", "limit")),
    Operation("GET", "/v1/vector_stores/{}", "stores", "one", "key", "Describe a collection so."),
    Operation("DELETE", "/v1/vector_stores/{}", "stores", "remove", "operator", "Remove a collection; its files stay."),
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
        "operator",
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
        "DELETE",
        "/v1/vector_stores/{}/files/{}",
        "stores",
        "remove_file",
        "operator",
        "Take a file out of a collection.",
    ),
    Operation(
        "POST",
        "/v1/vector_stores/{}/file_batches",
        "stores",
        "add_batch",
        "operator",
        "Put several files into a collection, as one job.",
        body=FileBatchBody,
    ),
    Operation(
        "GET", "/v1/vector_stores/{}/file_batches/{}", "stores", "batch", "operator", "How the files of a batch stand."
    ),
)
