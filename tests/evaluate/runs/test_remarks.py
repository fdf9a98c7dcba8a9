"""What a run says of itself beside whether it came to its end."""

from __future__ import annotations

from freehold.evaluate.model import Run
from freehold.evaluate.runs.remarks import remarks

RUN = Run("run_1", "ds_1", "home", "done", "key_ann", 1)


def test_of_a_run_that_met_nothing_there_is_nothing_to_say() -> None:
    assert remarks(RUN, [], {"home": "internal"}) == []


def test_reasons_are_counted_and_only_some_are_written_out() -> None:
    [told] = remarks(RUN, [("a", 3), ("b", 2), ("c", 1)], {"home": "internal", "away": "public"})
    assert told == (
        "6 refused by label: 3 times a; 2 times b; and 1 other reasons; home is cleared for internal, away is cleared"
        " for public"
    )
