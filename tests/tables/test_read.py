from decimal import Decimal
from typing import Literal

import msgspec
import pytest

from freehold.policy.judge import Accept
from freehold.tables.faults import Findings
from freehold.tables.read import expected, read, read_plain, sound


class Inner(msgspec.Struct, frozen=True):
    level: str
    tags: tuple[str, ...] | None = None


class Outer(msgspec.Struct, frozen=True):
    name: str
    port: int = 1
    rate: float = 1.0
    price: Decimal | None = None
    on: bool = False
    flow: Literal["fixed", "race"] = "fixed"
    items: tuple[str, ...] = ()
    inner: str | Inner | None = None
    only: Inner | None = None
    many: tuple[Inner, ...] = ()
    table: dict[str, str] = {}
    renamed: int = msgspec.field(default=0, name="for")


def attempt(raw):
    findings = Findings()
    made = read(Outer, raw, ("outer",), findings)
    return made, [str(fault) for fault in findings.found]


def test_reads_every_kind_of_value():
    raw = {
        "name": "x",
        "rate": Decimal("0.5"),
        "price": Decimal("0.25"),
        "on": True,
        "flow": "race",
        "items": ["a"],
        "inner": {"level": "l", "tags": ["t"]},
        "only": {"level": "l"},
        "many": [{"level": "m"}],
        "table": {"a": "b"},
        "for": 3,
    }
    made, faults = attempt(raw)
    assert faults == []
    assert made == Outer(
        "x", 1, 0.5, Decimal("0.25"), True, "race", ("a",), Inner("l", ("t",)), Inner("l"), (Inner("m"),), {"a": "b"}, 3
    )


def test_one_of_two_shapes_is_told_by_what_is_there():
    assert attempt({"name": "x", "inner": "l"})[0].inner == "l"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"prot": 1}, "'prot' is not a key of [outer]; did you mean 'port'?"),
        ({"port": "1"}, "[outer] port is text where a whole number is expected; write a whole number"),
        ({"port": True}, "[outer] port is true or false where a whole number is expected"),
        ({"port": Decimal("1.5")}, "[outer] port is a number with decimals where a whole number is expected"),
        ({"on": 1}, "where true or false is expected"),
        ({"flow": "rase"}, "[outer] flow cannot be 'rase'; did you mean 'race'?"),
        ({"flow": 1}, "where one of 'fixed', 'race' is expected"),
        ({"items": "a"}, "where a list of text in quotes is expected"),
        ({"items": ["a", 1]}, "where a list of text in quotes is expected"),
        ({"inner": 1}, "where text in quotes or a table is expected"),
        ({"inner": {"level": 1}}, "[outer] inner.level is a whole number where text in quotes is expected"),
        ({"inner": {"lvl": "x", "level": "x"}}, "'lvl' is not a key of [outer] inner; did you mean 'level'?"),
        ({"only": "x"}, "[outer] only is text where a table is expected"),
        ({"many": [{"level": "m"}, {}]}, "has no 'level'; add level = ..."),
        ({"many": 1}, "where a list of a table is expected"),
        ({"table": {"a": 1}}, "where a table is expected"),
        ({"price": "a lot"}, "where a number is expected"),
    ],
)
def test_says_what_is_wrong_and_how_to_mend_it(change, says):
    made, faults = attempt({"name": "x", **change})
    assert made is None
    assert len(faults) == 1
    assert says in faults[0]


def test_tells_everything_at_once():
    made, faults = attempt({"prot": 1, "on": "yes", "flow": "x"})
    assert made is None
    assert len(faults) == 4


def test_a_table_that_is_none_is_said_to_be_none():
    assert attempt([1])[1] == ["[outer] is a list where a table is expected; write it as a table of keys"]


def test_names_types_in_words():
    assert expected(int | None) == "a whole number"
    assert expected(tuple[float, ...]) == "a list of a number"


def test_numbers_out_of_the_range_that_their_struct_names_are_all_told():
    findings = Findings()
    assert read(Accept, {"at_least": 2, "samples": 1}, ("accept",), findings) is None
    assert [(fault.message, fault.mend) for fault in findings.found] == [
        ("at_least is 2.0", "give a number from 0 to 1"),
        ("samples is 1", "give a number from 2 to 16"),
    ]
    assert read(Accept, {"at_least": 1, "samples": 2}, ("accept",), findings) == Accept(at_least=1.0, samples=2)


def test_what_is_sound_can_be_read_beside_what_is_not():
    raw = {"name": "x", "port": "y", "inner": {"level": 1}, "items": ["a"], "odd": 1, "for": 3}
    assert sound(Outer, raw) == {"name": "x", "items": ("a",), "renamed": 3}
    assert sound(Outer, "x") == {}


def test_a_plain_table_at_fault_stands_at_its_defaults():
    class Plain(msgspec.Struct):
        port: int = 1
        host: str = "h"

    findings = Findings()
    assert read_plain(Plain, {"port": "x", "host": "g"}, ("plain",), findings) == Plain(1, "g")
    assert read_plain(Plain, 5, ("plain",), findings) == Plain()
    assert len(findings.found) == 2
