"""What a scenario's server is, looked up: a model's architecture on a GPU."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from freehold.catalog import architectures, gpus
from freehold.catalog.architectures import Architecture
from freehold.catalog.gpus import Gpu
from freehold.plan.capacity.memory import Deployment
from freehold.plan.scenario import Server


class Rows(Protocol):
    """What a plan looks up: a catalog's models and GPUs."""

    @property
    def architectures(self) -> Sequence[Architecture]:
        """Models."""
        ...

    @property
    def gpus(self) -> Sequence[Gpu]:
        """GPUs."""
        ...


class Shipped:
    """The rows that came with this release."""

    @property
    def architectures(self) -> Sequence[Architecture]:
        """Models."""
        return architectures.architectures()

    @property
    def gpus(self) -> Sequence[Gpu]:
        """GPUs."""
        return gpus.gpus()


def deployment(server: Server, rows: Rows) -> Deployment:
    """One replica; raises `UnknownRow` for a model or a GPU that has no row, with the nearest names."""
    return Deployment(
        architectures.find(server.model, rows.architectures),
        gpus.find(server.gpu, rows.gpus),
        server.gpus,
        server.weights,
        server.kv,
        server.engine,
    )
