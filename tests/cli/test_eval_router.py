"""``freehold eval router``."""

from __future__ import annotations

import pytest

from freehold.cli import eval_router
from support.commands import Terminal

ROUTER = {
    "id": f"rt_{'0' * 32}",
    "made": "2026-11-22T12:00:00Z",
    "weak": "home",
    "strong": "away",
    "data": "ds_1",
    "scorer": "exact",
    "label": "internal",
    "space": "",
    "slices": ["task=triage"],
    "size": 412,
    "will_do": 0.71,
    "model": "ridge",
    "compared": {"ridge": 0.662, "logistic": 0.64, "nearest": 0.58},
    "calibration": {"intercept": 1.0, "slope": 2.0},
    "error": 0.021,
    "before": "",
    "training": "tn_1",
    "forgot": 3,
}


@pytest.mark.usefixtures("scripted")
def test_there_are_no_routers_yet_and_none_can_be_trained_or_removed(terminal: Terminal) -> None:
    assert terminal("eval", "router", "list", "--json").out.strip() == "[]"
    found = terminal(
        *("eval", "router", "train", "--weak", "home", "--strong", "away", "--data", "work", "--scorer", "exact")
    )
    assert found.code == 1
    assert "there is no dataset 'work'" in found.err
    for command in ("show", "remove"):
        found = terminal("eval", "router", command, "rt_9")
        assert found.code == 1
        assert "there is no router 'rt_9'" in found.err


def test_says_how_good_a_router_is(capsys: pytest.CaptureFixture[str]) -> None:
    eval_router._tell(ROUTER, as_json=False)  # what it prints is all it does
    told = " ".join(capsys.readouterr().out.split())
    assert "home and away" in told
    assert "412 prompts of ds_1, scored by exact" in told
    assert "form alone" in told
    assert "ridge 0.662, logistic 0.640, nearest 0.580 (chance 0.5)" in told
    assert "on 71.0% of prompts; chances are off by 0.021 on average" in told
