"""Every offer is whole and of a GPU that is known, and one's own rows take the place of the shipped."""

from __future__ import annotations

import datetime
from collections import Counter

import msgspec
import pytest

from freehold.catalog.architectures import architectures
from freehold.catalog.gpus import gpu
from freehold.catalog.offers import (
    TERMS,
    BatchDiscount,
    CloudOffer,
    Electricity,
    HardwareOffer,
    cloud,
    hardware,
    offers,
    shipped,
    stale,
)
from freehold.catalog.price_table import shipped as prices
from freehold.core.errors import UnknownRow

TODAY = datetime.date(2026, 11, 22)
OWN = CloudOffer(
    name="our hoster",
    provider="our hoster",
    instance="box",
    gpu="L40S",
    count=2,
    usd_hour=1.9,
    date="2026-11-01",
    source="bill",
)


@pytest.mark.parametrize("row", offers().clouds, ids=lambda row: row.name)
def test_a_rented_machine_is_whole(row: CloudOffer) -> None:
    assert gpu(row.gpu).name == row.gpu
    assert row.count in {1, 2, 4, 8}
    assert row.term in TERMS
    assert 0.05 < row.usd_gpu_hour < 15
    assert 0 <= row.usd_gb_month < 1
    assert 0 <= row.usd_egress_gb < 0.3
    assert len(row.source) > 10
    assert "2025-01-01" <= datetime.date.fromisoformat(row.date).isoformat() <= TODAY.isoformat()


@pytest.mark.parametrize("row", offers().hardware, ids=lambda row: row.name)
def test_what_is_to_buy_is_whole(row: HardwareOffer) -> None:
    card = gpu(row.gpu)
    assert card.name == row.gpu
    assert 0 < row.low <= row.usd <= row.high < 3 * row.low
    assert 0 < row.idle_watts < row.load_watts
    assert row.load_watts <= 2.1 * card.watts * row.count
    assert len(row.source) > 10
    assert datetime.date.fromisoformat(row.date) <= TODAY


@pytest.mark.parametrize("row", offers().electricity, ids=lambda row: row.country)
def test_a_country_is_whole(row: Electricity) -> None:
    assert 0.03 < row.low <= row.usd_kwh <= row.high < 0.6
    assert len(row.country) == 2
    assert datetime.date.fromisoformat(row.date) <= TODAY


@pytest.mark.parametrize("row", offers().batches, ids=lambda row: row.provider)
def test_a_batch_discount_is_of_a_provider_with_prices(row: BatchDiscount) -> None:
    assert row.provider in prices().models
    assert 0 < row.share < 1


def test_no_two_rows_share_a_name() -> None:
    held = offers()
    for names in (
        [row.name for row in held.clouds],
        [row.name for row in held.hardware],
        [row.country for row in held.electricity],
    ):
        assert [name for name, times in Counter(names).items() if times > 1] == []


def test_rented_machines_come_cheapest_first_and_as_asked() -> None:
    found = cloud("h100_sxm", 8, "on_demand")
    assert {(row.gpu, row.count, row.term) for row in found} == {("H100 SXM", 8, "on_demand")}
    assert [row.usd_gpu_hour for row in found] == sorted(row.usd_gpu_hour for row in found)
    assert len(cloud("h100_sxm")) > len(cloud("h100_sxm", term="on_demand")) > len(found) > 3


def test_what_is_to_buy_comes_cheapest_for_a_card_first() -> None:
    found = hardware("RTX 3090")
    assert [row.count for row in found] == [1, 2, 1]
    assert [row.name for row in hardware("RTX 3090", 2)] == ["Workstation, 2 x RTX 3090 used"]


def test_an_offer_of_a_gpu_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownRow, match="RTX 4090"):
        cloud("RTX 4900")
    with pytest.raises(UnknownRow):
        shipped().with_rows(clouds=[msgspec.structs.replace(OWN, gpu="L40Q")])


def test_a_going_rate_is_the_median_of_what_is_offered() -> None:
    found = shipped().gpu_hour("A100")
    assert found is not None
    assert found.low <= found.value <= found.high
    assert found.offers == len(cloud("A100", term="on_demand"))
    assert found.date == min(row.date for row in cloud("A100", term="on_demand"))
    assert "Lambda" in found.source
    assert shipped().gpu_hour("MI250") is None


def test_one_row_of_ones_own_is_the_going_rate_where_there_is_no_other() -> None:
    rate = shipped().with_rows(clouds=[msgspec.structs.replace(OWN, gpu="MI250")]).gpu_hour("MI250")
    assert rate is not None
    assert (rate.value, rate.low, rate.high) == (0.95, 0.95, 0.95)


def test_ones_own_row_is_added_and_the_shipped_catalog_stays() -> None:
    own = shipped().with_rows(clouds=[OWN])
    assert own.cloud_offers("L40S")[0] in {OWN, cloud("L40S")[0]}
    assert OWN in own.clouds
    assert OWN not in shipped().clouds
    assert len(own.clouds) == len(shipped().clouds) + 1


def test_ones_own_row_takes_the_place_of_the_shipped_one_of_its_name() -> None:
    old = cloud("L4")[0]
    new = msgspec.structs.replace(old, name=old.name.upper(), usd_hour=9.0)
    own = shipped().with_rows(clouds=[new])
    assert len(own.clouds) == len(shipped().clouds)
    assert new in own.clouds
    assert old not in own.clouds


def test_rows_of_every_kind_can_be_ones_own() -> None:
    card = msgspec.structs.replace(gpu("RTX 4090"), name="rtx-4090", watts=300.0)
    power = msgspec.structs.replace(shipped().kwh("DE"), country="de", usd_kwh=0.11)
    model = msgspec.structs.replace(architectures()[0], name="us/our-model", aliases=())
    price = msgspec.structs.replace(hardware("RTX 4090")[0], usd=1.0)
    batch = BatchDiscount(provider="openai", share=0.25, date="2026-11-01", source="contract")
    own = shipped().with_rows(
        gpus=[card], electricity=[power], architectures=[model], hardware=[price], batches=[batch]
    )
    assert own.gpu("NVIDIA GeForce RTX 4090").watts == 300
    assert own.kwh("germany") == power
    assert own.architecture("our-model") == model
    assert own.hardware_offers("RTX 4090")[0].usd == 1
    assert own.batch_discount("OpenAI") == batch
    assert len(own.gpus) == len(shipped().gpus)


def test_a_card_of_ones_own_can_have_an_offer() -> None:
    card = msgspec.structs.replace(gpu("RTX 4090"), name="RTX 4090 48GB", aliases=(), memory_gib=48.0)
    offer = msgspec.structs.replace(OWN, gpu="RTX 4090 48GB")
    own = shipped().with_rows(gpus=[card], clouds=[offer])
    assert own.cloud_offers("rtx_4090_48gb") == (offer,)
    assert own.gpu("RTX 4090").memory_gib == 24


def test_a_country_nobody_knows_gets_the_nearest() -> None:
    assert shipped().kwh(" gb ").name == "United Kingdom"
    with pytest.raises(UnknownRow, match="Germany"):
        shipped().kwh("Gemany")


def test_a_discount_nobody_knows_is_none() -> None:
    assert shipped().batch_discount("nobody") is None


@pytest.mark.parametrize(
    ("date", "old"),
    [
        ("2026-11-22", False),
        ("2026-05-26", False),
        ("2026-05-25", True),
        ("2030-01-01", False),
        ("", True),
        ("May", True),
    ],
)
def test_a_row_is_stale_after_half_a_year_or_without_a_date(date: str, old: bool) -> None:
    assert stale(date, TODAY) is old
