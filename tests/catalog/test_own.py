"""A scenario's tables become rows: what is known need not be said again, and what is wrong is named."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest

from freehold.catalog.offers import Catalog, shipped
from freehold.catalog.own import KINDS, RowFault, joined
from freehold.core.errors import UnknownRow

TODAY = datetime.date(2026, 11, 22)
BOX = {"name": "our hoster", "provider": "our hoster", "instance": "box", "gpu": "l40s", "count": 2, "usd_hour": 1.9}
CARD = {
    "name": "Card X",
    "memory_gib": 48,
    "bandwidth_gbs": 1000,
    "tflops": {"bf16": 200},
    "link_gbs": 32,
    "watts": 300,
}
LLAMA = {"name": "meta-llama/Llama-3.1-8B-Instruct"}


def with_table(kind: str, **given: Any) -> Catalog:
    return joined(shipped(), {kind: [given]}, TODAY)


def test_a_new_offer_is_of_today_and_of_the_scenario() -> None:
    row = with_table("cloud", **BOX).clouds[-1]
    assert (row.name, row.usd_gpu_hour, row.term) == ("our hoster", 0.95, "on_demand")
    assert (row.date, row.source) == ("2026-11-22", "the scenario")


def test_what_is_known_need_not_be_said_again() -> None:
    own = with_table("cloud", name="aws g6.xlarge", usd_hour=0.7, source="our contract").clouds
    (row,) = [each for each in own if each.name == "aws g6.xlarge"]
    assert (row.gpu, row.provider, row.usd_hour, row.source) == ("L4", "AWS", 0.7, "our contract")
    assert len(own) == len(shipped().clouds)


def test_a_card_may_be_new_and_have_an_offer() -> None:
    own = joined(shipped(), {"gpu": [CARD], "cloud": [BOX | {"gpu": "card x"}]}, TODAY)
    assert own.gpu("NVIDIA Card X").half == 200
    assert [row.name for row in own.cloud_offers("Card X")] == ["our hoster"]


def test_a_known_card_may_draw_less() -> None:
    own = with_table("gpu", name="rtx 4090", watts=300)
    assert (own.gpu("RTX 4090").watts, own.gpu("RTX 4090").bandwidth_gbs) == (300, 1008)


def test_a_models_shape_may_differ() -> None:
    name = shipped().architectures[0].name
    assert with_table("architecture", name=name, context=1234).architecture(name).context == 1234


def test_a_range_moves_with_its_price_unless_it_is_said() -> None:
    old = next(row for row in shipped().hardware if row.name == "RTX 4090")
    (new,) = [
        row for row in with_table("hardware", name="RTX 4090", usd=2 * old.usd).hardware if row.name == "RTX 4090"
    ]
    assert (new.low, new.high) == (2 * old.low, 2 * old.high)
    own = with_table("hardware", name="Our box", gpu="L4", usd=1000, idle_watts=50, load_watts=150).hardware[-1]
    assert (own.low, own.high) == (pytest.approx(900), pytest.approx(1150))
    said = with_table("hardware", name="RTX 4090", usd=100, low=50, high=500).hardware[-1]
    assert (said.low, said.high) == (50, 500)


@pytest.mark.parametrize(
    ("kind", "given", "key", "message"),
    [
        ("cloud", {"usd_hour": 1.0}, "name", "a row has a name"),
        ("cloud", {"name": " "}, "name", "a row has a name"),
        ("cloud", {"name": "x"}, "provider", "'x', 'provider': object missing required field 'provider'"),
        ("cloud", BOX | {"usd_hour": "1.90"}, "usd_hour", "expected 'float', got 'str'"),
        ("cloud", BOX | {"usd_hour": math.nan}, "usd_hour", "nan cannot be"),
        ("cloud", BOX | {"usd_hour": math.inf}, "usd_hour", "inf cannot be"),
        ("cloud", BOX | {"usd_hour": -1}, "usd_hour", "-1.0 cannot be"),
        ("cloud", BOX | {"count": 0}, "count", "0 cannot be"),
        ("cloud", BOX | {"term": "monthly"}, "term", "invalid enum value 'monthly'"),
        ("cloud", BOX | {"usd_hours": 1}, "usd_hours", "did you mean 'usd_hour'?"),
        ("cloud", BOX | {"date": "yesterday"}, "date", "'yesterday' is no date"),
        ("gpu", CARD | {"tflops": {"bf16": 0}}, "tflops.bf16", "0.0 cannot be"),
        ("gpu", CARD | {"tflops": {"int8": 200}}, "tflops", "nothing of 16 or 32 bits"),
        ("gpu", CARD | {"tflops": {}}, "tflops", "nothing of 16 or 32 bits"),
        ("architecture", LLAMA | {"active": 9.0}, "active", "'active' makes 9, more than 'parameters', 8.03"),
        ("architecture", LLAMA | {"experts_active": 2}, "experts_active", "more than 'experts', 1"),
        ("architecture", LLAMA | {"dense_layers": 33}, "dense_layers", "more than 'layers', 32"),
        ("architecture", LLAMA | {"full_layers": 33}, "full_layers", "more than 'layers', 32"),
        ("architecture", LLAMA | {"kv_heads": 64}, "kv_heads", "more than 'heads', 32"),
        ("architecture", LLAMA | {"experts": 8}, "intermediate", "'intermediate' makes 45.0972"),
        ("architecture", LLAMA | {"attention": "none"}, "attention", "'none' is no kind of attention; one of full"),
        ("architecture", LLAMA | {"attention": "latent"}, "latent", "latent attention without 'latent'"),
        ("architecture", LLAMA | {"attention": "linear"}, "state", "linear attention without 'state'"),
        ("hardware", {"name": "RTX 4090", "usd": 1, "low": 2}, "usd", "1 does not lie between low 2 and high"),
        ("disk", {"name": "x"}, "", "there are no rows of the kind 'disk'"),
    ],
)
def test_what_is_no_row_is_named_with_its_key(kind: str, given: dict[str, Any], key: str, message: str) -> None:
    with pytest.raises(RowFault) as caught:
        with_table(kind, **given)
    assert message in str(caught.value)
    assert (caught.value.kind, caught.value.key) == (kind, key)
    assert caught.value.mend


def test_an_offer_of_a_card_nobody_knows_gets_the_nearest() -> None:
    with pytest.raises(UnknownRow, match="L40S"):
        with_table("cloud", **BOX | {"gpu": "L40Z"})


def test_a_storage_price_may_be_nothing() -> None:
    assert with_table("cloud", **BOX, usd_egress_gb=0).clouds[-1].usd_egress_gb == 0


def test_no_tables_change_nothing() -> None:
    assert joined(shipped(), {}, TODAY) == shipped()
    assert set(KINDS) == {"gpu", "architecture", "cloud", "hardware"}
