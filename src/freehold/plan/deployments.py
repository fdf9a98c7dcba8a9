"""What a scenario's server is, looked up: a model's architecture on a GPU."""

from __future__ import annotations

from freehold.catalog.offers import Catalog
from freehold.plan.capacity.memory import Deployment
from freehold.plan.scenario import Server


def deployment(server: Server, catalog: Catalog) -> Deployment:
    """One replica; raises `UnknownRow` for a model or a GPU that has no row, with the nearest names."""
    return Deployment(
        catalog.architecture(server.model),
        catalog.gpu(server.gpu),
        server.gpus,
        server.weights,
        server.kv,
        server.engine,
    )
