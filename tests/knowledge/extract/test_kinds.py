from __future__ import annotations

import pytest

from freehold.knowledge.extract.kinds import IN_PROCESS, KIND_OF_ENDING, KIND_OF_TYPE, MEDIA_TYPES, ending_of


@pytest.mark.parametrize(("name", "ending"), [("a/B.MD", "md"), ("a.b/c", ""), (".env", "env"), ("x", ""), ("x.", "")])
def test_the_ending_of_a_name(name: str, ending: str) -> None:
    assert ending_of(name) == ending


def test_every_kind_that_a_name_gives_has_a_media_type() -> None:
    assert {*KIND_OF_ENDING.values(), *KIND_OF_TYPE.values(), *IN_PROCESS} <= MEDIA_TYPES.keys()
