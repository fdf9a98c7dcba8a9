from __future__ import annotations

import pytest

from freehold.knowledge.chunk import Limits


@pytest.mark.parametrize(("most", "least"), [(15, 0), (100, 100), (100, -1)])
def test_limits_that_cannot_be_kept_are_refused(most, least):
    with pytest.raises(ValueError, match=r"most = |least = "):
        Limits(most, least)


def test_an_atom_fits_between_two_headings():
    limits = Limits(most=1200, least=300)
    assert limits.piece + 2 * limits.head <= limits.most
