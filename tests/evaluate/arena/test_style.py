from __future__ import annotations

import time

from freehold.evaluate.arena.model import Style
from freehold.evaluate.arena.style import style_of

TEXT = """# Leave

Employees have **27 days** and __no more__.

- one
- two
  1. nested
#no header
*   * * rule-like
```
# a comment in code
- **no** item
```
## After
"""


def test_marks_are_counted_and_those_in_code_are_not() -> None:
    assert style_of(TEXT) == Style(length=len(TEXT), headers=2, lists=4, bold=2)


def test_plain_text_has_a_length_alone() -> None:
    assert style_of("27 days.") == Style(8)
    assert style_of("") == Style(0)


def test_a_fence_is_closed_by_its_own_kind() -> None:
    assert style_of("~~~\n```\n# code\n~~~\n# header").headers == 1


def test_what_is_meant_to_be_slow_is_not() -> None:
    began = time.perf_counter()
    style_of("**" * 200_000 + "\n" + "- " * 200_000 + "\n" + "#" * 200_000)
    assert time.perf_counter() - began < 2
