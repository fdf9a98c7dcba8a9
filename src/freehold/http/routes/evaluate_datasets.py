"""The paths by which datasets are made, read and removed."""

from __future__ import annotations

from freehold.http.routes.operation import Operation

_WANTED = ("name", "label", "split_at", "test_share", "by", "group", "personal", "near")

EVALUATE_DATASETS = (
    Operation(
        "POST",
        "/api/eval/datasets",
        "evaluate_datasets",
        "add",
        "operator",
        "Make a dataset of a file, or find the one of the same content.",
        upload=True,
        query=("format", "filename", *_WANTED),
    ),
    Operation(
        "POST",
        "/api/eval/datasets/from-ledger",
        "evaluate_datasets",
        "from_ledger",
        "admin",
        "Make a dataset of what people said of answers, where the key that asked consented to its text being kept.",
        query=("since", *_WANTED),
    ),
    Operation(
        "GET",
        "/api/eval/datasets",
        "evaluate_datasets",
        "versions",
        "viewer",
        "List datasets, newest first; with a name, its versions.",
        query=("name",),
    ),
    Operation(
        "GET",
        "/api/eval/datasets/{}",
        "evaluate_datasets",
        "show",
        "viewer",
        "One dataset by id, or the newest of a name, with some of its examples.",
        query=("after", "limit"),
    ),
    Operation(
        "GET",
        "/api/eval/datasets/{}/export",
        "evaluate_datasets",
        "export",
        "viewer",
        "All examples of a dataset as JSON lines, which can be added again; those from the ledger for admins alone.",
    ),
    Operation(
        "POST",
        "/api/eval/datasets/{}/split",
        "evaluate_datasets",
        "split",
        "operator",
        "Make a dataset of another, whose examples go to the sides of a split anew.",
        query=("name", "split_at", "test_share", "by", "group"),
    ),
    Operation(
        "DELETE",
        "/api/eval/datasets/{}",
        "evaluate_datasets",
        "remove",
        "operator",
        "Remove a dataset; one that runs were asked for only with force=true.",
        query=("force",),
    ),
)
