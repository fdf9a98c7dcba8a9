from __future__ import annotations

import threading

import pytest

from freehold.core.errors import Unavailable
from freehold.jobs import Jobs
from support.ingesting import ThreadEngine, thread_jobs


def test_an_item_is_handed_to_the_function_of_its_name() -> None:
    jobs, done, over = thread_jobs(), [], threading.Event()
    jobs.register("greet", lambda item: (done.append(item), over.set()))
    assert not jobs.launched
    key = jobs.submit("greet", "ann")
    assert jobs.launched
    assert over.wait(5)
    assert done == ["ann"]
    assert key.startswith("greet-")
    jobs.stop()


def test_the_engine_is_launched_once_and_not_before_it_is_needed() -> None:
    launched: list[str] = []

    def launch(database: str, executor: str, functions: dict) -> ThreadEngine:
        launched.append(f"{database} {executor}")
        return ThreadEngine(functions)

    jobs = Jobs("here", executor="me", launch=launch)
    jobs.register("work", lambda _: None)
    assert launched == []
    jobs.start()
    jobs.submit("work", "1")
    assert launched == ["here me"]
    jobs.stop()


def test_a_function_that_is_not_registered_is_refused() -> None:
    with pytest.raises(KeyError, match="ingest"):
        thread_jobs().submit("ingest", "x")


def test_functions_are_registered_before_the_start() -> None:
    jobs = thread_jobs()
    jobs.start()
    with pytest.raises(RuntimeError, match="before"):
        jobs.register("late", print)


def test_stop_waits_for_what_runs_but_not_for_ever() -> None:
    jobs, may_end, runs, ended = thread_jobs(), threading.Event(), threading.Event(), threading.Event()

    def work(_: str) -> None:
        runs.set()
        may_end.wait(10)
        ended.set()

    jobs.register("work", work)
    jobs.submit("work", "x")
    assert runs.wait(5)
    threading.Timer(0.05, may_end.set).start()
    jobs.stop(patience=5)
    assert ended.is_set()


def test_stop_gives_up_after_its_patience(caplog: pytest.LogCaptureFixture) -> None:
    jobs, may_end, runs = thread_jobs(), threading.Event(), threading.Event()
    jobs.register("work", lambda _: (runs.set(), may_end.wait(10)))
    jobs.submit("work", "x")
    assert runs.wait(5)
    jobs.stop(patience=0.01)
    may_end.set()
    assert "1 background jobs had not ended" in caplog.text


def test_after_the_stop_nothing_is_taken() -> None:
    jobs = thread_jobs()
    jobs.register("work", print)
    jobs.stop()
    with pytest.raises(Unavailable, match="stopped"):
        jobs.submit("work", "x")
