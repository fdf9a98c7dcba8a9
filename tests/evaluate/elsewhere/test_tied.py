from __future__ import annotations

import pytest

from freehold.evaluate.elsewhere.samples import Sample, Samples, Unread, score
from freehold.evaluate.elsewhere.tied import rows_of, tied


def sample(asked: str, text: str = "4", error: str = "") -> Sample:
    return Sample(({"role": "user", "content": asked},), "4", text, {"match": score(1)}, error=error)


def samples(*each: Sample) -> Samples:
    return Samples("sums", "small", "a tool", each)


EXAMPLES = [
    {"id": "ex_2", "messages": [{"role": "user", "content": "2+2?"}]},
    {"id": "ex_3", "messages": [{"role": "user", "content": [{"type": "text", "text": "3+3?"}]}]},
]


def test_results_are_of_the_examples_that_ask_the_same() -> None:
    given = samples(sample("3+3?"), sample(" 2+2? ", error="it failed"))
    found = tied(given, EXAMPLES, dataset="ds_1", subject="mine")
    assert [(each.example, each.state, each.error) for each in found.results] == [
        ("ex_3", "answered", ""),
        ("ex_2", "failed", "it failed"),
    ]
    assert (found.dataset, found.subject, found.note) == ("ds_1", "mine", "from a tool, task sums")
    assert found.results[1].scores == {}


def test_what_no_example_asks_is_refused_by_its_words() -> None:
    with pytest.raises(Unread, match=r"1 of 2 samples ask what no example of the dataset asks: '9\+9\?'"):
        tied(samples(sample("2+2?"), sample("9+9?")), EXAMPLES, dataset="ds_1", subject="mine")
    with pytest.raises(Unread, match="holds no samples"):
        tied(samples(), EXAMPLES, dataset="ds_1", subject="mine")


def test_a_dataset_is_made_of_what_was_asked() -> None:
    assert rows_of(samples(sample("2+2?"))) == [{"messages": [{"role": "user", "content": "2+2?"}], "expected": "4"}]
