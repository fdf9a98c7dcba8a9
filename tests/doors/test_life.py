"""The life of the process: it starts once, obeys signals, ends in good order, and loses nothing when it cannot."""

from __future__ import annotations

import contextlib
import http.client
import json
import resource
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from support.openai_vendor import KEY, OpenAIVendor
from support.server import PATIENCE, Server, command, environment, freehold
from support.upstream import SILENCE, Answer, Asked, chunked, frames
from support.vendor import in_thread

CONFIG = """
[server]
shutdown_seconds = {seconds}

[[target]]
name = "gpt"
base_url = "{url}"
model = "gpt"
api_key = "{key}"
price = {{ input = 1.0, output = 2.0 }}
{more}
"""


@pytest.fixture(scope="module")
def vendor() -> Iterator[OpenAIVendor]:
    with in_thread(OpenAIVendor()) as vendor:
        yield vendor


@pytest.fixture(autouse=True)
def fresh(vendor: OpenAIVendor) -> Iterator[None]:
    yield
    vendor.scripts.clear()


def config_for(vendor: OpenAIVendor, more: str = "", seconds: float = 20) -> str:
    return CONFIG.format(url=vendor.url, key=KEY, more=more, seconds=seconds)


@contextlib.contextmanager
def streaming(server: Server, model: str = "gpt") -> Iterator[http.client.HTTPResponse]:
    """A stream whose head has come."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
    connection.request("POST", "/v1/chat/completions", json.dumps(body), {"authorization": f"Bearer {server.key}"})
    with connection.getresponse() as response:
        yield response
    connection.close()


def delta(text: str, **more: Any) -> dict[str, Any]:
    return {"id": "c", "model": "m", "created": 1, "choices": [{"index": 0, "delta": {"content": text}, **more}]}


def pausing(vendor: OpenAIVendor) -> threading.Event:
    """Have the model say "one" and wait with " two" until the event is set."""
    go_on = threading.Event()
    ended = delta("", finish_reason="stop")
    steps = chunked(*frames(delta("one"), delta(" two"), ended, b"data: [DONE]\n\n"))

    def slowly(_: Asked) -> Answer:
        yield from steps[:2]
        while not go_on.is_set():
            yield 0.02
        yield from steps[2:]

    vendor.scripts["gpt"] = slowly
    return go_on


def refused_start(*line: str, folder: Path) -> str:
    """What a start that fails says: one sentence after its warnings, no traceback, exit code 1."""
    done = subprocess.run(
        line, cwd=folder, env=environment(), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 1, done.stderr
    *before, last = done.stderr.strip().splitlines()
    assert all(line.startswith("warning: ") for line in before)
    return last


def test_a_second_instance_is_refused_with_the_pid_of_the_first(tmp_path: Path, vendor: OpenAIVendor) -> None:
    config = config_for(vendor)
    with freehold(tmp_path / "one", config) as server:
        said = refused_start(*command(tmp_path / "two", config=config, data=server.data), folder=tmp_path)
        assert f"in use by process {server.process.pid}" in said
        assert "--data-dir" in said
        assert server.ask("GET", "/readyz").status == 200


def test_a_port_in_use_is_refused_with_the_mend(tmp_path: Path, vendor: OpenAIVendor) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = refused_start(*command(tmp_path, "--port", port, config=config_for(vendor)), folder=tmp_path)
    assert f"cannot listen on 127.0.0.1:{port}" in said
    assert "--port" in said


def test_a_stream_under_way_is_finished_before_the_end(tmp_path: Path, vendor: OpenAIVendor) -> None:
    go_on = pausing(vendor)
    with freehold(tmp_path, config_for(vendor)) as server:
        with streaming(server) as response:
            assert b"one" in response.readline()
            server.process.send_signal(signal.SIGTERM)
            server.wait_for(lambda: not accepts(server), "the port to be closed")
            time.sleep(0.5)  # so that a server without patience would have ended
            go_on.set()
            rest = response.read()
        assert b" two" in rest
        assert rest.endswith(b"data: [DONE]\n\n")
        assert server.process.wait(PATIENCE) == 0
        assert endings(server.data) == ["completed"]
        assert not (server.data / "endpoint.json").exists()


def test_a_stream_that_outlasts_the_patience_is_cut_and_billed(tmp_path: Path, vendor: OpenAIVendor) -> None:
    vendor.scripts["gpt"] = lambda _: chunked(*frames(delta("one")), SILENCE)
    with freehold(tmp_path, config_for(vendor, seconds=1)) as server:
        with streaming(server) as response:
            assert b"one" in response.readline()
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(http.client.IncompleteRead):
                response.read()
        assert server.process.wait(PATIENCE) == 0
        assert 0.9 <= time.monotonic() - began < 15
        (row,) = rows(server.data, "SELECT ending, output_tokens, cost_nano FROM exchanges")
        assert row[0] in {"cancelled", "failed"}
        assert row[1] == 1
        assert row[2] > 0


def accepts(server: Server) -> bool:
    try:
        socket.create_connection(("127.0.0.1", server.port), 1).close()
    except OSError:
        return False
    return True


def rows(data: Path, query: str) -> list[tuple[Any, ...]]:
    (file,) = data.glob("*.db")
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def endings(data: Path) -> list[str]:
    return [row[0] for row in rows(data, "SELECT ending FROM exchanges ORDER BY started_ns")]


def test_a_valid_change_is_taken_up_on_sighup_and_streams_go_on(tmp_path: Path, vendor: OpenAIVendor) -> None:
    go_on = pausing(vendor)
    with freehold(tmp_path, config_for(vendor)) as server, streaming(server) as response:
        assert b"one" in response.readline()
        more = f'\n[[target]]\nname = "new"\nbase_url = "{vendor.url}"\nmodel = "new"\napi_key = "{KEY}"\n'
        (tmp_path / "freehold.toml").write_text(config_for(vendor) + more)
        server.process.send_signal(signal.SIGHUP)
        server.wait_for(lambda: server.chat("Hello", "new").status == 200, "the new target")
        go_on.set()
        assert b" two" in response.read()
        assert "configuration reloaded" in server.log.read_text()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('[[target]]\nname = "b"\nbas_url = "http://127.0.0.1:1/v1"\nmodel = "x"\n', "bas_url"),
        ("this is no TOML", "freehold.toml"),
        ('[[route]]\nname = "r"\ntargets = ["nobody"]\n', "nobody"),
    ],
)
def test_an_invalid_change_changes_nothing_and_is_told(
    tmp_path: Path, vendor: OpenAIVendor, change: str, said: str
) -> None:
    with freehold(tmp_path, config_for(vendor)) as server:
        (tmp_path / "freehold.toml").write_text(config_for(vendor) + "\n" + change)
        server.process.send_signal(signal.SIGHUP)
        server.wait_for(lambda: "nothing was changed" in server.log.read_text(), "the word of refusal")
        assert said in server.log.read_text()
        refused = server.ask("POST", "/api/reload", {})
        assert refused.status == 422
        assert said in refused.json["error"]["message"]
        assert server.chat("Hello", "gpt").status == 200


def test_what_needs_a_new_start_says_so(tmp_path: Path, vendor: OpenAIVendor) -> None:
    with freehold(tmp_path, config_for(vendor)) as server:
        (tmp_path / "freehold.toml").write_text(config_for(vendor, seconds=9))
        refused = server.ask("POST", "/api/reload", {})
        assert refused.status == 409
        assert "restart" in refused.json["error"]["message"]


def test_a_revoked_key_stays_revoked_and_keys_outlive_the_process(tmp_path: Path, vendor: OpenAIVendor) -> None:
    config = config_for(vendor)
    with freehold(tmp_path, config) as server:
        kept, revoked = server.new_key("kept"), server.new_key("revoked")
        server.ask("DELETE", f"/api/keys/{revoked['id']}")
        assert server.stop() == 0
    with freehold(tmp_path, config) as server:
        assert server.chat("Hello", "gpt", key=kept["key"]).status == 200
        assert server.chat("Hello", "gpt", key=revoked["key"]).status == 401


def test_nothing_that_was_delivered_is_lost_when_it_is_killed_under_load(tmp_path: Path, vendor: OpenAIVendor) -> None:
    """What was answered more than a second before is on disk; what was under way is marked lost at the next start."""
    vendor.scripts["hangs"] = lambda _: chunked(*frames(delta("one")), SILENCE)
    hangs = f'\n[[target]]\nname = "hangs"\nbase_url = "{vendor.url}"\nmodel = "hangs"\napi_key = "{KEY}"\n'
    config = config_for(vendor) + hangs
    delivered: list[tuple[float, str]] = []
    stop = threading.Event()
    with freehold(tmp_path, config) as server:

        def load() -> None:
            while not stop.is_set():
                with contextlib.suppress(OSError, http.client.HTTPException):
                    answer = server.chat("Hello", "gpt")
                    if answer.status == 200:
                        delivered.append((time.monotonic(), answer.headers["x-freehold-id"]))

        with streaming(server, "hangs") as response, ThreadPoolExecutor(4) as pool:
            assert b"one" in response.readline()
            hanging = response.headers["x-freehold-id"]
            loads = [pool.submit(load) for _ in range(4)]
            server.wait_for(lambda: len(delivered) > 50 and delivered[-1][0] - delivered[0][0] > 1.5, "some load")
            killed = time.monotonic()
            server.process.kill()
            server.process.wait(PATIENCE)
            stop.set()
        for each in loads:
            each.result()
    with freehold(tmp_path, config) as server:
        kept = dict(rows(server.data, "SELECT id, ending FROM exchanges"))
        settled = [id_ for when, id_ in delivered if killed - when > 1]
        assert settled
        assert {kept[id_] for id_ in settled} == {"completed"}
        assert kept[hanging] == "lost"
        assert set(kept.values()) <= {"completed", "lost"}
        assert "marked lost" in server.log.read_text()
        assert server.chat("Hello", "gpt").status == 200


def limit_files(server: Server, size: int) -> None:
    """Let the server write no file beyond so many bytes, which is to it as if the disk were full."""
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, hard))


def test_a_full_disk_refuses_requests_until_there_is_room_again(tmp_path: Path, vendor: OpenAIVendor) -> None:
    with freehold(tmp_path, config_for(vendor)) as server:
        assert server.chat("Hello", "gpt").status == 200
        asked = len(vendor.requests)
        limit_files(server, 1)
        refused = server.chat("Hello", "gpt")
        assert refused.status == 503
        assert "ledger" in refused.json["error"]["message"]
        assert "retry-after" in refused.headers
        assert len(vendor.requests) == asked  # nothing was asked that could not be recorded
        message = {"model": "gpt", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}]}
        anthropics = server.ask("POST", "/v1/messages", message)
        assert (anthropics.status, anthropics.json["error"]["type"]) == (503, "overloaded_error")
        assert server.ask("GET", "/healthz").status == 200
        limit_files(server, resource.RLIM_INFINITY)
        server.wait_for(lambda: server.chat("Hello", "gpt").status == 200, "an answer after the disk was full")
        assert server.ask("GET", "/readyz").status == 200


def test_what_ends_while_the_disk_is_full_is_written_when_there_is_room(tmp_path: Path, vendor: OpenAIVendor) -> None:
    go_on = pausing(vendor)
    with freehold(tmp_path, config_for(vendor)) as server, streaming(server) as response:
        assert b"one" in response.readline()
        limit_files(server, 1)
        go_on.set()
        assert response.read().endswith(b"data: [DONE]\n\n")
        server.wait_for(lambda: server.ask("GET", "/readyz").status == 503, "the trouble to be noticed")
        limit_files(server, resource.RLIM_INFINITY)
        server.wait_for(lambda: server.ask("GET", "/readyz").status == 200, "the trouble to be over")
        assert server.record(response.headers["x-freehold-id"])["ending"] == "completed"


def test_a_data_directory_that_is_no_database_is_told(tmp_path: Path, vendor: OpenAIVendor) -> None:
    with freehold(tmp_path, config_for(vendor)) as server:
        assert server.stop() == 0
    (file,) = server.data.glob("*.db")
    for each in server.data.glob("*.db*"):
        each.unlink()
    file.write_bytes(b"this is no database, and never was one" * 100)
    said = refused_start(*command(tmp_path, config=config_for(vendor)), folder=tmp_path)
    assert file.name in said
