from __future__ import annotations

import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.scorers.kinds import OWN
from freehold.evaluate.scorers.reading import MOST, read


def test_scorers_are_kept_under_the_names_they_were_asked_by() -> None:
    found = read(["exact", "numeric:0.01", "numeric:0.01", "regex:a:b"])
    assert list(found) == ["exact", "numeric:0.01", "regex:a:b"]
    assert all(scorer.name == name for name, scorer in found.items())


def test_a_wrong_name_says_the_nearest_and_all() -> None:
    with pytest.raises(BadRequest, match="did you mean 'numeric'") as failed:
        read(["numerik:0.1"])
    assert all(name in failed.value.message for name in OWN)


def test_versions_change_with_settings() -> None:
    versions = [
        scorer.version for scorer in read(["numeric", "numeric:0.1", "json", "json:a", "choice", "choice:AB"]).values()
    ]
    assert len(set(versions)) == len(versions)


def test_too_much_is_refused() -> None:
    with pytest.raises(BadRequest, match="at most"):
        read(["exact"] * (MOST + 1))
    with pytest.raises(BadRequest, match="characters"):
        read(["regex:" + "a" * 5000])
