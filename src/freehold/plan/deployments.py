"""What a scenario's server is, looked up: a model's architecture on a GPU."""

from __future__ import annotations

import numpy as np

from freehold.catalog.offers import Catalog
from freehold.plan.capacity.memory import Deployment
from freehold.plan.requests import Requests
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


def too_long(replica: Deployment, requests: Requests, percentile: float) -> str:
    """Why the model's context is too short for them, with the numbers; empty where it is not.

    What is longer than the context a server refuses, so it may happen to no more than miss the objectives anyway.
    """
    lengths = requests.prompt + requests.answer
    beyond = float(np.mean(lengths > replica.architecture.context))
    if beyond <= 1 - percentile + 1e-9:
        return ""
    name, context = replica.architecture.name, replica.architecture.context
    return (
        f"{name} takes {context:,} tokens of prompt and answer together; {beyond:.0%} of the requests in the busiest "
        f"hour are longer, the longest {lengths.max():,.0f}"
    )
