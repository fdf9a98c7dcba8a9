"""Rented GPUs: whole instances for whole hours, on demand, reserved or spot, with what stands beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from freehold.plan.cost import fleet
from freehold.plan.cost.bill import Part
from freehold.plan.cost.formula import counted, equation, number
from freehold.plan.cost.setting import Setting, mean
from freehold.plan.cost.week import in_quietest, levels, working_days
from freehold.plan.quantity import Quantity
from freehold.plan.requests import Floats
from freehold.plan.scenario import Cloud

DAY = 24.0
WEEK = 7.0
MINUTES = 60.0
LEVELS = 16
"""Levels of load by which an autoscaled fleet is sized: each hour is taken for the busiest of its level."""
MOST_AWAY = 0.9
"""Share of the time in which a spot machine restarts, at the most: beyond it nobody would rent one."""
UNANSWERED = 0.0005
"""Share of the requests that come while machines are off, from which on it is told: less is shown as none."""
RESERVED = {"reserved_1y": 12, "reserved_3y": 36}
"""Months that a reservation is paid for."""


@dataclass(frozen=True)
class _Rented:
    """What is rented in each month; arrays of the shape (draws, months) or (draws, 1)."""

    peak: fleet.Fleet
    """The most that stand at once."""
    hours: Floats
    """Hours that instances stand and are paid."""
    starts: Floats
    """Instances started, not counting those after an interruption."""
    how: str
    """How the hours come about, of the first world: the factors of a formula."""


def parts(option: Cloud, setting: Setting) -> tuple[Part, ...]:
    """Hours of GPUs, starts, storage and egress."""
    rented = _scaled(option, setting) if scales(option) else _steady(option, setting)
    return (
        _gpu_hours(option, setting, rented),
        _starts(option, setting, rented),
        _storage(option, setting, rented.peak.replicas),
        _egress(option, setting),
    )


def scales(option: Cloud) -> bool:
    """Whether replicas follow the hour of the week: what is reserved is paid in any case."""
    return option.autoscale and option.term not in RESERVED and option.server.replicas is None


def instances(option: Cloud, replicas: Floats) -> Floats:
    """Whole instances for so many replicas: a replica that fits into one is not spread over two."""
    within = option.gpus_an_instance // option.server.gpus
    if within >= 1:
        return np.ceil(replicas / within) if within > 1 else replicas
    return replicas * math.ceil(option.server.gpus / option.gpus_an_instance)


def warnings(option: Cloud, setting: Setting) -> tuple[str, ...]:
    """What is paid beyond the horizon, what is not scaled, who is turned away at night."""
    found = list(fleet.warnings(option.name, option.server, setting))
    months = RESERVED.get(option.term, 0)
    if months > setting.months:
        found.append(
            f"A reservation is paid for {months} months, and the plan counts {setting.months} of them: the rest "
            "is owed all the same."
        )
    if option.autoscale and not scales(option):
        why = "reserved machines are paid whether they stand or not" if months else "the scenario says how many stand"
        found.append(f"It is not scaled with the hour, since {why}.")
    if option.term == "spot" and setting.at(option.interruptions_a_day):
        found.append(_interrupted(option, setting))
    hours = setting.at(option.hours_a_day)
    if hours < DAY and not scales(option) and not months:
        off = in_quietest(setting.scenario.workload.hours, hours)
        if off >= UNANSWERED:
            found.append(
                f"Its machines are off for {number(DAY - hours)} hours a day: {100 * off:.1f} % of the requests come "
                "in the quietest of such hours, at the least, and are not answered."
            )
    return tuple(found)


def _interrupted(option: Cloud, setting: Setting) -> str:
    """What an interruption does, which the average of what is away does not tell."""
    often, minutes = setting.at(option.interruptions_a_day), setting.at(option.start_minutes)
    said = f"Each spot machine is taken away {number(often)} times a day, and another needs {number(minutes)} minutes: "
    if option.server.spares:
        return said + "a spare answers meanwhile, unless many are taken at once."
    return said + "without a spare the others answer meanwhile, more slowly, or nobody where there is but one."


def _steady(option: Cloud, setting: Setting) -> _Rented:
    """The peak's replicas stand every paid hour of the day."""
    replicas = fleet.standing(
        option.name, option.server, setting, setting.traffic.peak, away=_restarting(option, setting)
    )
    if option.term in RESERVED:
        replicas = fleet.kept(replicas)
        daily = np.full((setting.case.draws, 1), DAY)
    else:
        # The rounding keeps 8 hours 8, where a sample of them is a hair above.
        daily = np.ceil(np.round(np.minimum(setting.case[option.hours_a_day], DAY), 9))
    peak = fleet.fleet(replicas)
    stand = instances(option, peak.replicas)
    # Who switches machines off at night leaves them off on days on which nobody asks.
    working = working_days(setting.scenario.workload.hours)
    days = np.where(daily < DAY, setting.days * (working / WEEK), setting.days)
    starts = np.where(daily < DAY, days, 0.0) * stand
    some = f" x {working} / {number(WEEK)} days on which anybody asks" if daily[0, 0] < DAY and working < WEEK else ""
    how = (
        f"{counted(mean(stand), 'instance', 'instances')} x {number(float(daily[0, 0]))} hours/day "
        f"x {number(setting.days)} days{some}"
    )
    return _Rented(peak, stand * (daily * days), starts, how)


def _scaled(option: Cloud, setting: Setting) -> _Rented:
    """Each hour of the week has the replicas that it needs, asked for early enough to be there when it begins.

    What the load may grow by while one more starts is carried by those that stand, but never more than the peak is.
    """
    away = _restarting(option, setting)
    growing = setting.sizers[option.name].extra_for_start(setting.case[option.start_minutes])
    shape = (setting.case.draws, setting.months)
    hours, starts = np.zeros(shape), np.zeros(shape)
    replicas = below = np.zeros(shape)
    for level in levels(setting.scenario.workload.hours, LEVELS):
        load = np.minimum(setting.traffic.hour(level.top) * growing, setting.traffic.peak)
        # An estimate of the queue may need fewer for more, by a hair; a fleet that follows the load does not.
        replicas = np.maximum(fleet.standing(option.name, option.server, setting, load, away=away), replicas)
        stand = instances(option, fleet.fleet(replicas).replicas)
        hours += level.hours * stand
        if level.rises:
            starts += level.rises * np.maximum(stand - below, 0)
        below = stand
    weeks = setting.days / WEEK
    how = f"{number(mean(hours))} instance-hours/week x {number(setting.days)} days / {number(WEEK)}"
    return _Rented(fleet.fleet(replicas), hours * weeks, starts * weeks, how)


def _restarting(option: Cloud, setting: Setting) -> Floats | float:
    """Share of the time in which a spot machine is away, shape (draws, 1): interruptions by the time of a start."""
    if option.term != "spot":
        return 0.0
    case = setting.case
    return np.minimum(case[option.interruptions_a_day] * case[option.start_minutes] / (MINUTES * DAY), MOST_AWAY)


def _gpu_hours(option: Cloud, setting: Setting, rented: _Rented) -> Part:
    usd = rented.peak.charged(rented.hours * (setting.case[option.usd_gpu_hour] * option.gpus_an_instance))
    remark = f"{fleet.words(option.server, rented.peak.replicas)}, each of {_gpus(option.server.gpus)}"
    formula = equation(
        rented.how,
        _gpus(option.gpus_an_instance),
        setting.priced(option.usd_gpu_hour, "USD/GPU-hour"),
        usd=mean(usd),
        remark=f"{remark}, at the peak" if scales(option) else remark,
    )
    return setting.part("GPU hours", usd, formula, option.usd_gpu_hour, *_stood(option, setting))


def _starts(option: Cloud, setting: Setting, rented: _Rented) -> Part:
    """Minutes paid before a machine answers: after a night, with the load, and after each interruption."""
    case = setting.case
    again = rented.hours * (case[option.interruptions_a_day] / DAY) if option.term == "spot" else 0.0
    count = rented.starts + again
    usd = count * (case[option.start_minutes] / MINUTES * (case[option.usd_gpu_hour] * float(option.gpus_an_instance)))
    formula = equation(
        f"{number(mean(count))} starts/month",
        f"{setting.said(option.start_minutes, 'minutes')} / {number(MINUTES)}",
        _gpus(option.gpus_an_instance),
        setting.priced(option.usd_gpu_hour, "USD/GPU-hour"),
        usd=mean(usd),
    )
    return setting.part("starts", usd, formula, option.usd_gpu_hour, option.start_minutes, *_stood(option, setting))


def _stood(option: Cloud, setting: Setting) -> tuple[Quantity | str, ...]:
    """What the hours that machines stand follow from."""
    by_the_day = () if scales(option) or option.term in RESERVED else (option.hours_a_day,)
    return (*_sized(option, setting), *by_the_day)


def _sized(option: Cloud, setting: Setting) -> tuple[Quantity | str, ...]:
    """What the number of replicas follows from."""
    starting = (option.start_minutes,) if scales(option) or option.term == "spot" else ()
    taken = (option.interruptions_a_day,) if option.term == "spot" else ()
    return (*fleet.inputs(option.server, setting), *starting, *taken)


def _storage(option: Cloud, setting: Setting, replicas: Floats) -> Part:
    """A disk for each replica that ever stands in the month, kept while it is off."""
    usd = replicas * (setting.case[option.storage_gb] * setting.case[option.usd_gb_month])
    formula = equation(
        counted(mean(replicas), "replica", "replicas"),
        setting.said(option.storage_gb, "GB"),
        setting.priced(option.usd_gb_month, "USD/GB-month"),
        usd=mean(usd),
    )
    return setting.part("storage", usd, formula, option.storage_gb, option.usd_gb_month, *_sized(option, setting))


def _egress(option: Cloud, setting: Setting) -> Part:
    """It follows the requests."""
    traffic = setting.traffic
    volume = traffic.growth * traffic.volume
    usd = volume * (setting.case[option.egress_gb_month] * setting.case[option.usd_egress_gb])
    many = mean(volume)
    formula = equation(
        setting.said(option.egress_gb_month, "GB"),
        f"{number(many)} by volume" if many != 1 else "",
        setting.priced(option.usd_egress_gb, "USD/GB"),
        usd=mean(usd),
    )
    return setting.part("egress", usd, formula, option.egress_gb_month, option.usd_egress_gb, *traffic.inputs)


def _gpus(count: int) -> str:
    return counted(float(count), "GPU", "GPUs")
