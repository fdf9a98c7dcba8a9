"""Rules read before anything is asked, and a comparison that another version wrote."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest

from freehold.cli.client import Client, Reply
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.eval_beside import compared, rules_of


def test_rules_are_read_and_what_is_none_is_wrong_use() -> None:
    assert [rule.text for rule in rules_of(["quality < 0.9"])] == ["quality < 0.9"]
    assert rules_of(None) == []
    with pytest.raises(UsedWrongly, match="did you mean 'quality'"):
        rules_of(["qality < 0.9"])


def test_what_is_no_comparison_is_of_another_version() -> None:
    class Other:
        together = 1

        def __call__(self, *_: Any) -> AbstractContextManager[Reply]:
            return nullcontext(Reply(200, {}, iter([b'{"format": "freehold-comparison/9"}'])))

    with pytest.raises(CommandFailed, match="another version"):
        compared(Client(Other(), "key"), ["run_1"])
