"""``[options.NAME.people]``: the work that an option asks for."""

from __future__ import annotations

from collections.abc import Sequence

from freehold.plan.defaults import people as fields
from freehold.plan.defaults.field import Assumed
from freehold.plan.parse.table import Table
from freehold.plan.quantity import Quantity
from freehold.plan.scenario import People


def read_people(table: Table, kind: str, parts: Sequence[People] = ()) -> People:
    """The hours of an option of some kind. `parts`: of the options that it is made of, whose work it asks for too."""
    monthly = _sum(fields.MONTHLY_BY_KIND[kind], [part.hours_a_month for part in parts])
    once = _sum(fields.ONCE_BY_KIND[kind], [part.hours_once for part in parts])
    people = People(
        hours_a_month=table.quantity(fields.MONTHLY, monthly),
        usd_an_hour=table.quantity(fields.HOUR),
        hours_once=table.quantity(fields.ONCE, once),
    )
    table.done()
    return people


def _sum(own: Assumed, parts: Sequence[Quantity]) -> Assumed:
    """An option's own work and that of its parts."""
    if not parts:
        return own
    return Assumed(
        own.value + sum(part.value for part in parts),
        own.low + sum(part.low for part in parts),
        own.high + sum(part.high for part in parts),
        f"its two parts' hours, and {own.value:g} more: {own.why}",
    )
