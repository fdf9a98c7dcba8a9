"""Blocks of a page are found where they stand, and output is compared as CONTRIBUTING.md says."""

from __future__ import annotations

import pytest

from support.markdown import Block, blocks, matches, steps


def test_blocks_know_their_language_line_and_reason() -> None:
    page = "# T\n\n```python\na = 1\n```\n\n<!-- not run: needs a GPU -->\n\n  ```console\n  $ nvidia-smi\n  ```\n"
    assert blocks(page) == [
        Block("python", "a = 1\n", 4),
        Block("console", "$ nvidia-smi\n", 10, "needs a GPU"),
    ]


def test_a_fence_may_name_the_file_that_its_block_is() -> None:
    assert blocks("```toml freehold.toml\na = 1\n```\n") == [Block("toml", "a = 1\n", 2, None, "freehold.toml")]


def test_a_reason_holds_for_the_next_block_alone() -> None:
    page = "<!-- not run: old -->\nOther words.\n```json\n1\n```\n"
    assert [block.not_run for block in blocks(page)] == [None]


def test_a_block_that_never_ends_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2: this block is never closed"):
        blocks("x\n```python\n")


def test_commands_may_go_on_over_lines() -> None:
    found = steps(Block("console", "$ curl \\\n  -d x\n{}\n\n$ cat <<E\n> in\n> E\nin\n", 3))
    assert [(step.command, step.expected, step.line) for step in found] == [
        ("curl \\\n  -d x", ("{}", ""), 3),
        ("cat <<E\nin\nE", ("in",), 7),
    ]


@pytest.mark.parametrize(
    ("expected", "printed", "is_match"),
    [
        (("a", "b"), "a\nb\n", True),
        (("a", ""), "a  \n\n\n", True),
        ((), "", True),
        ((), "noise\n", False),
        (("id ... done",), "id 42 done\n", True),
        (("id ... done",), "id 42\ndone\n", False),
        (("a", "...", "z"), "a\nb\nc\nz\n", True),
        (("a", "...", "z"), "a\nz\n", True),
        (("a", "..."), "a\n", True),
        (("a+b",), "aab\n", False),
        (("a",), "a\nb\n", False),
    ],
)
def test_matches(expected: tuple[str, ...], printed: str, is_match: bool) -> None:
    assert matches(expected, printed) is is_match
