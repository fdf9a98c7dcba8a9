"""What a name that is evaluated stands for, by the rules in force."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from freehold.assemble import Stack, build
from freehold.assemble.subjects import Standing
from freehold.config import load
from freehold.core.caller import Caller
from freehold.core.errors import UnknownModel
from freehold.core.request import Sampling
from support.evaluated import request

ANN = Caller(key_id="key_ann", name="ann")
CONFIG = """
[knowledge]
embedding = "off"
documentation = false
[discover]
enabled = false
[[target]]
name = "home"
provider = "scripted"
profile = { logprobs = false }
[[target]]
name = "dear"
provider = "scripted"
model = "MODEL"
price = { input = 1000, output = 1000 }
[[target]]
name = "bounded"
provider = "scripted"
price = { input = 1000, output = 1000 }
max_output = 100
[[route]]
name = "both"
flow = "cascade"
targets = ["home", "bounded"]
[[route]]
name = "grounded"
flow = "fixed"
targets = ["bounded"]
collections = ["handbook"]
"""

Made = Callable[..., Standing]


@pytest.fixture
def standing(tmp_path: Path) -> Made:
    def made(model: str = "echo", more: str = "") -> Standing:
        file = tmp_path / "freehold.toml"
        file.write_text(CONFIG.replace("MODEL", model) + more)
        env = {"FREEHOLD_SERVER_DATA_DIR": str(tmp_path / "data")}
        stack: Stack = build(load(file, env), env)
        return Standing(lambda: stack.rules, lambda: stack.config)

    return made


def test_it_is_what_would_answer(standing: Made) -> None:
    one, other = standing("echo"), standing("say:x")
    assert one("dear", ANN).standing == standing("echo")("dear", ANN).standing
    assert one("dear", ANN).standing != other("dear", ANN).standing
    assert one("home", ANN).standing == other("home", ANN).standing
    assert (one("home", ANN).logprobs, one("dear", ANN).logprobs, one("both", ANN).logprobs) == (False, True, False)
    with pytest.raises(UnknownModel):
        one("nobody", ANN)


def test_rows_that_it_does_not_reach_change_nothing_of_it(standing: Made) -> None:
    def stands(name: str, more: str = "") -> tuple[str, str]:
        subject = standing("echo", more)(name, ANN)
        return subject.standing, subject.passing

    target = '[[target]]\nname = "new"\nprovider = "scripted"\n'
    route = '[[route]]\nname = "other"\nflow = "fallback"\ntargets = ["new", "home"]\n'
    before = stands("home")
    assert stands("home", target + route) == before
    assert standing("echo", target)("home", ANN).revision != standing("echo")("home", ANN).revision
    assert stands("new", target + "rpm = 5\n[target.timeouts]\ntotal = 5\n") == stands("new", target)
    assert stands("new", target + "max_output = 5\n") != stands("new", target)
    guarded = stands("home", '[guards]\nmode = "record"\n')
    assert (guarded[0] == before[0], guarded[1] == before[1]) == (True, False)
    assert stands("home", '[policy]\ndefault_label = "confidential"\n')[1] != before[1]


def test_it_says_what_each_target_is_cleared_for(standing: Made) -> None:
    assert standing("echo")("both", ANN).cleared.keys() == {"home", "bounded"}


def test_what_documents_ground_is_asked_anew_each_time(standing: Made) -> None:
    subjects = standing("echo")
    reader = Caller(key_id="key_bob", name="bob", collections=("handbook",))
    assert subjects("home", ANN).repeatable
    assert not subjects("grounded", ANN).repeatable
    assert not subjects("home", reader).repeatable


def test_the_worst_case_counts_all_that_may_be_paid_and_is_known_where_answers_have_an_end(standing: Made) -> None:
    subjects = standing("echo")
    short, open_ended = request(1, sampling=Sampling(max_tokens=10)), request(1)
    assert subjects("home", ANN).worst(open_ended) == 0
    assert subjects("dear", ANN).worst(open_ended) is None
    bounded = subjects("dear", ANN).worst(short)
    assert bounded is not None
    assert bounded > 10 * 1_000_000, "ten tokens at a thousandth of a dollar, and the prompt"
    wider = subjects("bounded", ANN).worst(open_ended)
    assert wider is not None
    assert wider - bounded == 90 * 1_000_000
    assert subjects("both", ANN).worst(open_ended) == wider
    assert subjects("grounded", ANN).worst(short) is None, "nobody knows what is found for it"


def test_a_hash_is_told_to_whoever_may_ask(standing: Made) -> None:
    subjects = standing("echo")
    hashes = subjects.hashes(ANN)
    assert hashes is not None
    assert hashes("home") == subjects("home", ANN).standing
    assert subjects.hashes(None) is None
