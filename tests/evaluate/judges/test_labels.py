from __future__ import annotations

import pytest

from freehold.core.label import Label
from freehold.evaluate.judges.labels import LabelUnread, labels_of
from support.scored import example


def test_the_labels_of_example_and_answers_come_together() -> None:
    secret = example(label=Label.parse("restricted"))
    assert list(map(str, labels_of(secret, "internal;eu", ""))) == ["restricted", "internal;eu"]
    assert labels_of(example()) == ()


def test_a_label_that_cannot_be_read_shows_it_to_nobody() -> None:
    with pytest.raises(LabelUnread, match="no judge"):
        labels_of(example(), "secretish")
