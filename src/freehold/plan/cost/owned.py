"""Bought machines: what they lose in worth, the interest on what is bound in them, power, room and repair.

A machine is written off in a straight line from what it cost with tax to what it is sold for at the end of its life, so
that a plan shorter than its life bears its part. One that reaches its end is replaced at the same price.
"""

from __future__ import annotations

import math

import numpy as np

from freehold.plan.cost import fleet
from freehold.plan.cost.bill import Part
from freehold.plan.cost.formula import counted, equation, number, price
from freehold.plan.cost.setting import Setting, mean
from freehold.plan.cost.week import HOURS, levels
from freehold.plan.requests import Floats
from freehold.plan.scenario import Owned

YEAR = 12.0
KILO = 1000.0
LEVELS = 6
"""Levels of load by which power is reckoned: it follows the load nearly in a line, so a few are enough."""


def parts(option: Owned, setting: Setting) -> tuple[Part, ...]:
    """Purchase and tax by the month, interest, power, hosting and repair."""
    return _Machines(option, setting).parts()


def warnings(option: Owned, setting: Setting) -> tuple[str, ...]:
    """What is paid at once, though it is charged month by month."""
    machines = _Machines(option, setting)
    replicas = machines.fleet.replicas[0]
    cost = setting.at(option.usd_replica) * (1 + setting.at(option.tax_share))
    cash = (
        f"{setting.money(replicas[0] * cost)} are paid at the purchase in the first month; the plan charges each month "
        "its part of them."
    )
    later = float(replicas.max() - replicas[0])
    if later:
        more = counted(later, "replica's machine is", "replicas' machines are")
        cash += f" {more} bought later, for {setting.money(later * cost)}."
    return (*fleet.warnings(option.name, option.server, setting), cash)


def book_value(replicas: Floats, life: Floats, cost: Floats, loss: Floats) -> Floats:
    """Money bound in machines on the middle day of each month, shape (draws, months).

    `replicas` that stand in each month, never falling; `life` in months; what one costs, and what it loses over its
    life. A machine bought in month c has in month m lived m - c + 1/2 months; at the end of each life a new one brings
    back what was lost.
    """
    months = np.arange(replicas.shape[1])
    # Each standing replica has aged a month for every month before, and half of this one.
    ages = np.cumsum(replicas, axis=1) - replicas / 2
    bound = replicas * cost - ages * (loss / life)
    for lived in range(1, math.floor((len(months) - 0.5) / float(life.min())) + 1):
        since = np.floor(months + 0.5 - lived * life).astype(int)
        renewed = np.take_along_axis(replicas, np.maximum(since, 0), axis=1)
        bound += np.where(since >= 0, renewed, 0.0) * loss
    return bound


class _Machines:
    """The machines of every month, and what each of them costs."""

    def __init__(self, option: Owned, setting: Setting) -> None:
        self.option, self.setting, self.case = option, setting, setting.case
        needed = fleet.standing(option.name, option.server, setting, setting.traffic.peak)
        self.fleet = fleet.fleet(fleet.kept(needed))
        self.replicas = self.fleet.replicas
        self.life = np.maximum(self.case[option.life_months], 1)
        self.many = counted(mean(self.replicas), "replica", "replicas")
        self.sized = fleet.inputs(option.server, setting)

    def parts(self) -> tuple[Part, ...]:
        return self.purchase(), self.tax(), self.interest(), self.power(), self.hosting(), self.repair()

    def purchase(self) -> Part:
        option, case, setting = self.option, self.case, self.setting
        usd = self.fleet.charged(
            self.replicas * (case[option.usd_replica] * (1 - case[option.resale_share]) / self.life)
        )
        formula = equation(
            self.many,
            setting.priced(option.usd_replica, "USD"),
            f"(1 - {number(setting.at(option.resale_share))} got back) / {self.lifetime}",
            usd=mean(usd),
            remark=fleet.words(option.server, self.replicas),
        )
        inputs = (option.usd_replica, option.resale_share, option.life_months)
        return setting.part("purchase", usd, formula, *inputs, *self.sized)

    def tax(self) -> Part:
        option, case, setting = self.option, self.case, self.setting
        usd = self.replicas * (case[option.usd_replica] * case[option.tax_share] / self.life)
        formula = equation(
            self.many,
            setting.priced(option.usd_replica, "USD"),
            f"{setting.said(option.tax_share, 'tax')} / {self.lifetime}",
            usd=mean(usd),
        )
        inputs = (option.usd_replica, option.tax_share, option.life_months)
        return setting.part("tax", usd, formula, *inputs, *self.sized)

    def interest(self) -> Part:
        option, case, setting = self.option, self.case, self.setting
        paid, tax, resale = case[option.usd_replica], case[option.tax_share], case[option.resale_share]
        bound = book_value(self.replicas, self.life, paid * (1 + tax), paid * (1 + tax - resale))
        usd = bound * (case[option.interest_a_year] / YEAR)
        formula = equation(
            f"{price(mean(bound))} USD bound on average",
            f"{setting.said(option.interest_a_year, 'a year')} / {number(YEAR)}",
            usd=mean(usd),
        )
        inputs = (option.usd_replica, option.tax_share, option.resale_share, option.life_months)
        return setting.part("interest", usd, formula, option.interest_a_year, *inputs, *self.sized)

    def power(self) -> Part:
        option, case, setting = self.option, self.case, self.setting
        idle = case[option.idle_watts]
        more = np.maximum(case[option.load_watts] - idle, 0)
        busy = self.busy()
        hours = setting.days * 24 / KILO
        usd = self.replicas * (idle + more * busy) * (hours * case[option.pue] * case[option.usd_kwh])
        # The mean month's own share: replicas that come later weigh less than those that stand from the start.
        work = mean(self.replicas * busy) / (mean(self.replicas) or 1.0)
        formula = equation(
            self.many,
            f"({setting.said(option.idle_watts, 'W idle')} + {number(float(more[0, 0]))} W more at work "
            f"x {number(work)} of the time with a request to answer) / {number(KILO)}",
            f"{number(setting.days * 24)} hours",
            setting.said(option.pue, "PUE"),
            setting.priced(option.usd_kwh, "USD/kWh"),
            usd=mean(usd),
        )
        machine = (option.idle_watts, option.load_watts, option.pue, option.usd_kwh, option.server.speed)
        return setting.part("power", usd, formula, *machine, *setting.traffic.sizing_inputs)

    def busy(self) -> Floats:
        """Share of the week in which a replica works, all of them sharing the load; shape (draws, months)."""
        option, traffic = self.option, self.setting.traffic
        sizer, speed = self.setting.sizers[option.name], self.case[option.server.speed]
        busy = np.zeros(self.replicas.shape)
        stand = np.maximum(self.replicas, 1)
        for level in levels(self.setting.scenario.workload.hours, LEVELS):
            busy += sizer.busy(traffic.hour(level.mean), speed, stand) * (level.hours / HOURS)
        return busy

    def hosting(self) -> Part:
        option, setting = self.option, self.setting
        usd = self.replicas * self.case[option.usd_hosting_month]
        formula = equation(self.many, setting.priced(option.usd_hosting_month, "USD/month"), usd=mean(usd))
        return setting.part("hosting", usd, formula, option.usd_hosting_month, *self.sized)

    def repair(self) -> Part:
        option, setting = self.option, self.setting
        usd = self.replicas * (self.case[option.usd_replica] * self.case[option.repair_share_a_year] / YEAR)
        formula = equation(
            self.many,
            setting.priced(option.usd_replica, "USD"),
            f"{setting.said(option.repair_share_a_year, 'a year')} / {number(YEAR)}",
            usd=mean(usd),
        )
        return setting.part("repair", usd, formula, option.usd_replica, option.repair_share_a_year, *self.sized)

    @property
    def lifetime(self) -> str:
        return f"{number(float(self.life[0, 0]))} months"
