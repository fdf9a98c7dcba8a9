"""One row that cannot be used is named and left out; the others stay."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from benchmarks.plan.rows import TOLD, Rows, read

USUAL = {
    "id": "one",
    "silicon_data_source": "",
    "backend": "vllm",
    "model_path": "Llama-3.1-8B",
    "system": "h100_sxm",
    "precision": "bf16",
    "mode": "agg",
    "isl": "1000",
    "osl": "200",
    "batch_size": "8",
    "tp_size": "1",
    "pp_size": "1",
    "silicon_ttft_ms": "60",
    "silicon_tpot_ms": "9",
}


def written(folder: Path, *changes: dict[str, str]) -> str:
    lines = [",".join(USUAL), *(",".join((USUAL | {"id": f"r{at}"} | row).values()) for at, row in enumerate(changes))]
    path = folder / "mine.csv"
    path.write_text("\n".join(lines) + "\n")
    return str(path)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("system", "h1000"),
        ("model_path", "nobody/Model-9T"),
        ("precision", "fp3"),
        ("backend", "tgi"),
        ("silicon_ttft_ms", ""),
        ("silicon_tpot_ms", "soon"),
        ("silicon_tpot_ms", "-9"),
        ("silicon_tpot_ms", "inf"),
        ("isl", "0"),
        ("osl", "nan"),
        ("batch_size", "nan"),
        ("pp_size", "4"),
        ("tp_size", "two"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_field_and_left_out(tmp_path: Path, field: str, text: str) -> None:
    rows = read(written(tmp_path, {}, {field: text}, {"osl": "300"}))
    assert [row.answer for row in rows.measured] == [200, 300]
    (said,) = rows.left_out
    assert said.startswith(f"row 2 (r1): {field}")
    assert f"mine.csv: {said}; left out" in list(rows.told())


def test_rows_of_separate_machines_and_repeated_ones_are_counted(tmp_path: Path) -> None:
    rows = read(written(tmp_path, {}, {"mode": "disagg"}, {"mode": "disagg"}, {}))
    assert (len(rows.measured), rows.left_out, rows.apart, rows.repeated) == (1, [], 2, 1)
    assert list(rows.told())[-1].startswith("mine.csv: 1 rows used, 0 left out as unusable, 2 as of prompt and decode")


def test_a_thousand_reasons_are_not_all_told() -> None:
    said = list(Rows(Path("mine.csv"), [], ["row 1: bad"] * (TOLD + 7), 0, 0).told())
    assert len(said) == TOLD + 2
    assert said[-2] == "mine.csv: 7 more rows left out, for such reasons"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        (",".join(USUAL) + "\n", "is empty"),
        ("backend,isl\nvllm,5\n", "has no column model_path, system, precision, osl"),
        (",".join(USUAL) + "\n" + ",".join((USUAL | {"isl": "0"}).values()) + "\n", "has no row that can be used"),
    ],
)
def test_a_file_of_nothing_to_use_is_refused_with_the_reason(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(text)
    with pytest.raises(argparse.ArgumentTypeError, match=why):
        read(str(path))


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="cannot be read: No such file"):
        read(str(tmp_path / "none.csv"))
    (tmp_path / "packed.csv").write_bytes(bytes(range(128, 256)))
    with pytest.raises(argparse.ArgumentTypeError, match="is no CSV file"):
        read(str(tmp_path / "packed.csv"))
