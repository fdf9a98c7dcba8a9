"""Rules read before anything is asked, and a comparison that another version wrote."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from freehold.cli.client import Client, Reply
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.eval_beside import check_meant, check_writable, compared, rules_of


def test_rules_are_read_and_what_is_none_is_wrong_use() -> None:
    assert [rule.text for rule in rules_of(["quality < 0.9"])] == ["quality < 0.9"]
    assert rules_of(None) == []
    with pytest.raises(UsedWrongly, match="did you mean 'quality'"):
        rules_of(["qality < 0.9"])


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("quality(C) < 1", "is of 'C'; there are A (home), B (team/away)"),
        ("quality(nosuch) < 1", "is of 'nosuch'"),
        ("quality[rouge-l] < 1", "is by 'rouge-l', which nothing is scored by"),
        ("quality[judge:other] < 1", "is by 'judge:other'"),
        ("upper(quality[f1](B)) < quality(A) - 0.02", "is by 'f1'"),
    ],
)
def test_a_rule_of_what_is_not_asked_for_is_wrong_use(rule: str, said: str) -> None:
    with pytest.raises(UsedWrongly) as raised:
        check_meant(rules_of([rule]), ["home", "team/away"], ["exact", "numeric:0.01", "judge:fair"])
    assert said in str(raised.value)


def test_a_rule_may_speak_of_letters_names_and_every_scorer_that_is_asked_for() -> None:
    rules = rules_of(["quality[numeric:0.01](B) < quality[exact](home)", "cost(team/away) > 1", 'size("home #2") < 3'])
    check_meant(rules, ["home", "team/away", "home"], ["exact", "numeric:0.01"])
    check_meant(rules_of(["quality[judge:fair] < 0.5"]), ["home", "away"], ["judge:fair"])


def test_a_report_that_cannot_be_written_is_wrong_use(tmp_path: Path) -> None:
    check_writable(None)
    check_writable(tmp_path / "report.html")
    with pytest.raises(UsedWrongly, match="is a folder"):
        check_writable(tmp_path)
    with pytest.raises(UsedWrongly, match="there is no folder"):
        check_writable(tmp_path / "none" / "report.html")


def test_what_is_no_comparison_is_of_another_version() -> None:
    class Other:
        together = 1

        def __call__(self, *_: Any) -> AbstractContextManager[Reply]:
            return nullcontext(Reply(200, {}, iter([b'{"format": "freehold-comparison/9"}'])))

    with pytest.raises(CommandFailed, match="another version"):
        compared(Client(Other(), "key"), ["run_1"])
