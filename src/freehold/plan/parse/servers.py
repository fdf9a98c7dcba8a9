"""A model on GPUs: what one replica is, by the names that a scenario writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

from freehold.catalog.architectures import Architecture
from freehold.catalog.gpus import Gpu
from freehold.core.errors import UnknownRow
from freehold.plan.capacity.memory import ENGINES, Deployment, room
from freehold.plan.capacity.precision import cache_bits, precision, weight_bytes
from freehold.plan.capacity.serving import Serving
from freehold.plan.defaults import machines as fields
from freehold.plan.defaults.field import Assumed
from freehold.plan.parse.machines import nearest
from freehold.plan.parse.table import Table
from freehold.plan.scenario import Server, Workload

R = TypeVar("R")

GGUF = re.compile(r"i?q\d")
"""A quantisation of llama.cpp's files."""

_USUAL = "bf16"
"""The precision of weights where none is said: as most models are published."""
_MOST_GPUS = 1_024
_FEW = "one replica is a machine or a few of them"


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """A server with the rows that its names stand for."""

    server: Server
    architecture: Architecture
    gpu: Gpu

    @property
    def weights_gb(self) -> float:
        """On disk, 10^9 bytes."""
        return weight_bytes(self.architecture, self.server.weights).all / 1e9

    @property
    def said(self) -> str:
        """The model in a title, with its precision where that is not the usual one."""
        named = self.server.model.rpartition("/")[2]
        return named if self.server.weights == _USUAL else f"{named} in {self.server.weights}"


def read_server(table: Table, workload: Workload) -> Built:
    """The replica. Unsaid, it has the fewest GPUs that hold the model and one long request, a power of two."""
    shape = _row(table, "model", table.book.catalog.architecture) or table.book.catalog.architectures[0]
    card = _row(table, "gpu", table.book.catalog.gpu) or table.book.catalog.gpus[0]
    weights = _precision(table, "weights", _USUAL, precision)
    kv = _precision(table, "kv", "bf16", cache_bits)
    engine = table.word("engine", ENGINES, _engine(card, weights))
    said = table.whole("gpus", 1, _MOST_GPUS, bound=_FEW)
    spares = table.whole("spares", 0, 100, bound=_FEW)
    deployment = Deployment(shape, card, said or 1, weights, kv, engine)
    if said is None:
        deployment = msgspec.structs.replace(deployment, gpus=room(deployment, longest(workload)).gpus_needed)
    server = Server(
        model=shape.name,
        weights=weights,
        kv=kv,
        gpu=card.name,
        gpus=deployment.gpus,
        engine=engine,
        speed=table.quantity(fields.SPEED, _speed(deployment)),
        spares=spares or 0,
        replicas=table.whole("replicas", 1, 100_000, bound="nobody runs more"),
    )
    return Built(server=server, architecture=shape, gpu=card)


def _speed(deployment: Deployment) -> Assumed:
    """The modelled speed, with the range that the model's errors on what it was not fitted on leave."""
    serving = Serving(deployment)
    low, high = serving.interval(0.8)
    return Assumed(1.0, low, high, f"the model of the server as it is; {serving.evidence}")


def _engine(card: Gpu, weights: str) -> str:
    """llama.cpp for its own files (``q4_k_m``, ``iq4_xs``) and for what is no plain GPU, else vLLM."""
    return "llama.cpp" if card.kind != "gpu" or GGUF.match(weights.lower()) else "vllm"


def longest(workload: Workload) -> int:
    """The tokens of the longest request of the sample, prompt and answer together."""
    return int((workload.busiest.prompt + workload.busiest.answer).max())


def _row(table: Table, key: str, find: Callable[[str], R]) -> R | None:
    name = table.text(key)
    if not name:
        if not table.has(key):
            table.fault((), f"{table.path()} has no {key!r}", f'add {key} = "..."')
        return None
    try:
        return find(name)
    except UnknownRow as error:
        kind = "model" if key == "model" else "GPU"
        table.fault(key, f"{table.path(key)} is {name[:80]!r}, a {kind} that the catalog does not have", nearest(error))
        return None


def _precision(table: Table, key: str, default: str, check: Callable[[str], object]) -> str:
    name = table.text(key, default)
    try:
        check(name)
    except ValueError as error:
        message, _, mend = str(error).partition(": ")
        table.fault(key, f"{table.path(key)}: {message}", mend)
        return default
    return name
