"""How many replicas stand, and where no number of them would do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from freehold.plan.cost.formula import counted, number
from freehold.plan.cost.setting import Setting
from freehold.plan.requests import Floats
from freehold.plan.scenario import Server


@dataclass(frozen=True)
class Fleet:
    """Replicas of one server, spares included; shape (draws, months)."""

    replicas: Floats
    """Finite: none where no number would do."""
    unable: Floats | None
    """Dollars to add where no number would do: infinitely many, else 0. `None`: enough do everywhere."""

    def charged(self, usd: Floats) -> Floats:
        """The cost of the machines, infinite in a world where no number of them keeps the objectives."""
        return usd if self.unable is None else usd + self.unable


def fleet(replicas: Floats) -> Fleet:
    """What stands, from a number of replicas that may be infinite."""
    endless = np.isinf(replicas)
    if not endless.any():
        return Fleet(replicas, None)
    return Fleet(np.where(endless, 0.0, replicas), np.where(endless, np.inf, 0.0))


def standing(name: str, server: Server, setting: Setting, load: Floats, *, away: Floats | float = 0.0) -> Floats:
    """Replicas for a load, shape of the load; infinite where none would do, and none where nothing is asked.

    As many as the scenario says, else as many as the load needs, and the spares. Where each is `away` for a share of
    its time, those that are left carry so much more.
    """
    if server.replicas is not None:
        return np.full(load.shape, float(server.replicas + server.spares))
    needed = setting.sizers[name].replicas(load / (1 - away), setting.case[server.speed])
    return np.where(load > 0, needed + server.spares, 0.0)


def kept(replicas: Floats) -> Floats:
    """Replicas that nobody gives back: in each month the most of any month until then."""
    return np.maximum.accumulate(replicas, axis=1)


def inputs(server: Server, setting: Setting) -> tuple[str, ...]:
    """Paths of what the number of replicas follows from: nothing, where the scenario says it."""
    return () if server.replicas is not None else (server.speed.path, *setting.traffic.sizing_inputs)


def words(server: Server, replicas: Floats) -> str:
    """Of the first world: how many replicas there are and why."""
    row = replicas[0]
    span = f"from {number(row[0])} to {counted(row[-1], 'replica', 'replicas')}" if row[0] != row[-1] else ""
    many = span or counted(float(row[0]), "replica", "replicas")
    spare = f"{many}, of which {number(server.spares)} spare" if server.spares else f"{many}, none spare"
    return f"{spare}, as the scenario says" if server.replicas is not None else spare


def warnings(name: str, server: Server, setting: Setting) -> tuple[str, ...]:
    """Objectives that so many replicas do not keep."""
    sizer = setting.sizers.get(name)
    if sizer is None:
        return ()
    needed = sizer.replicas(setting.traffic.peak, setting.case[server.speed])[0]
    if np.isinf(needed).any():
        month = int(np.argmax(np.isinf(needed))) + 1
        return (f"From month {month} on no number of replicas keeps the objectives in the busiest hour.",)
    if server.replicas is not None and needed.max() > server.replicas:
        short = f"The busiest hour needs {counted(needed.max(), 'replica', 'replicas')}, and the scenario says "
        return (short + f"{number(server.replicas)}: the objectives are not kept then.",)
    return ()
