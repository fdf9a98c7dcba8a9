"""The table of letter pairs is made as its tool says."""

from __future__ import annotations

from pathlib import Path
from string import ascii_lowercase

from tools.letter_pairs import table, words


def test_a_pair_of_words_is_likelier_than_one_of_none(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("The queen's quiet Quest is quick, as a queen's is.")
    (tmp_path / "a.bin").write_text("zzzz")
    rows = table(set(words([tmp_path])))
    assert len(rows) == 26
    assert {len(row) for row in rows} == {26}
    q = rows[ascii_lowercase.index("q")]
    assert int(q[ascii_lowercase.index("u")]) > 5
    assert int(q[ascii_lowercase.index("u")]) > int(rows[25][25])
