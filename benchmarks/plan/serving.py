"""How far the capacity model lies from measured servers, each (model, GPU) pair left out of the fit in its turn.

Throughput is concurrency x answer tokens / (time to first token + answer tokens x time per token), of measurement and
model alike. Beside it, fitted to the same rows and left out in the same way: a calculator of one figure of tokens a
second for a GPU, and a roofline of four parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.optimize import least_squares

from benchmarks.goals import Row
from benchmarks.plan.fit import Fit, Floats
from benchmarks.plan.measurements import Table
from freehold.plan.capacity.serving import Serving
from freehold.plan.capacity.work import experts_touched

Made = tuple[Floats, Floats]
"""Throughput and time per token, each of the shape (n,)."""

USD_AN_HOUR = 2.5
"""Of a GPU; the error of a cost does not hang on it."""

DRAWN = (0.0, 0.5, 0.8, 0.9, 0.95)
"""Shares at which the error's distribution is kept."""


def left_out(table: Table, groups: list[str], predict: Callable[[Table, Table], Made]) -> Made:
    """What `predict` (fitted on its first argument) makes of each group's rows when they are left out of the fit."""
    tokens, tpot = np.zeros(len(table)), np.zeros(len(table))
    for group in sorted(set(groups)):
        here = np.array([each == group for each in groups])
        tokens[here], tpot[here] = predict(table.where(~here), table.where(here))
    return tokens, tpot


def pairs(table: Table) -> list[str]:
    """The (model, GPU) pair of each row."""
    return [" ".join(row.pair) for row in table.rows]


def gpus(table: Table) -> list[str]:
    """The GPU of each row."""
    return [row.deployment.gpu.name for row in table.rows]


def freehold(start: Fit) -> Callable[[Table, Table], Made]:
    """The shipped model, fitted anew from the constants of `start`."""

    def predict(known: Table, asked: Table) -> Made:
        made = Fit(known, start).predict(asked)
        return np.asarray(made.tokens_s, float), np.asarray(made.tpot_s, float)

    return predict


def constant(known: Table, asked: Table) -> Made:
    """What calculators do: so many tokens a second for each GPU, the median of what is known, whatever is asked."""
    each = float(np.median(known.tokens_s / known.gpus))
    return each * asked.gpus, np.full(len(asked), float(np.median(known.tpot_s)))


def roofline(known: Table, asked: Table) -> Made:
    """Four parameters: what is reached of bandwidth and of peak, seconds of a step, and seconds of a layer."""

    def times(table: Table, values: Floats) -> tuple[Floats, Floats]:
        bandwidth, peak, step, layer = np.exp(values)
        work, batch = table.work, table.concurrency
        moved = work.body + work.experts * experts_touched(work, batch)
        cache = batch * (work.cache_read * (table.prompt + table.answer / 2) + work.state_read)
        reading = (moved + cache) / (bandwidth * work.bandwidth)
        decode = np.maximum(reading, batch * work.operations / (peak * work.peak)) + step + layer * work.layers
        prefill = table.prompt * work.operations / (peak * work.peak)
        round_s = table.answer * decode + batch * prefill
        return batch * table.answer / round_s, np.asarray(round_s / table.answer, float)

    def residuals(values: Floats) -> Floats:
        tokens, tpot = times(known, values)
        return np.concatenate([np.log(tokens / known.tokens_s), np.log(tpot / known.tpot_s)])

    start = np.log([0.6, 0.5, 1e-3, 2e-5])
    return times(asked, least_squares(residuals, start, loss="soft_l1", f_scale=0.2).x)


def errors(table: Table, made: Made, method: str, about: str) -> Iterator[Row]:
    """The measures of one method, with their goals."""
    tokens, tpot = made
    off = np.abs(tokens / table.tokens_s - 1)
    cost = table.gpus * USD_AN_HOUR / 3.6e-3
    yield f"throughput, {about}: median error", method, float(np.median(off)), 0.12
    yield f"throughput, {about}: within 20 %", method, float(np.mean(off <= 0.2)), 0.70
    yield f"time per token, {about}: median error", method, float(np.median(np.abs(tpot / table.tpot_s - 1))), 0.12
    off = np.abs((cost / tokens) / (cost / table.tokens_s) - 1)
    yield f"cost per million tokens, {about}: mean error", method, float(np.mean(off)), 0.15


def widths(table: Table, made: Made, keep: Floats | None = None) -> dict[bool, tuple[float, ...]]:
    """The errors' distribution, as `constants.Error` keeps it: for mixtures of experts (true) and dense models (false).

    The larger of the errors of throughput and of time per token is not asked: they are two draws of one distribution.
    """
    chosen = np.ones(len(table), bool) if keep is None else np.asarray(keep, bool)
    found = {}
    for experts in (True, False):
        here = chosen & ((table.work.moe_layers > 0) == experts)
        logs = [np.abs(np.log(one[here] / other[here])) for one, other in _both(table, made)]
        found[experts] = tuple(round(float(each), 4) for each in np.quantile(np.concatenate(logs), DRAWN))
    return found


def inside(table: Table, made: Made) -> Iterator[Row]:
    """The share of measurements in the 80 % interval that the errors of all other pairs give (conformal over pairs)."""
    named = np.array(pairs(table))
    covered = np.zeros((2, len(table)))
    at = DRAWN.index(0.8)
    for pair in sorted(set(named)):
        here = named == pair
        found = widths(table, made, ~here)
        width = np.where(table.work.moe_layers > 0, found[True][at], found[False][at])
        for row, (one, other) in enumerate(_both(table, made)):
            covered[row, here] = (np.abs(np.log(one / other)) <= width)[here]
    yield "throughput inside the 80 % interval", "Freehold", float(covered[0].mean()), 0.80
    yield "time per token inside the 80 % interval", "Freehold", float(covered[1].mean()), 0.80


def run(table: Table) -> Iterator[Row]:
    """All of it, each measure as it comes."""
    start = Fit(table)
    methods: dict[str, Callable[[Table, Table], Made]] = {
        "tokens/s of the GPU": constant,
        "roofline, 4 parameters": roofline,
        "Freehold": freehold(start),
    }
    for name, predict in methods.items():
        made = left_out(table, pairs(table), predict)
        yield from errors(table, made, name, "pair left out")
        if name != "Freehold":
            continue
        for label, experts in (("dense", False), ("experts", True)):
            here = np.asarray(table.work.moe_layers > 0) == experts
            yield from errors(table.where(here), (made[0][here], made[1][here]), name, label)
        yield from inside(table, made)
    if len(set(gpus(table))) > 1:
        yield from errors(table, left_out(table, gpus(table), methods["Freehold"]), "Freehold", "GPU left out")


def shipped_errors(table: Table) -> Iterator[Row]:
    """The shipped constants on these rows, together and GPU by GPU, without any fit."""
    servers = [Serving(row.deployment) for row in table.rows]
    points = [
        server.point(row.concurrency, row.prompt, row.answer) for server, row in zip(servers, table.rows, strict=True)
    ]
    made = np.array([point.tokens_s for point in points]), np.array([point.tpot_s for point in points])
    yield from errors(table, made, "Freehold, as shipped", f"{len(table)} rows")
    log = np.abs(np.log(made[0] / table.tokens_s))
    within = log <= np.array([np.log(server.interval(0.8)[1]) for server in servers])
    yield "throughput inside the 80 % interval", "Freehold, as shipped", float(within.mean()), 0.80
    cards = np.array(gpus(table))
    for card in sorted(set(cards)):
        here = cards == card
        yield f"throughput, {card}: median error", "Freehold, as shipped", float(np.median(np.expm1(log[here]))), 0.12
        yield f"throughput, {card}: inside", "Freehold, as shipped", float(within[here].mean()), 0.80


def _both(table: Table, made: Made) -> tuple[tuple[Floats, Floats], ...]:
    return (made[0], table.tokens_s), (made[1], table.tpot_s)
