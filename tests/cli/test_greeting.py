"""What ``freehold up`` prints once it answers."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from freehold.assemble import Stack, build
from freehold.cli.greeting import address, curl, greeting, what_answers
from freehold.config import load

URL = "http://127.0.0.1:8080"


@pytest.fixture
async def stack() -> AsyncIterator[Stack]:
    """A Freehold with no model at all."""
    bare = build(load(None, os.environ), os.environ)
    yield bare
    await bare.stop()


def test_curl_is_one_line_that_a_shell_takes_apart_as_meant() -> None:
    words = shlex.split(curl("http://[::1]:8080", "fh-secret"))
    assert words[:3] == ["curl", "-N", "http://[::1]:8080/v1/chat/completions"]
    assert words[3:5] == ["-H", "authorization: Bearer fh-secret"]
    body = json.loads(words[words.index("-d") + 1])
    assert body["stream"] is True
    assert "\n" not in curl(URL, "k")


def test_a_variable_is_left_to_the_shell() -> None:
    assert '"authorization: Bearer $FREEHOLD_ADMIN_KEY"' in curl(URL, "$FREEHOLD_ADMIN_KEY")


async def test_a_fresh_key_is_shown_and_used(stack: Stack) -> None:
    lines = list(greeting(stack, URL, "fh-fresh", {}))
    assert lines[0] == f"Freehold answers at {URL}"
    assert "Admin key, shown this once: fh-fresh" in lines
    assert "Bearer fh-fresh" in lines[-1]


async def test_a_key_of_the_environment_is_never_shown(stack: Stack) -> None:
    env = {"FREEHOLD_ADMIN_KEY": "chosen-by-the-user-0123456789"}
    assert stack.keys.ensure_admin(env["FREEHOLD_ADMIN_KEY"]) is None
    text = "\n".join(greeting(stack, URL, None, env))
    assert env["FREEHOLD_ADMIN_KEY"] not in text
    assert "Bearer $FREEHOLD_ADMIN_KEY" in text


async def test_a_key_of_the_environment_that_opens_nothing_is_said_to(stack: Stack) -> None:
    stack.keys.ensure_admin()
    text = "\n".join(greeting(stack, URL, None, {"FREEHOLD_ADMIN_KEY": "another"}))
    assert "FREEHOLD_ADMIN_KEY has no effect" in text
    assert "Bearer $FREEHOLD_KEY" in text


@pytest.mark.parametrize(
    ("gibibytes", "said"),
    [(4, "models pull hf:Qwen/Qwen3-4B-GGUF:Q4_K_M --add"), (0.5, "No model that we know")],
)
async def test_with_no_model_two_lines_say_what_to_do(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, gibibytes: float, said: str
) -> None:
    monkeypatch.setattr(
        "freehold.engines.probe.machine", lambda: SimpleNamespace(memory_available=int(gibibytes * 2**30))
    )
    lines = what_answers(stack)
    assert len(lines) == 2
    assert "built-in reader" in lines[0]
    assert said in lines[1]


async def test_with_a_model_its_name_and_what_is_loading(folder: Path) -> None:
    (folder / "freehold.toml").write_text('[[target]]\nname = "far"\nprovider = "scripted"\n')
    stack = build(load(folder / "freehold.toml", os.environ), os.environ)
    assert what_answers(stack) == ["Models: far"]
    stack.starting = lambda: ["far"]  # type: ignore[method-assign]
    assert what_answers(stack) == ["Models: far", "Still loading: far"]
    await stack.stop()


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", URL), ("0.0.0.0", URL), ("::", "http://[::1]:8080"), ("box.lan", "http://box.lan:8080")],
)
def test_the_address_is_one_that_can_be_asked(host: str, url: str) -> None:
    assert address(host, 8080) == url
