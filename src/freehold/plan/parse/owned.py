"""``kind = "owned"``: bought machines."""

from __future__ import annotations

from freehold.plan.defaults import machines as fields
from freehold.plan.defaults.field import Assumed
from freehold.plan.parse.offers import Purchase, kwh
from freehold.plan.parse.people import read_people
from freehold.plan.parse.servers import Built, read_server
from freehold.plan.parse.table import Table
from freehold.plan.scenario import Owned, Workload

_HOST_IDLE_W = 60.0
_HOST_LOAD_W = 120.0
"""Processor, memory, disks and fans, for each card: a workstation for one draws so much, a server's share for each of
eight somewhat more."""
_CARD_IDLE = 0.1
_CARD_LOAD = 0.75
"""Of a card's power limit: at rest with a model loaded, and while it serves text, which seldom reaches the limit."""
_USD_KW_MONTH = 120.0
"""Colocation for a kilowatt of machines, power apart."""


def read_owned(table: Table, name: str, workload: Workload, country: str = "") -> Owned:
    """The option, with the electricity of a country."""
    built = read_server(table, workload)
    bought = Purchase(table, built.server.gpu, built.server.gpus, _watts(built))
    return Owned(
        name=name,
        title=table.text("title", f"{built.said} on one's own {built.gpu.name}"),
        server=built.server,
        usd_replica=bought.price(),
        tax_share=table.quantity(fields.TAX),
        life_months=table.quantity(fields.LIFE),
        resale_share=table.quantity(fields.RESALE),
        interest_a_year=table.quantity(fields.INTEREST),
        idle_watts=table.quantity(fields.IDLE_WATTS, bought.idle),
        load_watts=table.quantity(fields.LOAD_WATTS, bought.load),
        pue=table.quantity(fields.PUE),
        usd_kwh=kwh(table, country),
        usd_hosting_month=table.quantity(fields.HOSTING, _hosting(built, bought.load)),
        repair_share_a_year=table.quantity(fields.REPAIR),
        people=read_people(table.table("people"), "owned"),
    )


def _watts(built: Built) -> tuple[Assumed, Assumed]:
    """At rest and at work, from the card's power limit; a machine that shares its memory is in its own limit."""
    cards, limit = built.server.gpus, built.gpu.watts
    if built.gpu.kind != "gpu":
        idle, load = 0.15 * limit * cards, 0.9 * limit * cards
        why = f"of the machine's {limit:.0f} W, all in one"
    else:
        idle = cards * (_CARD_IDLE * limit + _HOST_IDLE_W)
        load = cards * (_CARD_LOAD * limit + _HOST_LOAD_W)
        why = f"{cards} x {limit:.0f} W of power limit, and the machine around"
    return Assumed(idle, 0.6 * idle, 1.6 * idle, why), Assumed(load, 0.75 * load, 1.25 * load, why)


def _hosting(built: Built, load: Assumed) -> Assumed:
    """A single small machine stands in a room that is there anyway; what draws more is given a place in a rack."""
    if load.value < 1_000 and built.server.gpus <= 2:
        return Assumed(0, 0, 0, "a machine of this size stands in a room that is there anyway")
    month = load.value / 1_000 * _USD_KW_MONTH
    return Assumed(
        month, month / 2, month * 2, f"colocation at {_USD_KW_MONTH:.0f} dollars a kilowatt and month, power apart"
    )
