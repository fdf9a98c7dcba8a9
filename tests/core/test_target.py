"""A target holds its secret so that it cannot slip out."""

from __future__ import annotations

import copy
import functools
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from freehold.core.label import PUBLIC
from freehold.core.target import Limits, Profile, Secret, Target, Timeouts

KEY = "sk-hunter2"
SECRET = Secret(KEY)
TARGET = Target("away", "big", "https://api.example/v1", "openai", PUBLIC, api_key=SECRET)


def test_only_reveal_reveals() -> None:
    assert SECRET.reveal() == KEY


@pytest.mark.parametrize("held", [SECRET, TARGET, [SECRET], {"key": SECRET}, (TARGET,)])
@pytest.mark.parametrize(
    "show",
    [repr, str, ascii, "{}".format, "{!r}".format, "%s".__mod__, lambda held: f"{held}", lambda held: f"{held!s:>40}"],
)
def test_a_secret_does_not_show_in_text(held: Any, show: Callable[[Any], str]) -> None:
    text = show((held,) if isinstance(held, tuple) and show == "%s".__mod__ else held)
    assert KEY not in text
    assert "***" in text


WRITERS = [
    msgspec.json.encode,
    msgspec.msgpack.encode,
    msgspec.to_builtins,
    json.dumps,
    copy.copy,
    copy.deepcopy,
    *(functools.partial(pickle.dumps, protocol=protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)),
]


@pytest.mark.parametrize("held", [SECRET, [SECRET], TARGET])
@pytest.mark.parametrize("write", WRITERS)
def test_a_secret_cannot_be_written_down_and_the_error_does_not_tell_it(
    held: Any, write: Callable[[Any], object]
) -> None:
    if write is copy.copy and held is not SECRET:
        assert repr(copy.copy(held)) == repr(held)  # The same secret, held twice.
        return
    with pytest.raises(TypeError) as caught:
        write(held)
    assert KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("slip", ["{:>40}".format, "key: ".__add__, vars, list, len, float])
def test_a_slip_of_the_pen_fails_without_telling_it(slip: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError) as caught:
        slip(SECRET)
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_a_secret_does_not_show_in_a_traceback_with_the_values_of_names() -> None:
    def fails(key: Secret, target: Target) -> None:
        raise RuntimeError(f"{target.name} refused {key}")

    with pytest.raises(RuntimeError) as caught:
        fails(SECRET, TARGET)
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "Secret('***')" in shown
    assert KEY not in shown


def test_a_secret_does_not_show_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("freehold").info("%s at %r", SECRET, TARGET)
    assert "***" in caplog.text
    assert KEY not in caplog.text


def test_what_headers_and_query_hold_does_not_show() -> None:
    target = msgspec.structs.replace(TARGET, headers=(("cf-access", "hush"),), query=(("sig", "hush"),))
    assert "hush" not in repr(target)
    assert "cf-access" in repr(target)


def test_secrets_compare_by_what_they_hold() -> None:
    assert Secret(KEY) == SECRET
    assert hash(Secret(KEY)) == hash(SECRET)
    assert Secret("other") != SECRET
    assert SECRET != KEY


def test_a_secret_takes_nothing_more() -> None:
    with pytest.raises(AttributeError):
        SECRET.note = "x"


def test_a_target_s_defaults_are_within_reason() -> None:
    target = Target("home", "small", "", "openai", PUBLIC)
    assert not target.owned
    assert target.api_key is None
    assert (target.limits, target.timeouts, target.profile) == (Limits(), Timeouts(), Profile())
    waits = Timeouts()
    assert 0 < waits.connect < waits.silence < waits.total
    assert waits.first < waits.total


def test_a_target_is_frozen_and_replaced() -> None:
    with pytest.raises(AttributeError):
        TARGET.name = "other"
    moved = msgspec.structs.replace(TARGET, base_url="http://127.0.0.1:1/v1")
    assert (moved.api_key, moved.base_url) == (SECRET, "http://127.0.0.1:1/v1")


def test_a_profile_names_what_its_model_answers() -> None:
    assert Profile().kinds == ["chat"]
    assert Profile(chat=False, embeddings=True, rerank=True).kinds == ["embeddings", "rerank"]
