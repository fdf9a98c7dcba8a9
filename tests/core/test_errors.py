"""The tree that is drawn is the tree there is, and every error says what its catcher needs."""

from __future__ import annotations

import inspect
import re

import pytest

from freehold.core import errors
from freehold.core.errors import (
    AlreadyRunning,
    AttemptFailed,
    ConfigError,
    Fault,
    FreeholdError,
    LabelForbidden,
    MethodNotAllowed,
    RateLimited,
    RequestError,
    SetupError,
    UnknownRow,
    UpstreamFailed,
    UpstreamTimeout,
)
from freehold.core.label import Label

DRAWN = re.compile(r"^    (?P<indent>(?:[│ ]   )*(?:[├└]── )?)(?P<name>[A-Z]\w+)(?: +(?P<status>\d{3}))?", re.MULTILINE)
CLASSES = {
    kind.__name__: kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, FreeholdError) and kind.__module__ == errors.__name__
}
ANSWERS = [kind for kind in CLASSES.values() if issubclass(kind, RequestError)]


def drawing() -> dict[str, tuple[str | None, int | None]]:
    """Each drawn name, with the name it hangs from and the status that stands beside it."""
    found: dict[str, tuple[str | None, int | None]] = {}
    above: list[str] = []
    for line in DRAWN.finditer(errors.__doc__ or ""):
        depth = len(line["indent"]) // 4
        del above[depth:]
        status = int(line["status"]) if line["status"] else None
        found[line["name"]] = (above[-1] if above else None, status)
        above.append(line["name"])
    return found


def test_every_error_is_drawn_and_nothing_else() -> None:
    assert next(iter(drawing())) == "FreeholdError"
    assert set(drawing()) == set(CLASSES)


@pytest.mark.parametrize("name", CLASSES)
def test_an_error_hangs_where_it_is_drawn(name: str) -> None:
    parent, _ = drawing()[name]
    assert CLASSES[name].__bases__ == (CLASSES[parent] if parent else Exception,)


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_status_that_is_drawn_is_the_status_it_has(kind: type[RequestError]) -> None:
    assert drawing()[kind.__name__][1] == (None if kind is RequestError else kind.status)


def test_a_program_can_tell_every_error_from_every_other() -> None:
    assert len({kind.code for kind in ANSWERS}) == len(ANSWERS)
    assert len({(kind.status, kind.code) for kind in ANSWERS}) == len(ANSWERS)
    assert all(re.fullmatch("[a-z_]+", kind.code) and 400 <= kind.status < 600 for kind in ANSWERS)


@pytest.mark.parametrize("kind", CLASSES.values())
def test_every_error_is_explained_where_it_is_defined(kind: type[FreeholdError]) -> None:
    assert kind.__dict__.get("__doc__")


def test_the_text_is_the_message() -> None:
    error = RateLimited("wait a little", param="model", retry_after=2.5)
    assert (str(error), error.message) == ("wait a little", "wait a little")
    assert (error.param, error.retry_after) == ("model", 2.5)


def test_a_forbidden_label_names_the_label_and_what_would_do() -> None:
    label = Label.parse("confidential;eu")
    error = LabelForbidden(label, ["cloud", "far"], ["home"])
    assert error.message == "data labelled confidential;eu may not flow to cloud, far; allowed for this label: home"
    assert (error.label, error.allowed, error.param) == (label, ("home",), "model")
    assert "no configured target is cleared for it" in LabelForbidden(label, ["cloud"], []).message


def test_an_error_of_methods_names_those_there_are() -> None:
    assert MethodNotAllowed("not here", ["GET", "POST"]).allowed == ("GET", "POST")


@pytest.mark.parametrize("kind", [UpstreamFailed, UpstreamTimeout])
def test_a_failure_of_all_holds_each_cause(kind: type[UpstreamFailed]) -> None:
    causes = [("a", AttemptFailed(Fault.CONNECT, "refused")), ("b", AttemptFailed(Fault.SERVER, "500", status=500))]
    assert kind("all failed", causes).failures == tuple(causes)


def test_an_attempt_is_not_safe_to_repeat_unless_it_says_so() -> None:
    failed = AttemptFailed(Fault.SERVER, "it broke", status=500)
    assert (failed.safe_to_retry, failed.retry_after, failed.param) == (False, None, None)
    assert AttemptFailed(Fault.RATE_LIMITED, "later", safe_to_retry=True).safe_to_retry


def test_faults_are_distinct_words_that_a_program_can_match() -> None:
    values = [fault.value for fault in Fault]
    assert len(set(values)) == len(values)
    assert all(re.fullmatch("[a-z_]+", value) for value in values)
    assert {fault for fault in Fault if fault.value.startswith("timeout")} == errors.TIMEOUTS


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ({"file": "f.toml", "line": 3}, "f.toml:3: wrong; mend it"),
        ({"file": "f.toml"}, "f.toml: wrong; mend it"),
        ({}, "wrong; mend it"),
        ({"line": 3}, "wrong; mend it"),
    ],
)
def test_a_fault_of_the_configuration_begins_with_its_place_and_ends_with_its_mend(place: dict, text: str) -> None:
    error = ConfigError("wrong", mend="mend it", **place)
    assert str(error) == text
    assert (error.message, error.mend) == ("wrong", "mend it")
    assert str(ConfigError("wrong", **place)) == text.removesuffix("; mend it")


@pytest.mark.parametrize(("pid", "who"), [(42, "process 42"), (None, "another process")])
def test_who_holds_the_data_directory_is_said(pid: int | None, who: str) -> None:
    error = AlreadyRunning("/data", pid)
    assert isinstance(error, SetupError)
    assert str(error).startswith(f"/data is in use by {who}; ")
    assert error.pid == pid


def test_an_unknown_row_names_the_nearest_and_the_mend() -> None:
    error = UnknownRow("GPU", "H1000", ["H100", "H200"], mend="add it")
    assert str(error) == "no GPU called 'H1000' is in the catalog; the nearest are H100, H200; add it"
    assert (error.kind, error.name, error.near) == ("GPU", "H1000", ("H100", "H200"))
    assert str(UnknownRow("GPU", "zebra", [], mend="add it")) == "no GPU called 'zebra' is in the catalog; add it"
    assert len(str(UnknownRow("GPU", "x" * 10_000, [], mend="add it"))) < 200
