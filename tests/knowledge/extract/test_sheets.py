from __future__ import annotations

from pathlib import Path

import pytest

from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.kinds import MEDIA_TYPES
from freehold.knowledge.extract.sheets import read_sheets
from support.documents import xlsx
from support.extracted import pieces


def test_a_sheet_is_a_page_with_its_name_and_its_rows(tmp_path: Path) -> None:
    source = tmp_path / "a.xlsx"
    rows = [["who", None, "days"], [None, None, None], ["Ann & <b>", "x", 25], ["l1\nl2", None, 4.5]]
    source.write_bytes(xlsx({"Empty": [], "Ürlaub & co": rows, "T": [["z"]]}))
    extracted = read_sheets(source, MEDIA_TYPES["xlsx"], 10_000)
    assert pieces(extracted) == [
        ("heading1", "Ürlaub & co"),
        ("table", "who |  | days\nAnn & <b> | x | 25\nl1 l2 |  | 4.5"),
        ("heading1", "T"),
        ("table", "z"),
    ]
    assert [block.page for block in extracted.blocks] == [2, 2, 3, 3]
    assert extracted.pages == 3


def test_damage_is_told(tmp_path: Path) -> None:
    source = tmp_path / "a.xlsx"
    source.write_bytes(xlsx({"S": [["x"]]})[:-200])
    with pytest.raises(Rejected, match="damaged"):
        read_sheets(source, MEDIA_TYPES["xlsx"], 10_000)
