from __future__ import annotations

import pytest

from freehold.core.errors import BadRequest
from freehold.core.groups import checked_groups


def test_groups_are_any_words() -> None:
    assert checked_groups(["hr", "hr", "équipe-2", "a/b"]) == {"hr", "équipe-2", "a/b"}
    assert checked_groups([]) == frozenset()


@pytest.mark.parametrize("name", ["", " ", "a b", "a,b", "a\nb", "a\u00a0b", "a\u200bb", "a" * 101])
def test_what_can_be_no_group_is_refused(name: str) -> None:
    with pytest.raises(BadRequest) as refused:
        checked_groups(["hr", name], "allow")
    assert refused.value.param == "allow"
