"""``kind = "cloud"``: rented GPUs, by the hour."""

from __future__ import annotations

from freehold.catalog.offers import TERMS
from freehold.plan.defaults import machines as fields
from freehold.plan.defaults.field import Assumed
from freehold.plan.parse.offers import Rent
from freehold.plan.parse.people import read_people
from freehold.plan.parse.servers import Built, read_server
from freehold.plan.parse.table import Table
from freehold.plan.scenario import Cloud, Workload

_IMAGE_GB = 40.0
"""Operating system, driver and an engine's image."""
_BYTES_A_TOKEN = 250.0
"""Of an answer that is streamed: a frame of JSON for each token, as OpenAI's dialect writes it."""


def read_cloud(table: Table, name: str, workload: Workload) -> Cloud:
    """The option."""
    built = read_server(table, workload)
    term = table.word("term", TERMS, "on_demand")
    rent = Rent(table, built.server.gpu, term)
    instance = table.whole("gpus_an_instance", 1, 1_024, bound="no machine has more")
    return Cloud(
        name=name,
        title=table.text("title", f"{built.said} on rented {built.gpu.name}"),
        server=built.server,
        usd_gpu_hour=rent.gpu_hour(),
        term=term,
        gpus_an_instance=instance or rent.count,
        autoscale=table.flag("autoscale", default=False),
        hours_a_day=table.quantity(fields.HOURS_A_DAY),
        start_minutes=table.quantity(fields.START_MINUTES),
        interruptions_a_day=table.quantity(fields.INTERRUPTIONS, fields.SPOT_INTERRUPTIONS if term == "spot" else None),
        storage_gb=table.quantity(fields.STORAGE, _storage(built)),
        usd_gb_month=rent.disk(),
        egress_gb_month=table.quantity(fields.EGRESS, _egress(workload)),
        usd_egress_gb=rent.network(),
        people=read_people(table.table("people"), "cloud"),
    )


def _storage(built: Built) -> Assumed:
    needed = built.weights_gb + _IMAGE_GB
    why = f"weights of {built.weights_gb:.0f} GB, and {_IMAGE_GB:.0f} GB for system and engine"
    return Assumed(needed, needed * 0.8, needed * 2.5, why)


def _egress(workload: Workload) -> Assumed:
    month = workload.requests_a_day.value * workload.days_a_month * workload.answer_tokens.value * _BYTES_A_TOKEN / 1e9
    why = f"answers streamed at {_BYTES_A_TOKEN:.0f} bytes a token; less where they are not streamed"
    return Assumed(month, month / 20, month * 1.5, why)
