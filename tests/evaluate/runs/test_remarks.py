"""What a run says of itself beside whether it came to its end."""

from __future__ import annotations

import msgspec

from freehold.evaluate.model import Run
from freehold.evaluate.runs.remarks import remarks

RUN = Run("run_1", "ds_1", "home", "done", "key_ann", 1)


def test_of_a_run_that_met_nothing_there_is_nothing_to_say() -> None:
    assert remarks(RUN, cleared={"home": "internal"}) == []


def test_reasons_are_counted_and_only_some_are_written_out() -> None:
    reasons = [("a", 3), ("b", 2), ("c", 1)]
    [failed, barred] = remarks(RUN, failed=reasons[:2], barred=reasons, cleared={"home": "internal", "away": "public"})
    assert failed == "5 failed: a (3); b (2); 'freehold eval resume' asks again"
    assert barred == (
        "6 refused by label: a (3); b (2); and 1 for other reasons; home is cleared for internal; away is cleared for"
        " public"
    )


def test_answers_of_what_the_subject_was_before_are_counted() -> None:
    for many, said in ((1, "1 answer is of what home was before"), (2, "2 answers are of what home was before")):
        [told] = remarks(RUN, cleared={}, outdated=many)
        assert told.startswith(said)


def test_what_was_asked_for_twice_is_counted() -> None:
    for many, said in ((1, "1 answer was asked for a second time, since home"), (2, "2 answers were asked")):
        [told] = remarks(msgspec.structs.replace(RUN, anew=many), cleared={})
        assert told.startswith(said)
