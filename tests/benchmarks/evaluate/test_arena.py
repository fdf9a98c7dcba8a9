from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.evaluate import arena


def test_every_row_is_a_number_with_its_goal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arena, "DRAWS", 6)
    monkeypatch.setattr(arena, "SIZES", (60,))
    monkeypatch.setattr(arena, "seconds", lambda _size: 0.1)
    rows = {row[0]: row[2] for row in arena.run(Path())}
    assert rows["strength covered, 60 votes"] > 0.7
    assert 0 <= rows["any order found among five alike, 60 votes"] <= 1
    assert len(rows) == 4


def test_drawn_votes_are_won_by_the_stronger_more_often() -> None:
    design = arena.drawn(arena.np.random.default_rng(0), arena.STRENGTHS, 4000, 0.0)
    wins = design.wins()
    assert wins[0, 4] > 3 * wins[4, 0]
