"""Plans over HTTP: one at a time, in a thread, within bounds of size and time.

A thread is enough: while a plan is made, 99 of 100 other requests wait less than 15 ms more for the interpreter.
"""

from __future__ import annotations

import asyncio
import datetime
import re
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from freehold.assemble import Stack
from freehold.core.caller import Caller
from freehold.core.errors import BadRequest, NotFound, RateLimited, Unprocessable
from freehold.http.asgi import Http
from freehold.http.parameters import convert, within
from freehold.http.routes.plan import PlanBody, Ranged
from freehold.tables.faults import ConfigFaults

MOST_DRAWS = 20_000
MOST_BYTES = 256 * 1024
"""Of a body; a scenario has a few kilobytes."""
MOST_CHANGES = 100
MOST_SIGNS = 200
"""Of a changed input's path."""
MOST_OPTIONS = 24
SECONDS = 60.0
"""After which the caller is told that it takes too long. The thread ends what it has begun, and only then is free."""
WAITING = 4
"""Plans that may wait for the one under way."""
_AMOUNT = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})? [A-Z]{3}")
"""The only text that may change an input: any other could name a file of this machine."""
_HTML = (b"content-type", b"text/html; charset=utf-8")


class PlanApi:
    """The planner, over one stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._one = ThreadPoolExecutor(max_workers=1, thread_name_prefix="plan")
        self._asked = 0

    async def plan(self, http: Http, _caller: Caller) -> None:
        """``POST /api/plan``."""
        body = convert(await http.json(MOST_BYTES), PlanBody)
        _check(body)
        made = await self._made(body, http)
        if body.form == "html":
            # Were it opened from here, it could still run nothing: the report's own policy, and this.
            policy = (b"content-security-policy", b"sandbox; frame-ancestors 'none'")
            await http.reply(200, made, [policy, (b"content-disposition", b'attachment; filename="plan.html"')], _HTML)
        else:
            await http.reply(200, made)

    async def scenarios(self, http: Http, _caller: Caller) -> None:
        """``GET /api/plan/scenarios``."""
        await http.tell({"data": await asyncio.to_thread(_shipped)})

    async def _made(self, body: PlanBody, http: Http) -> bytes:
        if self._asked > WAITING:
            raise RateLimited("several plans are being made already; try again when they are done", retry_after=10)
        self._asked += 1
        job = self._one.submit(_made, body, self._stack)
        future = asyncio.wrap_future(job)
        future.add_done_callback(self._leave)
        left = asyncio.ensure_future(http.receive())  # After the body, nothing comes but that the caller leaves.
        try:
            either: set[asyncio.Future[Any]] = {future, left}
            done, _ = await asyncio.wait(either, timeout=SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if future in done:
                return future.result()
        except ConfigFaults as faults:
            raise BadRequest(str(faults), param="scenario") from faults
        finally:
            left.cancel()
        job.cancel()  # One that has begun goes on to its end; one that has not is never begun.
        raise Unprocessable(
            f"the plan takes more than {SECONDS:.0f} seconds; ask for fewer options or draws, or make it with"
            " 'freehold plan' on the command line"
        )

    def _leave(self, future: asyncio.Future[bytes]) -> None:
        self._asked -= 1
        if not future.cancelled():
            future.exception()  # Who asked may have gone; that it failed is then nobody's business.


def _check(body: PlanBody) -> None:
    within(body.draws, "draws", MOST_DRAWS)
    if not 0 <= body.seed < 2**32:
        raise BadRequest("seed is from 0 to 4294967295", param="seed")
    if body.scenario is not None and body.shipped is not None:
        raise BadRequest("scenario and shipped cannot stand together; leave one of them out", param="shipped")
    if len(body.changes) > MOST_CHANGES:
        raise BadRequest(f"changes names at most {MOST_CHANGES} inputs", param="changes")
    if any(len(path) > MOST_SIGNS for path in body.changes):
        raise BadRequest(f"a path in changes has at most {MOST_SIGNS} signs", param="changes")
    for path, value in body.changes.items():
        said = (value.value, value.low, value.high) if isinstance(value, Ranged) else (value,)
        if any(isinstance(each, str) and not _AMOUNT.fullmatch(each) for each in said):
            raise BadRequest(f'changes: {path} is a number, or an amount as in "85 GBP"', param="changes")


def _made(body: PlanBody, stack: Stack) -> bytes:
    """In the thread: read, reckon, write. The planner and its arrays are fetched when a plan is first asked for."""
    from freehold.plan.planner import plan  # noqa: PLC0415
    from freehold.plan.report.html import html  # noqa: PLC0415
    from freehold.plan.report.json import to_json  # noqa: PLC0415
    from freehold.plan.scenario_file import read  # noqa: PLC0415

    now = datetime.datetime.now(datetime.UTC)
    ledger = stack.workload if body.from_ledger else None
    changes = msgspec.to_builtins(body.changes)
    scenario = read(_source(body), today=now.date(), ledger=ledger, changes=changes, changer="changes")
    if len(scenario.options) > MOST_OPTIONS:
        raise Unprocessable(f"the scenario has {len(scenario.options)} options; at most {MOST_OPTIONS} are compared")
    found = plan(scenario, draws=body.draws, seed=body.seed, now=now)
    return html(found).encode() if body.form == "html" else to_json(found)


def _source(body: PlanBody) -> Path | str | None:
    """The scenario's text or its file; raises `NotFound` for a name that none has."""
    if body.shipped is None:
        return body.scenario
    from freehold.plan.shipped import scenarios  # noqa: PLC0415  # as above

    found = scenarios()
    if body.shipped not in found:
        raise NotFound(f"no scenario called {body.shipped[:80]!r} comes with Freehold; there are {', '.join(found)}")
    return found[body.shipped]


def _shipped() -> list[dict[str, str]]:
    from freehold.plan.shipped import scenarios  # noqa: PLC0415  # as above

    return [_described(name, path.read_text("utf-8")) for name, path in scenarios().items()]


def _described(name: str, text: str) -> dict[str, str]:
    said = tomllib.loads(text)
    return {"name": name, "title": said.get("title", name), "about": said.get("about", ""), "text": text}
