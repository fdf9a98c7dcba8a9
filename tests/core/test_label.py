"""Labels are a lattice: `join` is its least upper bound, and `flows_to` its order."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.label import PUBLIC, Label, Level, join_all

LEVELS = ["public", "internal", "confidential", "restricted"]

tags = st.frozensets(st.sampled_from(["eu", "health", "client-x", "a.b_c", "9"]))
labels = st.builds(Label, st.sampled_from(Level), tags)
written_tags = st.frozensets(st.from_regex(r"[a-z0-9][a-z0-9._-]{0,63}", fullmatch=True), max_size=4)


@given(labels, labels)
def test_join_does_not_ask_for_an_order(a: Label, b: Label) -> None:
    assert a.join(b) == b.join(a)


@given(labels, labels, labels)
def test_join_does_not_ask_for_brackets(a: Label, b: Label, c: Label) -> None:
    assert a.join(b).join(c) == a.join(b.join(c))


@given(labels)
def test_joining_a_label_with_itself_or_the_lowest_changes_nothing(a: Label) -> None:
    assert a.join(a) == a
    assert a.join(PUBLIC) == a


@given(labels, labels, labels)
def test_join_keeps_the_order(a: Label, b: Label, c: Label) -> None:
    if a.flows_to(b):
        assert a.join(c).flows_to(b.join(c))


@given(labels, labels, labels)
def test_join_is_the_least_label_at_or_above_both(a: Label, b: Label, above: Label) -> None:
    joined = a.join(b)
    assert a.flows_to(joined)
    assert b.flows_to(joined)
    if a.flows_to(above) and b.flows_to(above):
        assert joined.flows_to(above)


@given(labels, labels, labels)
def test_flowing_is_an_order(a: Label, b: Label, c: Label) -> None:
    assert a.flows_to(a)
    if a.flows_to(b) and b.flows_to(a):
        assert a == b
    if a.flows_to(b) and b.flows_to(c):
        assert a.flows_to(c)


@given(labels, labels, labels)
def test_what_is_joined_flows_to_no_more_places_than_before(a: Label, b: Label, clearance: Label) -> None:
    assert not a.join(b).flows_to(clearance) or a.flows_to(clearance)
    assert a.join(b).flows_to(clearance) == (a.flows_to(clearance) and b.flows_to(clearance))


@given(st.lists(labels, max_size=5), st.randoms())
def test_joining_many_is_joining_one_by_one_in_any_order(many: list[Label], random) -> None:
    joined = join_all(many)
    random.shuffle(many)
    assert join_all(many) == joined
    assert all(label.flows_to(joined) for label in many)
    assert many or joined == PUBLIC


@given(st.builds(Label, st.sampled_from(Level), written_tags))
def test_a_label_is_read_as_it_was_written(label: Label) -> None:
    assert Label.parse(str(label)) == label


@given(st.builds(Label, st.sampled_from(Level), written_tags), st.randoms())
def test_case_space_and_the_order_of_tags_do_not_matter(label: Label, random) -> None:
    names = [*label.tags]
    random.shuffle(names)
    assert Label.parse(f"  {label.level.name.title()} ; {' , '.join(names).upper()} ") == label


def test_a_tag_not_carried_or_a_level_too_low_stops_the_flow() -> None:
    assert Label.parse("internal;eu").flows_to(Label.parse("confidential;eu,health"))
    assert not Label.parse("internal;eu").flows_to(Label.parse("restricted;health"))
    assert not Label.parse("confidential").flows_to(Label.parse("internal;eu"))


def test_the_levels_stand_in_order() -> None:
    assert [str(Label(level)) for level in sorted(Level)] == LEVELS
    for lower, higher in itertools.pairwise(LEVELS):
        assert Label.parse(lower).flows_to(Label.parse(higher))
        assert not Label.parse(higher).flows_to(Label.parse(lower))


@pytest.mark.parametrize("text", ["", "secret", "public,eu", "2", "public internal", ";eu"])
def test_an_unknown_level_is_told_with_those_that_exist(text: str) -> None:
    with pytest.raises(ValueError, match="the levels are public, internal, confidential, restricted"):
        Label.parse(text)


@pytest.mark.parametrize("tag", ["e u", "-eu", "eu;health", "eu\r\nx", "ü", "x" * 65, ",", "eu,", "a/b"])
def test_what_is_no_tag_is_told(tag: str) -> None:
    with pytest.raises(ValueError, match="is not a tag"):
        Label.parse(f"internal;{tag}")


@given(st.text(max_size=40))
def test_any_text_is_a_label_or_a_fault_and_nothing_else(text: str) -> None:
    try:
        label = Label.parse(text)
    except ValueError:
        return
    assert Label.parse(str(label)) == label


def test_a_label_may_be_a_key() -> None:
    assert len({Label.parse("internal;eu"), Label.parse("Internal; EU"), Label.parse("internal")}) == 2
