"""The wing as it is put together: what is opened late, which models it brings, and its own documentation."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from freehold.assemble import Stack, build, wing
from freehold.assemble.wing import Deferred, own_targets
from freehold.config import Config, load
from freehold.core.caller import Caller
from freehold.core.errors import LabelForbidden, SetupError, Unavailable
from freehold.core.exchange import Exchange
from freehold.core.label import Label, Level
from freehold.core.request import TextPart
from freehold.engines import minilm
from freehold.knowledge.model import Query, Reader
from freehold.knowledge.service import Upload
from freehold.ledger.query import Filter
from support.decisions import ANYONE, a_permit, a_request, a_target


def configured(folder: Path, **settings: str) -> Config:
    given = {"FREEHOLD_SERVER_DATA_DIR": str(folder / "data"), "FREEHOLD_DISCOVER_ENABLED": "false"}
    return load(None, given | {f"FREEHOLD_KNOWLEDGE_{name.upper()}": value for name, value in settings.items()})


def asked_of_the_reader() -> Exchange:
    """A question that names no documents, admitted, with the built-in reader alone to answer it."""
    exchange = Exchange(a_request(TextPart("What is a label?")), ANYONE)
    exchange.label, exchange.permit = Label.parse("internal"), a_permit(a_target("reader", provider="reader"))
    return exchange


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


class Counted:
    """A lock that counts who has come to it."""

    def __init__(self) -> None:
        self.came = threading.Semaphore(0)
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self.came.release()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_who_waited_for_an_opening_that_failed_is_told_of_it_and_tries_no_other() -> None:
    """Each would hold a thread for as long as a database takes to be found absent, one after the other."""
    tries, all_came = [], threading.Event()

    def opening() -> Library:
        tries.append(1)
        assert all_came.wait(10)
        raise SetupError("there is no database")

    deferred = Deferred(opening)  # type: ignore[arg-type]
    lock = deferred._lock = Counted()  # type: ignore[assignment]
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(deferred.space) for _ in range(4)]
        assert all(lock.came.acquire(timeout=10) for _ in asked)
        all_came.set()
        assert all(isinstance(each.exception(10), Unavailable) for each in asked)
    assert len(tries) == 1
    with pytest.raises(Unavailable, match="no database"):
        deferred.space()
    assert len(tries) == 2


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


EMBEDS = """
[knowledge]
embedding = "embeds"
documentation = false

[policy]
documents_label = "internal"

[[target]]
name = "embeds"
provider = "scripted"
clearance = "internal"
owned = {owned}
profile = {{ embeddings = true, chat = false }}
"""
INTERNAL = Label.parse("internal")
QUERY = Query("When does the office close?", ("handbook",), Reader(everything=True))
LIMITED = Caller("key_ann", "ann", models=frozenset({"local"}))
LARGE = Caller("key_ben", "ben", models=frozenset({"local", "embeds"}))


@asynccontextmanager
async def embedding(folder: Path, *, owned: bool) -> AsyncIterator[Stack]:
    """A stack with a document that has been embedded by a scripted target."""
    file = folder / "freehold.toml"
    file.write_text(EMBEDS.format(owned=str(owned).lower()))
    given = {"FREEHOLD_SERVER_DATA_DIR": str(folder / "data"), "FREEHOLD_DISCOVER_ENABLED": "false"}
    stack = build(load(file, given), given)
    await stack.start()
    try:
        await stack.knowledge.add(Upload("handbook", "a.md", b"The office closes at six."))
        async with asyncio.timeout(60):
            while await asyncio.to_thread(stack.wing._library.space) is None:  # noqa: ASYNC110  # from outside
                await asyncio.sleep(0.05)
        yield stack
    finally:
        await stack.stop()


async def who_embedded(stack: Stack) -> list[tuple[str, str]]:
    """Key and label of each exchange in which something was embedded, oldest first."""
    page = await stack.recent(Filter(), None, 100)
    return [(row["key"]["name"], row["label"]) for row in reversed(page.items)]


@pytest.mark.parametrize(
    ("owned", "caller", "embedded"),
    [(False, LIMITED, []), (False, LARGE, ["ben"]), (True, LIMITED, ["ann"])],
)
async def test_a_question_is_embedded_within_the_scope_and_at_the_cost_of_its_key(
    tmp_path: Path, *, owned: bool, caller: Caller, embedded: list[str]
) -> None:
    async with embedding(tmp_path, owned=owned) as stack:
        assert len(await stack.knowledge.search(QUERY, INTERNAL, caller)) == 1
        assert [key for key, _ in await who_embedded(stack)] == ["knowledge", *embedded]


async def test_questions_to_tune_by_are_embedded_under_their_own_label_for_the_key_that_tunes(tmp_path: Path) -> None:
    async with embedding(tmp_path, owned=True) as stack:
        ((document, _),) = (await stack.knowledge.digests("handbook")).values()
        answers = [(QUERY.text, [document])]
        with pytest.raises(LabelForbidden):
            await stack.wing.tune("handbook", answers, label=Label.parse("restricted"), caller=LARGE)
        await stack.wing.tune("handbook", answers, label=INTERNAL, caller=LARGE)
        assert (await who_embedded(stack))[1:] == [("ben", "restricted"), ("ben", "internal")]


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


async def test_a_question_at_once_waits_for_the_documentation_and_whoever_leaves_stops_nothing(tmp_path: Path) -> None:
    stack = build(configured(tmp_path, embedding="off", documentation="true"), {})
    exchange = asked_of_the_reader()
    try:
        await stack.wing.start()
        leaving = asyncio.create_task(stack.wing.ground(exchange))
        await asyncio.sleep(0)
        leaving.cancel()
        async with asyncio.timeout(60):
            found = await stack.wing.ground(exchange)
        assert found is not None
        assert "explanation/labels.md" in {passage.place.name for passage in found.passages}
        with pytest.raises(asyncio.CancelledError):
            await leaving
    finally:
        await stack.stop()


async def test_a_question_waits_no_longer_than_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wing, "_PATIENCE", 0.05)
    monkeypatch.setattr(wing, "bring_up_to_date", lambda _: asyncio.sleep(3600))
    stack = build(configured(tmp_path, embedding="off", documentation="true"), {})
    exchange = asked_of_the_reader()
    try:
        await stack.wing.start()
        async with asyncio.timeout(30):
            assert await stack.wing.ground(exchange) is None
    finally:
        await stack.stop()
