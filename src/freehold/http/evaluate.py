"""Runs over HTTP: begun, followed, scored, compared, stopped, gone on with, removed, and brought from elsewhere.

Answers to what was taken from the ledger repeat what people said: only an admin reads those, as only an admin reads
what was asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Forbidden
from freehold.core.money import Nanodollars, dollars, from_dollars
from freehold.http.asgi import JSON, Header, Http
from freehold.http.parameters import convert, number, within, words
from freehold.http.routes.evaluate import ResultsBody, ResumeBody, RunBody, ScoreBody
from freehold.ledger.decision import moment as shown_moment

if TYPE_CHECKING:
    from freehold.evaluate.model import Result, Run

_MOST_LISTED = 1_000
_MOST_COMPARED = 12
_LONGEST_WAIT = 30
"""Seconds; most proxies close a silent connection later."""
_MOST_BROUGHT = 256 * 2**20
_HTML: Header = (b"content-type", b"text/html; charset=utf-8")
_SANDBOX: Header = (b"content-security-policy", b"sandbox; default-src 'none'; style-src 'unsafe-inline'")
_FILE: Header = (b"content-disposition", b'attachment; filename="evaluation.html"')


class EvaluateApi:
    """Runs of evaluations, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._evaluating = stack.evaluating

    async def begin(self, http: Http, caller: Caller) -> None:
        """``POST /api/eval/runs``: 202 with the run, which goes on by itself."""
        # Here, as all of the wing, so that a start that evaluates nothing does not pay for it.
        from freehold.evaluate.model import Settings  # noqa: PLC0415

        body = convert(await http.json(), RunBody)
        settings = Settings(
            scorers=tuple(body.scorers),
            parallel=body.parallel,
            budget=_amount(body.budget),
            fresh=body.fresh,
            limit=body.limit,
            seed=body.seed,
        )
        run = await self._evaluating.runs.begin(body.dataset, body.subject, settings, caller)
        await http.tell(await self._shown(run), 202)

    async def runs(self, http: Http, _caller: Caller) -> None:
        """``GET /api/eval/runs``."""
        query = http.query
        limit = within(number(query.get("limit", "100"), "limit"), "limit", _MOST_LISTED)
        found = await self._evaluating.runs.newest(
            limit=limit, dataset=query.get("dataset"), subject=query.get("subject")
        )
        await http.tell({"data": [run_row(run) for run in found]})

    async def run(self, http: Http, _caller: Caller, name: str) -> None:
        """``GET /api/eval/runs/{}``."""
        wait = min(number(http.query.get("wait", "0"), "wait"), _LONGEST_WAIT)
        runs = self._evaluating.runs
        await http.tell(await self._shown(await (runs.wait(name, wait) if wait else runs.get(name))))

    async def results(self, http: Http, caller: Caller, name: str) -> None:
        """``GET /api/eval/runs/{}/results``."""
        query = http.query
        begin = query.get("after")
        after = -1 if begin is None else number(begin, "after")
        limit = within(number(query.get("limit", "100"), "limit"), "limit", _MOST_LISTED)
        await self._check_may_read(name, caller)
        some = await self._evaluating.runs.results(name, after=after, limit=limit)
        more = some[-1].result.place if len(some) == limit else None
        await http.tell({"data": [result_row(row.result) for row in some], "next": more})

    async def export(self, http: Http, caller: Caller, name: str) -> None:
        """``GET /api/eval/runs/{}/results/export``."""
        await self._check_may_read(name, caller)
        await http.tell(await self._evaluating.runs.taken(name))

    async def bring(self, http: Http, _caller: Caller) -> None:
        """``POST /api/eval/results``."""
        from freehold.evaluate.runs.exchanged import Document  # noqa: PLC0415  # as above

        sent = convert(await http.json(_MOST_BROUGHT), ResultsBody)
        given = convert(msgspec.to_builtins(sent), Document)
        await http.tell(await self._shown(await self._evaluating.runs.bring(given)), 201)

    async def halt(self, http: Http, _caller: Caller, name: str) -> None:
        """``POST /api/eval/runs/{}/stop``."""
        await http.tell(await self._shown(await self._evaluating.runs.halt(name)))

    async def resume(self, http: Http, caller: Caller, name: str) -> None:
        """``POST /api/eval/runs/{}/resume``."""
        body = convert(await http.json(), ResumeBody)
        run = await self._evaluating.runs.resume(name, caller, _amount(body.budget))
        await http.tell(await self._shown(run), 202)

    async def score(self, http: Http, caller: Caller, name: str) -> None:
        """``POST /api/eval/runs/{}/scores``."""
        body = convert(await http.json(), ScoreBody)
        await http.tell(await self._shown(await self._evaluating.runs.score(name, body.scorers, caller)), 202)

    async def remove(self, http: Http, _caller: Caller, name: str) -> None:
        """``DELETE /api/eval/runs/{}``."""
        await self._evaluating.runs.remove(name)
        await http.tell({"removed": name})

    async def compare(self, http: Http, caller: Caller) -> None:
        """``GET /api/eval/comparison``."""
        names = [name for name in words(http.query.get("runs", "")) if name]
        if not 1 <= len(names) <= _MOST_COMPARED:
            raise BadRequest(f"runs names from 1 to {_MOST_COMPARED} runs, with commas between", param="runs")
        for name in names:
            await self._check_may_read(name, caller)
        form = http.query.get("form", "json")
        if form not in {"json", "html"}:
            raise BadRequest("form is json or html", param="form")
        found = await self._evaluating.compare(names)
        if form == "json":
            from freehold.evaluate.report.json import to_json  # noqa: PLC0415  # as above

            await http.reply(200, to_json(found), kind=JSON)
            return
        from freehold.evaluate.report.html import html  # noqa: PLC0415  # as above

        # It is a file to keep, and shares no origin with the page wherever it is opened.
        await http.reply(200, html(found).encode(), [_SANDBOX, _FILE], _HTML)

    async def _check_may_read(self, name: str, caller: Caller) -> None:
        """That this caller may read the answers of a run; raises `NotFound`, `Forbidden`."""
        run = await self._evaluating.runs.get(name)
        if caller.role != "admin" and await self._evaluating.datasets.is_from_ledger(run.dataset):
            raise Forbidden("this run asked for what was taken from the ledger, whose texts only an admin reads")

    async def _shown(self, run: Run) -> dict[str, Any]:
        found = await self._evaluating.runs.progress(run)
        return {
            **run_row(run),
            "dataset_name": found.dataset_name,
            "total": found.total,
            "counts": msgspec.to_builtins(found.counts),
            "scores": {name: {"told": told, "mean": mean} for name, (told, mean) in found.scores.items()},
        }


def run_row(run: Run) -> dict[str, Any]:
    """A run as it is told."""
    settings = run.settings
    return {
        "id": run.id,
        "dataset": run.dataset,
        "subject": run.subject,
        "state": run.state,
        "note": run.note,
        "key": run.key or None,
        "created": shown_moment(run.created_ns),
        "ended": None if run.ended_ns is None else shown_moment(run.ended_ns),
        "spent": dollars(run.spent),
        "budget": None if settings.budget is None else dollars(settings.budget),
        "scorers": settings.scorers,
        "parallel": settings.parallel,
        "limit": settings.limit,
        "seed": settings.seed,
        "fresh": settings.fresh,
        "revision": run.revision,
    }


def result_row(result: Result) -> dict[str, Any]:
    """A result as it is told: what was answered as text, money in US dollars."""
    row: dict[str, Any] = msgspec.to_builtins(result)
    del row["answer"]
    row["scores"] = {
        name: {"value": each.value, "reason": each.reason, "cost": dollars(each.cost), "detail": each.detail}
        for name, each in result.scores.items()
    }
    return row | {"cost": dollars(result.cost), "saved": dollars(result.saved)}


def _amount(said: float | str | None) -> Nanodollars | None:
    if said is None:
        return None
    try:
        return from_dollars(said)
    except ValueError as error:
        raise BadRequest(f"budget: {error}", param="budget") from None
