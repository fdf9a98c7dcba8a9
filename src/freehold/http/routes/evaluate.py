"""The paths by which runs of an evaluation are begun, followed, compared and brought from elsewhere."""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.http.routes.operation import Operation


class RunBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be asked.

    `dataset`: an id, or a name, whose newest version is meant; `subject`: a route or a target, as clients name it;
    `scorers`: by name, with their settings, as in ``numeric:0.01``; `budget`: US dollars beyond which nothing more is
    asked; `parallel`: examples that are asked at once; `limit`: ask only so many, drawn by `seed`; `fresh`: ask again
    though an earlier run has an answer to the same request.
    """

    dataset: str
    subject: str
    scorers: list[str] = []
    budget: float | str | None = None
    parallel: int = 4
    limit: int | None = None
    seed: int = 0
    fresh: bool = False


class ResumeBody(msgspec.Struct, forbid_unknown_fields=True):
    """`budget`: US dollars in place of the run's own."""

    budget: float | str | None = None


class ScoreBody(msgspec.Struct, forbid_unknown_fields=True):
    """`scorers`: by which the answers are to be scored, beside those they were scored by."""

    scorers: list[str]


class ResultsBody(msgspec.Struct, forbid_unknown_fields=True):
    """Results that were made elsewhere, as a run's ``results/export`` writes them."""

    dataset: str
    subject: str
    results: list[dict[str, Any]]
    format: str = "freehold-results/1"
    note: str = ""


_RUNS = "/api/eval/runs"

EVALUATE = (
    Operation(
        "POST",
        _RUNS,
        "evaluate",
        "begin",
        "operator",
        "Ask a route or a target for each example of a dataset, and score its answers; goes on by itself.",
        body=RunBody,
    ),
    Operation(
        "GET",
        _RUNS,
        "evaluate",
        "runs",
        "viewer",
        "List runs, newest first; of one dataset by its id, or of one subject.",
        query=("dataset", "limit", "subject"),
    ),
    Operation(
        "GET",
        f"{_RUNS}/{{}}",
        "evaluate",
        "run",
        "viewer",
        "One run, how far it is and what its scorers say; with wait, once it has ended or after so many seconds.",
        query=("wait",),
    ),
    Operation(
        "GET",
        f"{_RUNS}/{{}}/results",
        "evaluate",
        "results",
        "viewer",
        "Results of a run by their places, behind one; those of a dataset from the ledger for admins alone.",
        query=("after", "limit"),
    ),
    Operation(
        "GET",
        f"{_RUNS}/{{}}/results/export",
        "evaluate",
        "export",
        "viewer",
        "All results of a run, as they can be brought to another Freehold; those from the ledger for admins alone.",
    ),
    Operation(
        "POST",
        "/api/eval/results",
        "evaluate",
        "bring",
        "operator",
        "Keep results that were made elsewhere, as a run that can be compared.",
        body=ResultsBody,
    ),
    Operation(
        "POST",
        f"{_RUNS}/{{}}/stop",
        "evaluate",
        "halt",
        "operator",
        "Have a run ask for nothing more; what it has is kept, and it can be gone on with.",
    ),
    Operation(
        "POST",
        f"{_RUNS}/{{}}/resume",
        "evaluate",
        "resume",
        "operator",
        "Go on with a run that has ended, asking again for what failed.",
        body=ResumeBody,
    ),
    Operation(
        "POST",
        f"{_RUNS}/{{}}/scores",
        "evaluate",
        "score",
        "operator",
        "Score the answers of a run, by further scorers or anew; its subject is asked for nothing.",
        body=ScoreBody,
    ),
    Operation(
        "DELETE",
        f"{_RUNS}/{{}}",
        "evaluate",
        "remove",
        "operator",
        "Forget a run that has ended, and its results.",
    ),
    Operation(
        "GET",
        "/api/eval/comparison",
        "evaluate",
        "compare",
        "viewer",
        "Runs side by side, by ids with commas between; the first is what the others are held against. As JSON, or"
        " with form=html as one file to read.",
        query=("form", "runs"),
    ),
)
