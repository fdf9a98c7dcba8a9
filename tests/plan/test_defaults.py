"""The table of defaults: every input has bounds, a range and a reason, and what is assumed lies within them."""

import pytest

from freehold.plan.defaults import api, machines, people, workload
from freehold.plan.defaults.field import Assumed, Field

FIELDS = [
    *workload.FIELDS, workload.PREFIX, *api.FIELDS, *api.HYBRID, machines.SPEED, *machines.CLOUD, *machines.OWNED,
    *people.FIELDS,
]  # fmt: skip


def assumed(field: Field) -> list[Assumed]:
    own = [field.assumed] if field.assumed else []
    by_kind = {people.MONTHLY.key: people.MONTHLY_BY_KIND, people.ONCE.key: people.ONCE_BY_KIND}
    if field is machines.INTERRUPTIONS:
        own.append(machines.SPOT_INTERRUPTIONS)
    return [*own, *by_kind.get(field.key, {}).values()]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_every_input_says_what_it_is_and_why(field):
    assert field.about.endswith(".")
    assert field.unit
    assert field.least < field.most
    for sentence in (field.bound, field.why, *(each.why for each in assumed(field))):
        assert sentence
        assert not sentence.endswith(".")
        assert sentence[0].islower()


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_what_is_assumed_is_a_range_within_the_bounds(field):
    for each in assumed(field):
        assert field.least <= each.low <= each.value <= each.high <= field.most


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
@pytest.mark.parametrize("part", [0.0, 0.3, 1.0])
def test_the_range_of_a_bare_number_keeps_it_and_the_bounds(field, part):
    value = field.least + part * (field.most - field.least)
    low, high = field.around(value)
    assert field.least <= low <= value <= high <= field.most


def test_who_has_not_said_it_reads_that_it_is_assumed():
    quantity = machines.PUE.default("options.a.pue")
    assert quantity.source.startswith("assumed: ")
    assert (quantity.path, quantity.unit) == ("options.a.pue", "times")


def test_money_alone_may_have_a_currency():
    assert machines.KWH.money
    assert not workload.REQUESTS.money


def test_every_kind_of_option_has_hours():
    assert people.MONTHLY_BY_KIND.keys() == people.ONCE_BY_KIND.keys() == {"api", "cloud", "owned", "hybrid"}
