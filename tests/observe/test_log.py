from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from freehold.core.record import Ending
from freehold.core.request import Message, Request, TextPart
from freehold.core.trace import CURRENT, begin
from freehold.observe.log import JsonLines, Style, TextLines, configure, tell
from support.exchanges import attempt, begun, ended

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger; what a test has it write by is taken off again, and pytest sees to its own."""
    root = logging.getLogger()
    level = root.level
    yield root
    for handler in root.handlers[:]:
        if handler.formatter is not None and isinstance(handler.formatter, (JsonLines, TextLines)):
            root.removeHandler(handler)
    root.setLevel(level)


def logged(style: Style, root: logging.Logger) -> io.StringIO:
    stream = io.StringIO()
    for handler in root.handlers[:]:
        if not isinstance(handler.formatter, (JsonLines, TextLines)):  # It is pytest's.
            root.removeHandler(handler)
    configure(style, stream)
    assert len(root.handlers) == 1
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_one_object_a_line(root: logging.Logger) -> None:
    stream = logged("json", root)
    logging.getLogger("freehold.x").warning("two\nlines %s", {"a": 1})
    (line,) = lines(stream)
    assert (line["level"], line["logger"], line["message"]) == ("WARNING", "freehold.x", "two\nlines {'a': 1}")
    assert line["timestamp"].endswith("+00:00")
    assert "request" not in line


def test_a_line_names_the_request_in_whose_course_it_is(root: logging.Logger) -> None:
    stream = logged("json", root)
    token = CURRENT.set(begin("fh_" + "0" * 31 + "1", PARENT))
    try:
        logging.getLogger("freehold.x").info("hello")
    finally:
        CURRENT.reset(token)
    (line,) = lines(stream)
    assert (line["request"], line["trace"]) == ("fh_" + "0" * 31 + "1", "0af7651916cd43dd8448eb211c80319c")


@pytest.mark.parametrize("style", ["json", "text"])
def test_a_traceback_is_masked_too(style: Style, root: logging.Logger) -> None:
    stream = logged(style, root)
    try:
        raise ValueError("authorization: Bearer hunter2hunter2")
    except ValueError:
        logging.getLogger("freehold.x").exception("failed with x-api-key: hunter2hunter2")
    assert "ValueError" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()
    if style == "json":
        assert "Traceback" in lines(stream)[0]["exception"]


def test_one_line_for_each_ended_request_and_nothing_of_its_text(root: logging.Logger) -> None:
    stream = logged("json", root)
    request = Request("auto", (Message("user", (TextPart("hunter2 is the word"),)),), "openai")
    tell(ended(begun(request), attempt()))
    tell(ended(begun(request), ending=Ending.REFUSED, status=403, error="label_forbidden: hunter2"))
    well, refused = lines(stream)
    assert well["logger"] == "freehold.requests"
    wanted = {
        "key": "key_ann",
        "route": "auto",
        "target": "home",
        "ending": "completed",
        "status": 200,
        "label": "internal",
    }
    assert {name: well[name] for name in wanted} == wanted
    assert (well["input_tokens"], well["output_tokens"], well["cost"], well["duration_ms"]) == (100, 20, 1e-6, 60.0)
    assert (refused["error"], "target" in refused) == ("label_forbidden", False)
    assert "hunter2" not in stream.getvalue()


def test_text_is_for_people(root: logging.Logger) -> None:
    stream = logged("text", root)
    tell(ended(begun(), attempt()))
    assert " INFO freehold.requests: completed request=fh_" in stream.getvalue()


def test_a_style_may_change_and_another_log_stays(root: logging.Logger) -> None:
    logged("text", root)
    stream = logged("json", root)
    logging.getLogger("freehold.x").info("once")
    assert len(lines(stream)) == 1
    root.addHandler(theirs := logging.NullHandler())
    configure("text", io.StringIO())
    assert root.handlers == [theirs]
    root.removeHandler(theirs)


def test_what_json_cannot_hold_is_written_as_its_words() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "m", (), None)
    record.facts = {"odd": object}
    assert "object" in json.loads(JsonLines().format(record))["odd"]
