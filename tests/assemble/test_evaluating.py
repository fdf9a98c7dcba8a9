"""The evaluation wing over one stack: brought late, gone on with after a crash, erased with what it was taken from."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

from freehold.assemble import Stack, build
from freehold.assemble.forecasting import routers_in
from freehold.config import load
from freehold.core.caller import Caller
from freehold.evaluate.judges.model import Certificate, Certification, Judge
from freehold.evaluate.model import Dataset, Run, Settings
from freehold.evaluate.router.file import Shelf, Taught
from freehold.evaluate.router.gathering import Origin
from freehold.evaluate.router.trainings import OPEN, Training, TrainingRows
from freehold.ledger.erasure import Which
from freehold.ledger.query import Filter
from support.evaluated import PATIENCE, examples
from support.prompts import a_card, some_evidence

CONFIG = """
[knowledge]
embedding = "off"
documentation = false
[discover]
enabled = false
[[target]]
name = "home"
provider = "scripted"
model = "echo"
"""


HEAVY = ("numpy", "dbos", *(f"freehold.evaluate.{name}" for name in ("runs", "scorers", "report", "statistics")))


def stacked(folder: Path) -> Stack:
    file = folder / "freehold.toml"
    file.write_text(CONFIG)
    env = {"FREEHOLD_SERVER_DATA_DIR": str(folder / "data")}
    return build(load(file, env), env)


def with_data(stack: Stack) -> str:
    some = examples(3)
    stack.evaluating.dataset_store.add(Dataset("ds_1", "work", 3, 1), some)
    return "ds_1"


async def ended(stack: Stack, run: Run) -> Run:
    return await stack.evaluating.runs.wait(run.id, PATIENCE)


async def test_a_run_asks_through_the_pipeline_is_scored_compared_and_erased(tmp_path: Path) -> None:
    stack = stacked(tmp_path)
    caller = stack.lookup(stack.local_token)
    assert caller is not None
    await stack.start()
    try:
        data = with_data(stack)
        runs = stack.evaluating.runs
        one = await ended(stack, await runs.begin(data, "home", Settings(("exact",)), caller))
        assert (one.state, one.note) == ("done", "")
        recorded = (await stack.recent(Filter(), None, 10)).items
        origins = {(await stack.decision(each["id"]))["origin"] for each in recorded}
        assert (len(recorded), origins) == (3, {"evaluate"})
        found = await stack.evaluating.compare([one.id])
        assert [score.quality.value for score in found.subjects[0].scores if score.quality] == [1.0]
        assert found.subjects[0].scores[0].gates
        asked = (await runs.every(one.id))[1].exchange
        await stack.erase(Which(request=asked), by=caller, dry_run=False)
        assert [each.place for each in await runs.every(one.id)] == [0, 2]
    finally:
        await stack.stop()


async def test_a_reload_has_asked_anew_what_it_changes_and_nothing_else(tmp_path: Path) -> None:
    stack = stacked(tmp_path)
    caller = stack.lookup(stack.local_token)
    assert caller is not None
    await stack.start()
    try:
        runs = stack.evaluating.runs
        run = await ended(stack, await runs.begin(with_data(stack), "home", Settings(("exact",)), caller))

        async def resumed_with(config: str) -> tuple[Run, int]:
            (tmp_path / "freehold.toml").write_text(config)
            stack.reload()
            await runs.resume(run.id, caller)
            return await ended(stack, run), len((await stack.recent(Filter(), None, 20)).items)

        other = '[[target]]\nname = "other"\nprovider = "scripted"\n'
        again, recorded = await resumed_with(CONFIG + other)
        assert (again.state, again.note, recorded) == ("done", "", 3)
        again, recorded = await resumed_with(CONFIG.replace('"echo"', '"say:x"'))
        assert (again.state, again.anew, recorded) == ("done", 3, 6)
        assert again.note.startswith("3 answers were asked for a second time, since home")
    finally:
        await stack.stop()


async def test_what_an_earlier_process_left_is_gone_on_with(tmp_path: Path) -> None:
    first = stacked(tmp_path)
    data = with_data(first)
    left = Run("run_1", data, "home", "running", "local", time.time_ns(), Settings(("exact",)))
    await asyncio.to_thread(first.evaluating.run_rows.add, left)
    await first.stop()
    second = stacked(tmp_path)
    await second.start()
    try:
        run = await ended(second, left)
        assert (run.state, len(await second.evaluating.runs.every(run.id))) == ("done", 3)
    finally:
        await second.stop()


async def test_scores_by_what_is_no_longer_there_decide_nothing(tmp_path: Path) -> None:
    stack = stacked(tmp_path)
    try:
        run = Run("run_1", "ds_1", "home", "done", "local", 1)
        may_gate = stack.evaluating._may_gate  # its three answers are not told apart from outside
        assert may_gate("exact", run, {"exact@0"})
        assert not may_gate("judge:gone", run, set())
        assert not may_gate("nothing", run, set())
    finally:
        await stack.stop()


async def test_what_a_judge_said_before_it_was_certified_as_another_decides_nothing(tmp_path: Path) -> None:
    stack = stacked(tmp_path)
    try:
        evaluating = stack.evaluating
        judge = Judge("fair", "rubric", "home", "Is it right?")
        evaluating.judges.add(judge)
        standing = evaluating.subjects("home", Caller(key_id="local", name="local")).standing
        certificate = Certificate(judge.id, True, "2026-01-31", "gold_1", 400, (), standing)
        evaluating.judges.keep(Certification("ct_1", judge, "local", "done", 1, certificate=certificate))
        run = Run("run_1", "ds_1", "home", "done", "local", 1)
        now = f"judge:fair@1:{judge.id}:{standing}"
        assert evaluating._may_gate("judge:fair", run, {now})
        assert not evaluating._may_gate("judge:fair", run, {now, "judge:fair@1:jd_before:x"})
    finally:
        await stack.stop()


def test_a_start_that_evaluates_nothing_brings_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "freehold.toml").write_text(CONFIG)
    script = f"""
import asyncio, sys
from pathlib import Path
from freehold.assemble import build
from freehold.config import load
from freehold.http.app import App

async def live():
    env = {{"FREEHOLD_SERVER_DATA_DIR": {str(tmp_path / "data")!r}}}
    stack = build(load(Path({str(tmp_path / "freehold.toml")!r}), env), env)
    await stack.start()
    App(stack, body_limit=1024).open()
    print([name for name in {HEAVY} if name in sys.modules])
    await stack.stop()

asyncio.run(live())
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "[]"


async def test_an_erasure_reaches_what_a_router_was_taught(tmp_path: Path) -> None:
    stack = stacked(tmp_path)
    caller = stack.lookup(stack.local_token)
    assert caller is not None
    await stack.start()
    try:
        shelf = Shelf(routers_in(stack.config.server.data_dir))
        origins = (Origin(exchange=f"fh_{1:032x}"), *[Origin()] * 39)
        known = shelf.put(Taught(a_card(size=40), some_evidence(40), origins))
        await stack.erase(Which(request=f"fh_{1:032x}"), by=caller, dry_run=True)
        assert shelf.known(known.id).card.forgot == 0
        await stack.erase(Which(request=f"fh_{1:032x}"), by=caller, dry_run=False)
        assert shelf.known(known.id).card.forgot == 1
        assert shelf.exchanges(known.id) == frozenset()
    finally:
        await stack.stop()


async def test_a_training_that_an_earlier_process_left_is_gone_on_with(tmp_path: Path) -> None:
    stack = stacked(tmp_path)
    left = Training("tn_1", "key_gone", 1, "running", "home", "away", "ds_1", "exact")
    await asyncio.to_thread(TrainingRows(stack.evaluating.means.store.connect).put, left)
    await stack.start()
    try:
        async with asyncio.timeout(PATIENCE):
            while (found := await stack.evaluating.trainings.wait("tn_1", PATIENCE)).state in OPEN:
                pass
        assert (found.state, found.note[:31]) == ("failed", "the key key_gone that began it ")
    finally:
        await stack.stop()
