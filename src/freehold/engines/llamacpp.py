"""Runs GGUF models, each in a worker process of its own, and keeps them running.

A worker that ends by itself is started again, later after each end in a row; a model that the engine will not load is
not tried again. What became of each model can be asked at any time and is said in a sentence. Nothing here answers a
request: whoever does sends it to the worker's address with the worker's key.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import msgspec

from freehold.core.errors import SetupError
from freehold.core.target import Secret
from freehold.engines import probe
from freehold.engines.fit import EngineModel, Plan, plan_all
from freehold.engines.process import Worker, WorkerDied, reported, running
from freehold.engines.worker import Job, Refused


class Patience(msgspec.Struct, frozen=True):
    """How long to wait for what, in seconds, and how often to try."""

    load: float = 600.0
    stop: float = 5.0
    first_delay: float = 0.5
    longest_delay: float = 60.0
    steady: float = 60.0
    """A worker that was ready for this long has its earlier ends forgiven."""
    restarts: int = 8
    """Restarts in a row after which the model is given up."""


DEFAULT_PATIENCE = Patience()


class State(enum.StrEnum):
    """Where a model stands."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"
    STOPPED = "stopped"


_UNDER_WAY = frozenset({State.STARTING, State.RESTARTING})


class Address(msgspec.Struct, frozen=True):
    """Where a ready model answers. `base_url` ends in ``/v1``; only the holder of `api_key` is answered."""

    base_url: str
    api_key: Secret


class Status(msgspec.Struct, frozen=True):
    """A model's state. `reason` says in a sentence why it is not ready; `restarts` counts since the start."""

    name: str
    state: State
    reason: str | None = None
    address: Address | None = None
    pid: int | None = None
    restarts: int = 0
    plan: Plan | None = None


class LlamaCpp:
    """Supervises any number of models, on one event loop.

    The workers are tied to the thread that runs the loop: when it ends, so do they.

        engine = LlamaCpp([EngineModel("local/qwen3-4b", "hf:Qwen/Qwen3-4B-GGUF")], data_dir=data_dir)
        await engine.start()
        status = await engine.wait("local/qwen3-4b", seconds=60)
        ...
        await engine.stop()
    """

    def __init__(
        self,
        models: Sequence[EngineModel],
        *,
        data_dir: Path,
        patience: Patience = DEFAULT_PATIENCE,
        memory: int | None = None,
    ) -> None:
        """`memory`: bytes that all models together may use; `None`: what the machine has free when they start."""
        self._models = {model.name: model for model in models}
        self._data_dir = data_dir
        self._memory = memory
        self._supervised = {model.name: _Supervised(model, data_dir / "logs", patience) for model in models}
        self._summons: dict[str, asyncio.Task[None]] = {}
        """What plans the models that were asked for on demand."""

    async def start(self) -> None:
        """Begin to load all models at once, those on demand apart. Returns before any is ready.

        What is wrong is in their status.
        """
        await self._begin([model for model in self._models.values() if not model.on_demand])

    async def stop(self) -> None:
        """End all workers in good order, and by force those that will not. May be called more than once."""
        summons, self._summons = self._summons, {}
        for task in summons.values():
            task.cancel()
        await asyncio.gather(*summons.values(), return_exceptions=True)
        await asyncio.gather(*(supervised.end() for supervised in self._supervised.values()))

    async def wait(self, name: str, seconds: float) -> Status:
        """The status as soon as the model is ready, failed or stopped, and after `seconds` in any case.

        A model on demand begins to be loaded by this.
        """
        supervised = self._supervised[name]
        if supervised.summon():
            self._summons[name] = asyncio.create_task(self._begin([self._models[name]]), name=f"load {name}")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(supervised.settled.wait(), seconds)
        return supervised.status

    def status(self, name: str) -> Status:
        """The status now; raises `KeyError` for a name that is not run here."""
        return self._supervised[name].status

    def statuses(self) -> tuple[Status, ...]:
        """The status of every model, in the order they were given."""
        return tuple(supervised.status for supervised in self._supervised.values())

    def __contains__(self, name: object) -> bool:
        return name in self._supervised

    async def _begin(self, models: Sequence[EngineModel]) -> None:
        for name, plan in (await asyncio.to_thread(self._plans, models)).items():
            self._supervised[name].begin(plan)

    def _plans(self, models: Sequence[EngineModel]) -> dict[str, Plan | SetupError]:
        memory = probe.machine().memory_available if self._memory is None else self._memory
        return plan_all(models, self._data_dir / "models", memory)


class _Supervised:
    """One model, its status, and the task that keeps its worker running."""

    def __init__(self, model: EngineModel, logs: Path, patience: Patience) -> None:
        waits = "it is loaded when it is first asked for" if model.on_demand else "it has not been started"
        self.status = Status(model.name, State.STOPPED, waits)
        self.settled = asyncio.Event()
        """Set while nothing is under way that could yet make the model ready."""
        self.settled.set()
        self._model = model
        self._patience = patience
        self._log = logs / f"engine-{re.sub(r'[^A-Za-z0-9._-]+', '-', model.name)}.log"
        self._task: asyncio.Task[None] | None = None
        self._ended = False

    def summon(self) -> bool:
        """Whether somebody must begin to load it, because it is asked for on demand; from now on it is starting.

        One that could not even be planned is tried again: what was wrong may have been mended.
        """
        idle = self._task is None and self.status.state not in _UNDER_WAY
        if not (self._model.on_demand and idle) or self._ended:
            return False
        self._become(State.STARTING, "the model is being prepared")
        return True

    def begin(self, plan: Plan | SetupError) -> None:
        """Start to keep it running, unless its plan is an error or it runs already."""
        if isinstance(plan, SetupError):
            self._become(State.FAILED, str(plan))
        elif self._task is None:
            self.status = Status(self._model.name, State.STARTING, plan=plan)
            self._become(State.STARTING, "the model is being loaded")
            self._task = asyncio.create_task(self._keep_running(plan), name=f"engine {self._model.name}")

    async def end(self) -> None:
        """Stop its worker, if it has one, and wait for that."""
        self._ended = True
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        if self.status.state is not State.FAILED:
            self._become(State.STOPPED, "it has been stopped")

    async def _keep_running(self, plan: Plan) -> None:
        ends_in_a_row = 0
        while True:
            began = _now()
            try:
                await self._run_once(plan)
            except SetupError as error:
                self._become(State.FAILED, str(error))
                return
            except (WorkerDied, OSError) as error:
                steady = _now() - began >= self._patience.steady
                ends_in_a_row = 1 if steady else ends_in_a_row + 1
                reason = str(error)
            if ends_in_a_row > self._patience.restarts:
                self._become(State.FAILED, f"it was given up after {ends_in_a_row} tries: {reason}; see {self._log}")
                return
            self._become(State.RESTARTING, f"{reason}; it is being started again", self.status.restarts + 1)
            await asyncio.sleep(self._delay(ends_in_a_row))

    async def _run_once(self, plan: Plan) -> NoReturn:
        """Serve until the worker ends; raises `WorkerDied` then, or `SetupError` if the model cannot be loaded."""
        async with running(self._log, self._patience.stop) as worker:
            address = await self._load(worker, plan)
            self.status = msgspec.structs.replace(
                self.status, state=State.READY, reason=None, address=address, pid=worker.pid
            )
            self.settled.set()
            await worker.ended()

    async def _load(self, worker: Worker, plan: Plan) -> Address:
        job = self._job(plan)
        announced = await worker.announcement(job, self._patience.load)
        if isinstance(announced, Refused):
            cause = await asyncio.to_thread(reported, self._log) or announced.reason
            raise SetupError(f"the engine cannot load {plan.path}: {cause}; fetch it again, or see {self._log}")
        return Address(f"{announced.address}/v1", Secret(job.api_key))

    def _job(self, plan: Plan) -> Job:
        return Job(
            parent=os.getpid(),
            path=str(plan.path),
            alias=self._model.name,
            api_key=secrets.token_urlsafe(32),
            context=plan.context,
            embedding=plan.embedding,
            mean_pooling=plan.mean_pooling,
            slots=self._model.slots,
            threads=self._model.threads or probe.cores(),
            prompt_cache=plan.prompt_cache >> 20,
        )

    def _delay(self, ends_in_a_row: int) -> float:
        return min(self._patience.longest_delay, self._patience.first_delay * 2.0 ** (ends_in_a_row - 1))

    def _become(self, state: State, reason: str, restarts: int | None = None) -> None:
        """Take on a state in which nothing answers."""
        restarts = self.status.restarts if restarts is None else restarts
        self.status = Status(self._model.name, state, reason, restarts=restarts, plan=self.status.plan)
        if state in _UNDER_WAY:
            self.settled.clear()
        else:
            self.settled.set()


def _now() -> float:
    return asyncio.get_running_loop().time()
