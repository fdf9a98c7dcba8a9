"""What is written past a pattern, as it is measured."""

from __future__ import annotations

from benchmarks.guards import evasions


def test_no_way_of_writing_leaves_the_token_as_it_was() -> None:
    token = next(token for token in evasions.tokens() if "_" in token)

    assert [name for name, write in evasions.WAYS.items() if token in write(token)] == ["JSON in JSON"]


def test_the_share_is_of_what_is_found_as_it_stands() -> None:
    rows = {method: value for _, method, value, _ in evasions.run()}

    assert rows.keys() == evasions.WAYS.keys()
    assert min(rows.values()) >= 0.98
