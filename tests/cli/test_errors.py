"""The exit codes of errors."""

from __future__ import annotations

import pytest

from freehold.cli.errors import CommandFailed, Refused, UsedWrongly


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CommandFailed("x"), 1),
        (UsedWrongly("x"), 2),
        (Refused(400, "x"), 2),
        (Refused(422, "x"), 2),
        (Refused(403, "x"), 1),
        (Refused(404, "x"), 1),
        (Refused(502, "x"), 1),
    ],
)
def test_what_was_given_wrongly_is_2_and_all_else_1(error: CommandFailed, code: int) -> None:
    assert error.exit_code == code


def test_a_refusal_says_what_freehold_said() -> None:
    assert str(Refused(404, "there is no key 'x'")) == "there is no key 'x'"
