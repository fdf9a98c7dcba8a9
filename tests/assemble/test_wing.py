"""The wing as it is put together: what is opened late, which models it brings, and its own documentation."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from freehold.assemble import build, wing
from freehold.assemble.wing import Deferred, own_targets
from freehold.config import Config, load
from freehold.core.errors import SetupError, Unavailable
from freehold.core.label import Level
from freehold.engines import minilm
from freehold.knowledge.model import Reader


def configured(folder: Path, **settings: str) -> Config:
    given = {"FREEHOLD_SERVER_DATA_DIR": str(folder / "data"), "FREEHOLD_DISCOVER_ENABLED": "false"}
    return load(None, given | {f"FREEHOLD_KNOWLEDGE_{name.upper()}": value for name, value in settings.items()})


class Library:
    """Counts what is asked of it."""

    def __init__(self) -> None:
        self.closed = 0

    def space(self) -> str:
        return "a space"

    def close(self) -> None:
        self.closed += 1


def test_a_library_is_opened_by_its_first_use_and_once() -> None:
    opened: list[Library] = []

    def opening() -> Library:
        opened.append(Library())
        return opened[-1]

    deferred = Deferred(opening)  # type: ignore[arg-type]
    assert opened == []
    assert [deferred.space(), deferred.space()] == ["a space", "a space"]
    deferred.close()
    assert [each.closed for each in opened] == [1]


def test_what_keeps_a_library_from_opening_is_told_and_tried_again() -> None:
    answers = iter([SetupError("the folder is not writable; give the right to it"), Library()])

    def opening() -> Library:
        answer = next(answers)
        if isinstance(answer, SetupError):
            raise answer
        return answer

    deferred = Deferred(opening)  # type: ignore[arg-type]
    with pytest.raises(Unavailable, match="not writable"):
        deferred.space()
    assert deferred.space() == "a space"


async def test_a_library_is_opened_in_the_thread_that_asks_and_never_by_looking_a_method_up() -> None:
    opened_by: list[threading.Thread] = []

    def opening() -> Library:
        opened_by.append(threading.current_thread())
        return Library()

    deferred = Deferred(opening)  # type: ignore[arg-type]
    assert await asyncio.to_thread(deferred.space) == "a space"
    assert len(opened_by) == 1
    assert opened_by[0] is not threading.main_thread()


def test_a_library_that_was_closed_is_not_opened_again() -> None:
    deferred = Deferred(lambda: pytest.fail("it is opened"))
    deferred.close()
    with pytest.raises(Unavailable, match="stopping"):
        deferred.space()


def test_a_start_brings_neither_numpy_nor_the_engine_of_jobs(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom freehold.assemble import build\nfrom freehold.config import load\n"
        f"build(load(None, {{'FREEHOLD_SERVER_DATA_DIR': {str(tmp_path / 'data')!r}}}), {{}})\n"
        "print(sorted({'numpy', 'dbos', 'kreuzberg', 'usearch', 'psycopg', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(minilm.sources() is None, reason="the weights of MiniLM are not installed")
def test_minilm_is_a_target_only_where_it_embeds(tmp_path: Path) -> None:
    (own,) = own_targets(configured(tmp_path, embedding="minilm"))
    assert (own.name, own.clearance.level, own.profile.embeddings, own.profile.chat) == (
        "minilm",
        Level.RESTRICTED,
        True,
        False,
    )
    assert own_targets(configured(tmp_path, embedding="off")) == ()


async def test_the_documentation_is_a_public_collection_and_is_kept_so(tmp_path: Path) -> None:
    stack = build(configured(tmp_path, embedding="off", documentation="true"), {})
    try:
        await stack.wing.start()
        async with asyncio.timeout(60):
            while not (await stack.knowledge.digests("freehold")).get("README.md"):  # noqa: ASYNC110  # from outside
                await asyncio.sleep(0.05)
        assert {str(label) for label in await stack.knowledge.labels(["freehold"], Reader())} == {"public"}
    finally:
        await stack.stop()


@pytest.mark.parametrize("fault", [PermissionError("docs/x.md cannot be read"), RuntimeError("a fault of ours")])
async def test_a_page_that_cannot_be_read_is_told_and_everything_is_ended_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    async def failing(_: object) -> None:
        raise fault

    monkeypatch.setattr(wing, "bring_up_to_date", failing)
    monkeypatch.setattr(wing, "_AFTER_READY", 0.0)
    stack = build(configured(tmp_path, embedding="off", documentation="true"), {})
    await stack.wing.start()
    async with asyncio.timeout(10):
        while "is not up to date" not in caplog.text:  # noqa: ASYNC110  # from outside
            await asyncio.sleep(0.01)
    assert str(fault) in caplog.text
    await stack.stop()
    with pytest.raises(Unavailable, match="stopping"):
        await stack.knowledge.collections()
