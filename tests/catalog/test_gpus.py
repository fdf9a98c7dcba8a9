"""Every row of the GPUs is whole and can be found by the names that people and programs write."""

from __future__ import annotations

import datetime
from collections import Counter

import msgspec
import pytest

from freehold.catalog.gpus import Gpu, find, gpu, gpus, spelling
from freehold.core.errors import UnknownRow

ARITHMETIC = {"bf16", "fp16", "fp32", "fp8", "int8", "fp4"}


@pytest.mark.parametrize("row", gpus(), ids=lambda row: row.name)
def test_a_row_is_whole(row: Gpu) -> None:
    assert row.kind in {"gpu", "apple", "unified", "cpu"}
    assert row.maker in {"NVIDIA", "AMD", "Intel", "Apple"}
    assert (row.kind == "apple") == (row.maker == "Apple")
    assert row.units > 0
    assert 1 < row.ghz < 6
    assert 1 <= row.memory_gib <= 8192
    assert 30 <= row.bandwidth_gbs <= 20_000
    assert 1 <= row.link_gbs <= 2000
    assert 10 <= row.watts <= 3000
    assert row.tflops
    assert set(row.tflops) <= ARITHMETIC
    assert all(value > 0 for value in row.tflops.values())
    assert datetime.date.fromisoformat(f"{row.released}-01") < datetime.date.fromisoformat(row.date)
    assert len(row.source) > 10


def test_codes_in_the_memory_leave_fifteen_sixteenths_of_it() -> None:
    found = [row for row in gpus() if row.inline_ecc]
    assert len(found) == 8
    assert {row.memory_gib * 16 / 15 for row in found} == {16, 24, 48}


def test_fewer_bits_are_never_slower_except_where_a_chip_gave_them_up() -> None:
    for row in gpus():
        narrow = [row.tflops[kind] for kind in ("fp8", "fp4") if kind in row.tflops]
        assert all(value >= row.half for value in narrow), row.name


def test_no_two_rows_share_a_name() -> None:
    count = Counter(each for row in gpus() for each in {spelling(name) for name in (row.name, *row.aliases)})
    assert [name for name, times in count.items() if times > 1] == []


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("h100_sxm", "H100 SXM"),
        ("H100-80G-SXM5", "H100 SXM"),
        ("NVIDIA H100 80GB HBM3", "H100 SXM"),
        ("Nvidia A100 GPU", "A100 SXM 80GB"),
        ("A100-80G-PCIe", "A100 PCIe 80GB"),
        ("NVIDIA A100-SXM4-40GB", "A100 SXM 40GB"),
        ("NVIDIA GeForce RTX 4090", "RTX 4090"),
        ("rtx4090", "RTX 4090"),
        ("3070 8GB", "RTX 3070"),
        ("A6000", "RTX A6000"),
        ("b300_sxm", "B300"),
        ("AMD Instinct MI300X", "MI300X"),
        ("Radeon RX 7900 XTX 24GB", "RX 7900 XTX"),
        ("M2 Ultra 76c", "Apple M2 Ultra 76-core"),
        ("M1 Max 32\N{NON-BREAKING HYPHEN}Core GPU 64GB", "Apple M1 Max 32-core"),
        ("DGX Spark GB10", "DGX Spark"),
        ("i7-8700 CPU", "Core i7-8700"),
    ],
)
def test_a_gpu_is_found_by_what_people_and_programs_call_it(name: str, row: str) -> None:
    assert gpu(name).name == row


def test_a_memory_that_the_card_does_not_have_is_not_overlooked() -> None:
    with pytest.raises(UnknownRow) as caught:
        gpu("RTX 4090 48GB")
    assert caught.value.near[0] == "RTX 4090"


def test_shared_memory_is_as_large_as_the_name_says() -> None:
    assert gpu("Apple M1 Max").memory_gib == 64
    assert gpu("Apple M1 Max 32GB").memory_gib == 32
    with pytest.raises(UnknownRow):
        gpu("Apple M1 Max 128GB")


def test_an_unknown_name_gets_the_nearest_ones_and_the_mend() -> None:
    with pytest.raises(UnknownRow, match=r"no GPU called 'H1000' .* nearest are .*H100.*\[\[machines.gpu\]\]"):
        gpu("H1000")


@pytest.mark.parametrize("name", ["", "GPU", "-", "x" * 10_000])
def test_what_is_no_name_finds_nothing(name: str) -> None:
    with pytest.raises(UnknownRow) as caught:
        gpu(name)
    assert len(str(caught.value)) < 400


def test_a_later_row_wins() -> None:
    own = msgspec.structs.replace(gpu("L4"), watts=60.0, source="our own meter")
    assert find("nvidia l4", (*gpus(), own)) == own


def test_half_is_the_sixteen_bit_arithmetic_that_there_is() -> None:
    assert gpu("A100").half == 312
    assert gpu("V100").half == 125
    assert gpu("P40").half == 11.8
    assert msgspec.structs.replace(gpu("P40"), tflops={"int8": 47.0}).half == 0
