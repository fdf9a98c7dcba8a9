"""Tokens are drawn to their format, and what is found is told from what is missed."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

from benchmarks.guards.secrets import covered, digests, draw, hit, missed, texts


def test_a_token_is_drawn_to_its_format() -> None:
    chance = random.Random(1)
    assert re.fullmatch("ghp_[A-Za-z0-9]{36}", draw("ghp_{b62:36}", chance))
    assert re.fullmatch("a[0-9a-f]{4}-[0-9]{3}", draw("a{hex:4}-{dec:3}", chance))
    assert re.fullmatch('{"t": "[a-z0-9]{5}"}', draw('{{"t": "{b36:5}"}}', chance))
    assert len(draw("{uuid}", chance)) == 36
    assert draw("{jwt}", chance).count(".") == 2
    assert draw("{pem}", chance).startswith("-----BEGIN ")


def test_what_is_missed_is_counted_by_format() -> None:
    formats = {"found": "ghp_{b62:36}", "missed": "{dec:12}"}
    assert missed(formats, ("{}", "it is {} there"), each=3) == {"found": 0.0, "missed": 1.0}


def test_a_finding_beside_the_token_does_not_cover_it() -> None:
    token = draw("ghp_{b62:36}", random.Random(2))
    assert covered(f"a {token} b", token)
    assert not covered(f"{token} 12345", "12345")
    assert hit(token)
    assert not hit(token, sure=1.0)


def test_digests_are_of_many_kinds_and_the_same_each_time() -> None:
    first = list(digests(32))
    assert first == list(digests(32))
    assert len(set(first)) == 32


def test_texts_come_from_the_data_folder(tmp_path: Path) -> None:
    folder = tmp_path / "guard" / "injection"
    folder.mkdir(parents=True)
    (folder / "a.json").write_text(json.dumps([{"prompt": "What is the weather like today?", "n": 1}, ["short"]]))
    assert list(texts(tmp_path)) == ["What is the weather like today?"]
    assert list(texts(tmp_path / "none")) == []
