"""The measure itself, on sentences of our own; the data it is meant for need not be there."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.guards import pii
from freehold.core.errors import ConfigError

TEXT = "Call 780 6326 or write to a@b.example"


@pytest.fixture(autouse=True)
def _nobody_finds_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(pii.NAMES, raising=False)


def sentence(*spans: tuple[str, int, int], text: str = TEXT) -> dict[str, object]:
    return {
        "full_text": text,
        "template_id": 1,
        "spans": [
            {"entity_type": kind, "entity_value": text[start:end], "start_position": start, "end_position": end}
            for kind, start, end in spans
        ],
    }


def folder(tmp_path: Path, *sentences: dict[str, object]) -> Path:
    (tmp_path / pii.FILE).parent.mkdir(parents=True)
    (tmp_path / pii.FILE).write_bytes(gzip.compress(json.dumps(sentences).encode()))
    return tmp_path


def test_hits_misses_and_false_alarms_are_counted_for_each_kind() -> None:
    truth = [(0, 10, "phone"), (20, 30, "phone"), (40, 50, "email")]
    found = [(0, 9, "phone"), (0, 10, "phone"), (21, 40, "phone"), (40, 50, "card")]
    scores = pii.score([truth], [found])
    assert (scores["phone"].hits, scores["phone"].wrong, scores["phone"].missed) == (1, 2, 1)
    assert (scores["email"].hits, scores["email"].missed, scores["card"].wrong) == (0, 1, 1)
    assert scores["phone"].f1 == pytest.approx(2 / 5)
    assert pii.together(scores.values()).wrong == 3


def test_rules_and_plain_patterns_stand_side_by_side(tmp_path: Path) -> None:
    data = folder(tmp_path, sentence(("PHONE_NUMBER", 5, 13), ("EMAIL_ADDRESS", 26, 37), ("AGE", 0, 4)))
    rows = {(measure, method): value for measure, method, value, _ in pii.run(data)}
    assert rows["F1 of phone", "rules"] == rows["F1 of email", "rules"] == 1.0
    assert rows["F1 of email", "plain patterns"] == 1.0
    assert rows["F1 of all kinds", "rules"] == 1.0


def test_without_the_data_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(pii.run(tmp_path))


def test_a_finder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        pii.finder(f"gliner:{tmp_path / 'none'}")
    assert pii.finder("http://127.0.0.1:9/v1 model key") is not None
