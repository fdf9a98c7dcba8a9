"""Whether one target alone would do."""

from __future__ import annotations

from freehold.evaluate.promise.choose import Aim
from freehold.evaluate.promise.single import alone, cheapest
from support.promising import drawn


def test_every_target_is_considered_the_strongest_first() -> None:
    found = alone(drawn(500, 1), Aim(0.02))
    assert [each.target for each in found] == ["cloud", "large", "small"]
    assert [each.adequate for each in found] == [True, False, False]
    assert found[0].harm == found[0].bound == 0
    assert found[1].harm < found[1].bound
    assert cheapest(found).target == "cloud"


def test_the_cheapest_that_will_do_is_an_owned_one_where_that_is_so() -> None:
    easy = drawn(500, 2)
    easy.right["large"][:] = True
    assert cheapest(alone(easy, Aim(0.02))).target == "large"
    easy.right["small"][:] = True
    assert cheapest(alone(easy, Aim(0.02))).target == "small"


def test_none_after_the_first_that_fails_is_adequate() -> None:
    odd = drawn(500, 3)
    odd.right["small"][:] = True
    assert [each.adequate for each in alone(odd, Aim(0.02))] == [True, False, False]
