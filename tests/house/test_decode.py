"""The fit of decode speed finds what made its rows, leaves whole devices out, and says what it cannot use."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from tools.decode import Fit, fit, left_out, main, read, spread

COLUMNS = [
    *("gpu", "n_gpu", "backend", "build", "model", "kind", "quant", "weights_gib", "active_gib", "kv_kib_per_tok"),
    *("ctx_start", "gen_len", "batch", "tok_s", "mem_bw_gbps", "bw_source", "hold_out", "group", "note", "source"),
]
CARDS = {"RTX 3090": 936, "RTX 4090": 1008, "RTX 3060 12GB": 360, "A6000": 768}
SIZES = (2.0, 4.0, 8.0, 16.0)


def line(**given: object) -> dict[str, object]:
    usual = {"n_gpu": 1, "backend": "llama.cpp CUDA", "build": "May 2024", "quant": "F16", "batch": 1, "hold_out": 0}
    return dict.fromkeys(COLUMNS, "") | usual | given


def table(folder: Path, lines: list[dict[str, object]]) -> Path:
    path = folder / "local" / "decode_speed.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(lines)
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Four cards that reach nine tenths of their bandwidth, and take no other time."""
    return table(
        tmp_path,
        [
            line(gpu=card, active_gib=size, tok_s=0.9 * bandwidth * 1e9 / (size * 2**30), kv_kib_per_tok=0)
            for card, bandwidth in CARDS.items()
            for size in SIZES
        ],
    )


def test_a_device_left_out_is_estimated_from_the_others(data: Path) -> None:
    rows, dropped = read(data)
    assert len(rows) == 16
    assert not dropped
    assert float(np.abs(left_out(rows)).mean()) < 0.06


def test_what_only_the_left_out_device_shows_is_not_known(tmp_path: Path) -> None:
    shares = {"RTX 3090": 0.9, "A6000": 0.45}
    rows, _ = read(
        table(
            tmp_path,
            [
                line(gpu=card, active_gib=size, tok_s=share * CARDS[card] * 1e9 / (size * 2**30), kv_kib_per_tok=0)
                for card, share in shares.items()
                for size in SIZES
            ],
        )
    )
    assert left_out(rows)[-len(SIZES) :] == pytest.approx(np.full(len(SIZES), -math.log(2)), abs=0.12)


def test_what_a_row_says_is_what_is_asked(data: Path) -> None:
    row = read(data)[0][0]
    assert (row.gpu.name, row.platform, row.old) == ("RTX 3090", "cuda", True)
    assert (row.work.bandwidth, row.work.weights_gb) == (936, pytest.approx(2.147483648))
    assert row.work.units == pytest.approx(82 * 1.695)


def test_rows_that_say_nothing_of_one_user_are_counted_and_left(tmp_path: Path) -> None:
    fine = {"gpu": "RTX 4090", "active_gib": 4, "tok_s": 100}
    rows, dropped = read(
        table(
            tmp_path,
            [
                line(**fine),
                line(**fine | {"batch": 16}),
                line(**fine | {"gpu": "unnamed GPU"}),
                line(**fine | {"active_gib": ""}),
                line(**fine | {"gpu": "a card of tomorrow"}),
                line(**fine | {"gpu": "a card of tomorrow", "mem_bw_gbps": 3000, "hold_out": 1}),
            ],
        )
    )
    assert dropped.total() == 4
    assert len(dropped) == 4
    assert [(row.gpu.bandwidth_gbs, row.held_out) for row in rows] == [(1008, False), (3000, True)]


@pytest.mark.parametrize(
    ("build", "old"),
    [("May 2024", True), ("", True), ("scoreboard 2025-26", False), ("6918 (2f68ce7cf)", False), ("2024", True)],
)
def test_a_build_is_new_by_its_year_or_number(tmp_path: Path, build: str, old: bool) -> None:
    rows, _ = read(table(tmp_path, [line(gpu="RTX 4090", active_gib=4, tok_s=100, build=build)]))
    assert rows[0].old is old


def test_a_processor_has_no_units_to_limit_it(tmp_path: Path) -> None:
    rows, _ = read(table(tmp_path, [line(gpu="M2 Pro", backend="llama.cpp CPU", active_gib=4, tok_s=20)]))
    assert (rows[0].platform, rows[0].work.units) == ("cpu", math.inf)


def test_constants_nothing_hangs_on_stay_where_they_were(data: Path) -> None:
    rows, _ = read(data)
    solved = Fit(rows, [*Fit(rows).names, "rate.rocm.4"])
    at = solved.names.index("rate.rocm.4")
    assert solved.solve()[at] == pytest.approx(solved.guess[at], abs=1e-3)


def test_the_spread_counts_each_device_once(data: Path) -> None:
    rows, _ = read(data)
    error = np.array([0.5 if row.gpu.name == "RTX 3090" else 0.1 for row in rows])
    assert spread(rows, error) == {"cuda": pytest.approx(0.5)}
    error[:] = 0.1
    assert spread(rows, error) == {"cuda": pytest.approx(0.1)}


def test_what_is_written_names_its_devices_and_keeps_to_the_bandwidth(data: Path) -> None:
    found = fit(read(data)[0])
    assert found.devices == {"cuda": ("RTX 3060", "RTX 3090", "RTX 4090", "RTX A6000")}
    assert found.constants["efficiency.cuda"] <= 1


def test_a_check_writes_nothing_and_says_the_error(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(data), "--check"]) == 0
    assert capsys.readouterr().out.startswith("16 rows; left out: {}; mean error on devices left out ")
