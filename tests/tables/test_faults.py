"""Everything that is wrong, each with its place, in the order of the file."""

from __future__ import annotations

from freehold.core.errors import ConfigError, SetupError
from freehold.tables.faults import ConfigFaults, Findings
from freehold.tables.lines import locate

TEXT = '[server]\nport = 1\n\n[[target]]\nname = "a"\nprice = { input = 1 }\n'


def findings() -> Findings:
    return Findings("freehold.toml", locate(TEXT))


def places(found: Findings) -> list[tuple[str | None, int | None, str]]:
    return [(fault.file, fault.line, fault.message) for fault in found.sorted()]


def test_a_finding_has_its_line_or_that_of_what_it_stands_in() -> None:
    found = findings()
    found.add(("server", "port"), "a")
    found.add(("target", 0, "price", "input"), "b")
    found.add(("target", 0, "model"), "c")
    assert places(found) == [("freehold.toml", 2, "a"), ("freehold.toml", 4, "c"), ("freehold.toml", 6, "b")]


def test_they_stand_in_the_order_of_the_file_and_what_has_no_line_comes_last() -> None:
    found = findings()
    found.outside("last")
    found.add(("policy", "tags"), "no such place")
    found.add(("target", 0, "name"), "second")
    found.add(("server",), "first")
    assert [message for _, _, message in places(found)] == ["first", "second", "last", "no such place"]
    assert places(found)[2] == (None, None, "last")


def test_what_a_variable_set_is_blamed_on_the_variable() -> None:
    found = findings()
    found.variables = {("server", "port"): "FREEHOLD_SERVER_PORT", ("policy", "tags"): "FREEHOLD_POLICY_TAGS"}
    found.add(("server", "port"), "port is 99999", "give less")
    found.add(("server", "host"), "not a host")
    found.add(("policy", "tags", 1), "'E U' cannot be a tag")
    assert [str(fault) for fault in found.sorted()] == [
        "freehold.toml:1: not a host",
        "FREEHOLD_SERVER_PORT: port is 99999; give less",
        "FREEHOLD_POLICY_TAGS: 'E U' cannot be a tag",
    ]


def test_a_sibling_knows_the_file_and_none_of_the_findings() -> None:
    found = findings()
    found.add(("server",), "wrong")
    sibling = found.sibling()
    assert sibling.found == []
    sibling.add(("server", "port"), "worth knowing")
    assert places(sibling) == [("freehold.toml", 2, "worth knowing")]


def test_without_a_file_there_are_no_lines() -> None:
    found = Findings()
    found.add(("server", "port"), "wrong", "mend it")
    assert [str(fault) for fault in found.sorted()] == ["wrong; mend it"]


def test_all_of_them_are_one_error() -> None:
    error = ConfigFaults([ConfigError("a", file="f", line=1, mend="b"), ConfigError("c")])
    assert isinstance(error, SetupError)
    assert str(error) == "f:1: a; b\nc"
    assert [fault.line for fault in error.faults] == [1, None]
