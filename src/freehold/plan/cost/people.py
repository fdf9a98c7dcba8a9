"""What people cost: the hours that an option asks for each month, and those that moving to it asks for once."""

from __future__ import annotations

from freehold.plan.cost.bill import Part
from freehold.plan.cost.formula import counted, equation
from freehold.plan.cost.setting import Setting
from freehold.plan.scenario import People

STAFF = ("people", "migration")
"""The parts of a bill that are work."""


def parts(people: People, setting: Setting, remark: str = "") -> tuple[Part, ...]:
    """Work of every month, and the migration spread evenly over the horizon; `remark`: on the hours of a month."""
    case, months = setting.case, setting.months
    hour = case[people.usd_an_hour]
    running = case[people.hours_a_month] * hour
    moving = case[people.hours_once] * hour / months
    rate = setting.priced(people.usd_an_hour, "USD/hour")
    return (
        setting.part(
            "people",
            running,
            equation(setting.said(people.hours_a_month, "hours"), rate, usd=float(running[0, 0]), remark=remark),
            people.hours_a_month,
            people.usd_an_hour,
        ),
        setting.part(
            "migration",
            moving,
            equation(
                setting.said(people.hours_once, "hours once"),
                f"{rate} / {counted(months, 'month', 'months')}",
                usd=float(moving[0, 0]),
            ),
            people.hours_once,
            people.usd_an_hour,
        ),
    )
