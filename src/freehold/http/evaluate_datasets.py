"""Datasets over HTTP: made of a file or of the ledger, listed, read, exported and removed.

What was taken from the ledger are other people's words, kept by their consent: only an admin reads those, as only an
admin exports feedback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, Forbidden
from freehold.http.asgi import Header, Http
from freehold.http.parameters import label, moment, number, within, yes_or_no
from freehold.http.upload import received
from freehold.ledger.decision import moment as shown_moment
from freehold.ledger.moments import ns_of

if TYPE_CHECKING:
    from freehold.evaluate.datasets.making import Wanted
    from freehold.evaluate.datasets.store import Placed
    from freehold.evaluate.model import Dataset

_MOST_SENT = 512 * 2**20
_TOO_LARGE = "make several datasets of it, or pack it with gzip"
_MOST_SHOWN = 1_000
_LINES: Header = (b"content-type", b"application/jsonl; charset=utf-8")


class DatasetApi:
    """The endpoints of datasets, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    async def add(self, http: Http, _caller: Caller) -> None:
        """``POST /api/eval/datasets``."""
        query = http.query
        said = {
            "name": query.get("name"),
            "label": query.get("label"),
            "split_at": query.get("split_at"),
            "test_share": query.get("test_share"),
            "by": query.get("by"),
            "group": query.get("group"),
            "personal": query.get("personal"),
            "near": query.get("near"),
        }
        filename, form = query.get("filename"), query.get("format")
        async with received(http, self._stack.incoming, _MOST_SENT, mend=_TOO_LARGE) as sent:
            wanted = wanted_of(said | {name: value for name, value in sent.fields.items() if name in said})
            form = form or sent.fields.get("format")
            made = await self._datasets.add(sent.path, wanted, filename=filename or sent.filename, form=form)
        await http.tell(await self._shown(made), 201)

    async def from_ledger(self, http: Http, _caller: Caller) -> None:
        """``POST /api/eval/datasets/from-ledger``."""
        query = http.query
        said = {
            "name": query.get("name"),
            "label": query.get("label"),
            "split_at": query.get("split_at"),
            "test_share": query.get("test_share"),
            "by": query.get("by"),
            "group": query.get("group"),
            "personal": query.get("personal"),
            "near": query.get("near"),
        }
        since_ns = ns_of(moment(query.get("since"), "since"), 0)
        made = await self._datasets.from_ledger(since_ns, wanted_of(said))
        await http.tell(await self._shown(made), 201)

    async def split(self, http: Http, _caller: Caller, name: str) -> None:
        """``POST /api/eval/datasets/{}/split``: under its own name, unless another is given."""
        query = http.query
        found = await self._datasets.find(name)
        said = {
            "name": query.get("name") or found.name,
            "split_at": query.get("split_at"),
            "test_share": query.get("test_share"),
            "by": query.get("by"),
            "group": query.get("group"),
        }
        made = await self._datasets.split(found.id, wanted_of(said))
        await http.tell(await self._shown(made), 201)

    async def versions(self, http: Http, _caller: Caller) -> None:
        """``GET /api/eval/datasets``."""
        found = await self._datasets.versions(http.query.get("name"))
        await http.tell({"data": [dataset_row(each) for each in found]})

    async def show(self, http: Http, caller: Caller, name: str) -> None:
        """``GET /api/eval/datasets/{}``."""
        query = http.query
        found = await self._datasets.find(name)
        begin = query.get("after")
        after = -1 if begin is None else number(begin, "after")
        limit = within(number(query.get("limit", "20"), "limit"), "limit", _MOST_SHOWN)
        some = await self._datasets.some(found.id, after=after, most=limit)
        more = some[-1].place if len(some) == limit else None
        rows = [example_row(each, words=_may_read(each, caller)) for each in some]
        await http.tell({**await self._shown(found), "examples": rows, "next": more})

    async def export(self, http: Http, caller: Caller, name: str) -> None:
        """``GET /api/eval/datasets/{}/export``: read and sent a few at a time, however many there are."""
        found, after = await self._datasets.find(name), -1
        if caller.role != "admin" and await self._datasets.is_from_ledger(found.id):
            raise Forbidden("this dataset was taken from the ledger, whose texts only an admin exports")
        await http.start(200, [_LINES])
        while some := await self._datasets.some(found.id, after=after, most=_MOST_SHOWN):
            await http.write(b"".join(_written(each) + b"\n" for each in some))
            after = some[-1].place
        await http.finish()

    async def remove(self, http: Http, _caller: Caller, name: str) -> None:
        """``DELETE /api/eval/datasets/{}``."""
        found = await self._datasets.find(name)
        force = yes_or_no(http.query.get("force"), "force") or False
        if name != found.id and await self._datasets.forget(name, found.id):
            await http.tell({"removed": None, "name": name, "kept": found.id, "runs": 0})
            return
        runs = await self._datasets.remove(found.id, force=force)
        await http.tell({"removed": found.id, "name": found.name, "runs": runs})

    @property
    def _datasets(self) -> Any:
        return self._stack.evaluating.datasets

    async def _shown(self, dataset: Dataset) -> dict[str, Any]:
        return {**dataset_row(dataset), "splits": await self._datasets.counts(dataset.id)}


def wanted_of(said: dict[str, str | None]) -> Wanted:
    """What is to become of the examples; raises `BadRequest` by the name of the parameter."""
    # Here, as all of the wing, so that a start that evaluates nothing does not pay for it.
    from freehold.evaluate.datasets.making import Wanted  # noqa: PLC0415
    from freehold.evaluate.datasets.personal import way_of  # noqa: PLC0415
    from freehold.evaluate.datasets.splits import Splitting  # noqa: PLC0415

    at = moment(said.get("split_at"), "split_at")
    by = said.get("by") or "hash"
    if by not in {"hash", "time"}:
        raise BadRequest("by is hash or time", param="by")
    splitting = Splitting(
        at_ns=None if at is None else ns_of(at, 0),
        share=_share(said.get("test_share")),
        by=cast("Literal['hash', 'time']", by),
        group=said.get("group"),
    )
    near = yes_or_no(said.get("near"), "near")
    return Wanted(
        name=said.get("name") or "",
        label=label(said.get("label")),
        splitting=splitting,
        personal=way_of(said.get("personal") or "keep"),
        near=near is not False,
    )


def dataset_row(dataset: Dataset) -> dict[str, Any]:
    """A dataset as it is told."""
    return {
        "id": dataset.id,
        "name": dataset.name,
        "size": dataset.size,
        "created": shown_moment(dataset.created_ns),
        "label": None if dataset.label is None else str(dataset.label),
        "report": dataset.report,
    }


def example_row(placed: Placed, *, words: bool) -> dict[str, Any]:
    """An example as it is told, with its place; without `words`, only where it is from and how it is filed."""
    row: dict[str, Any] = {"place": placed.place, **msgspec.json.decode(_written(placed))}
    if words:
        return row
    kept = ("place", "id", "label", "slices", "split", "at_ns", "exchange")
    return {name: row[name] for name in kept if name in row} | {"withheld": "only an admin reads what the ledger keeps"}


def _may_read(placed: Placed, caller: Caller) -> bool:
    return placed.example.exchange is None or caller.role == "admin"


def _written(placed: Placed) -> bytes:
    from freehold.evaluate.datasets.written import written  # noqa: PLC0415  # as above

    return written(placed.example)


def _share(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        raise BadRequest("test_share is a number between 0 and 1, as in 0.3", param="test_share") from None
