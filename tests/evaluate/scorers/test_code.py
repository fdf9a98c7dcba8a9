from __future__ import annotations

import pytest

from freehold.evaluate.confined.limits import Limits
from freehold.evaluate.confined.run import run
from freehold.evaluate.scorers.around import Around
from freehold.evaluate.scorers.reading import scorer
from support.sandbox import ADD, TESTS
from support.scored import score

confined = pytest.mark.skipif(
    run(ADD, TESTS).state == "not run", reason="this system cannot confine network, files and processes"
)


@confined
def test_code_is_worth_what_its_tests_say() -> None:
    fenced = f"Sure:\n```python\n{ADD}```\n"
    assert score("code", fenced, tests=TESTS).value == 1
    wrong = score("code", fenced, tests="assert add(2, 3) == 6\n")
    assert wrong.value == 0
    assert "line 1 of the tests" in wrong.reason


def test_without_tests_that_check_something_it_does_not_apply() -> None:
    assert score("code", ADD).value is None
    assert "check nothing" in score("code", ADD, tests="x = 1").reason
    assert score("code", ADD, tests="assert (").value is None
    assert score("code", "  ", tests=TESTS).value == 0


def test_its_version_changes_with_its_limits() -> None:
    assert scorer("code").version != scorer("code", Around(limits=Limits(cpu_s=1))).version
