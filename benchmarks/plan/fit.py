"""Fit the constants of the capacity model to measurements: robust, on logarithms, held by what is physically likely."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from benchmarks.plan.measurements import Table
from freehold.plan.capacity.physics import Constants, Steady, steady

FIELDS = Constants.__struct_fields__
PRIOR = np.log([getattr(Constants(), name) for name in FIELDS])
"""The defaults of `Constants`: what data sheets and micro-benchmarks lead one to expect."""

KNOWN = {"memory": 0.1, "expert_memory": 0.1, "cache": 0.1, "attention": 0.1, "sharpness": 0.3, "slicing": 0.4}
SPREAD = np.array([KNOWN.get(name, 0.6) for name in FIELDS])
"""How far each constant may stray from its prior: the standard deviation of its logarithm. What kernels reach of
bandwidth and peak is well known, and no fit may explain another fault by it: the model must hold at lengths that were
not measured."""

ENGINE_FIELD = FIELDS.index("wait")
ENGINE_SPREAD = 0.5
"""Engines differ in what goes first, prompts or running answers: the one constant that each has for itself. More of
them made every measure worse on pairs left out, because each engine was measured with few models."""

WEIGHTS = {"tokens_s": 1.0, "tpot_s": 1.0, "ttft_s": 0.25}
"""Of the three results; the first token's time hangs on how a load test starts."""

SCALE = 0.15
"""An error, as a logarithm, beyond which it counts linearly and not squared: rows with a fault of their own abound."""

CROWDING = 0.5
"""A (model, GPU, engine) group of n rows weighs as n to the power 1 - this."""

Floats = NDArray[np.float64]


class Fit:
    """Constants of the table's engines, and what they predict.

    `start`: the result of a fit to nearly the same rows, to begin from.
    """

    engines: tuple[str, ...]
    values: Floats

    def __init__(self, table: Table, start: Fit | None = None) -> None:
        self.engines = tuple(sorted(set(table.engines))) if start is None else start.engines
        begin = np.append(PRIOR, np.zeros(len(self.engines))) if start is None else start.values
        weight = _weights(table)

        def residuals(values: Floats) -> Floats:
            made = self._made(table, values)
            errors = [
                share * weight * np.log(getattr(made, name) / getattr(table, name)) / SCALE
                for name, share in WEIGHTS.items()
            ]
            count = len(FIELDS)
            held = [(values[:count] - PRIOR) / SPREAD, values[count:] / ENGINE_SPREAD]
            return np.concatenate([_robust(np.concatenate(errors)), *held])

        self.values = least_squares(residuals, begin, max_nfev=25).x

    def predict(self, table: Table) -> Steady:
        """What the constants make of each row."""
        return self._made(table, self.values)

    def constants(self, engine: str | None = None) -> Constants:
        """Those of an engine; without one, or for one that was not in the fit, those common to all."""
        values = np.exp(self._of_engine(self.values, engine))
        return Constants(**{name: float(f"{value:.4g}") for name, value in zip(FIELDS, values, strict=True)})

    def _of_engine(self, values: Floats, engine: str | None) -> Floats:
        made = values[: len(FIELDS)].copy()
        if engine in self.engines:
            made[ENGINE_FIELD] += values[len(FIELDS) + self.engines.index(engine)]
        return made

    def _made(self, table: Table, values: Floats) -> Steady:
        rows = np.exp([self._of_engine(values, engine) for engine in table.engines])
        constants = Constants(**dict(zip(FIELDS, rows.T, strict=True)))
        return steady(table.work, constants, table.concurrency, table.slots, table.prompt, table.answer)


def _robust(errors: Floats) -> Floats:
    """Numbers whose squares are twice the pseudo-Huber loss of `errors` (Charbonnier et al. 1997)."""
    made: Floats = np.sign(errors) * np.sqrt(2 * (np.sqrt(1 + errors**2) - 1))
    return made


def _weights(table: Table) -> Floats:
    groups = [(row.pair, row.deployment.engine) for row in table.rows]
    count = Counter(groups)
    weight = np.array([count[group] ** (-CROWDING / 2) for group in groups])
    scaled: Floats = weight / weight.mean()
    return scaled
