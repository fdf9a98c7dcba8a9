"""``freehold up --workers 3``: one port, one record, one set of limits, whichever worker a connection reaches."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import openai
import psutil
import pytest

from support.live import ADMIN_KEY, COMMANDS
from support.openai_vendor import KEY, OpenAIVendor
from support.server import PATIENCE, Server, command, environment, freehold
from support.upstream import Answer, Asked, chunked, frames
from support.vendor import in_thread

CONFIG = """
[server]
shutdown_seconds = 20

[[target]]
name = "gpt"
base_url = "{url}"
model = "gpt"
api_key = "{key}"
clearance = "confidential"
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


def config_for(vendor: OpenAIVendor, more: str = "") -> str:
    return CONFIG.format(url=vendor.url, key=KEY, more=more)


@pytest.fixture(scope="module")
def running(vendor: OpenAIVendor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with crew(tmp_path_factory.mktemp("crew"), config_for(vendor)) as server:
        yield server


@contextlib.contextmanager
def crew(folder: Path, config: str, workers: int = 3) -> Iterator[Server]:
    """So many workers, all of which take requests."""
    with freehold(folder, config, "--workers", str(workers)) as server:
        server.wait_for(lambda: all_serve(server), "all workers")
        yield server


def all_serve(server: Server) -> bool:
    return "warnings" not in server.ask("GET", "/readyz").json


def hands(server: Server) -> list[psutil.Process]:
    children = psutil.Process(server.process.pid).children()
    return [child for child in children if "freehold.cli.hand" in child.cmdline()]


@contextlib.contextmanager
def at_a_hand(server: Server, but: int = 0) -> Iterator[tuple[http.client.HTTPConnection, psutil.Process]]:
    """A connection that a hand has accepted, and that hand; connections that others got are closed."""
    deadline = time.monotonic() + PATIENCE
    while True:
        assert time.monotonic() < deadline, "no hand accepts a connection"
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        connection.request("GET", "/healthz", headers={"authorization": f"Bearer {server.key}"})
        connection.getresponse().read()
        port = connection.sock.getsockname()[1]
        for hand in hands(server):
            peers = [each.raddr.port for each in hand.net_connections("tcp") if each.raddr]
            if port in peers and hand.pid != but:
                try:
                    yield connection, hand
                finally:
                    connection.close()
                return
        connection.close()


def ask(connection: http.client.HTTPConnection, method: str, path: str, body: Any = None, key: str = ADMIN_KEY) -> Any:
    sent = {"authorization": f"Bearer {key}"}
    connection.request(method, path, None if body is None else json.dumps(body), sent)
    response = connection.getresponse()
    return response.status, dict(response.getheaders()), response.read()


def chat(text: str = "Hello", model: str = "gpt", **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": text}], **more}


def delta(text: str, **more: Any) -> dict[str, Any]:
    return {"id": "c", "model": "m", "created": 1, "choices": [{"index": 0, "delta": {"content": text}, **more}]}


def pausing(vendor: OpenAIVendor) -> threading.Event:
    """Have the model say "one" and wait with " two" until the event is set."""
    go_on = threading.Event()
    steps = chunked(*frames(delta("one"), delta(" two"), delta("", finish_reason="stop"), b"data: [DONE]\n\n"))

    def slowly(_: Asked) -> Answer:
        yield from steps[:2]
        while not go_on.is_set():
            yield 0.02
        yield from steps[2:]

    vendor.scripts["gpt"] = slowly
    return go_on


def endings(server: Server) -> list[str]:
    with closing(sqlite3.connect(f"{(server.data / 'freehold.db').as_uri()}?mode=ro", uri=True)) as connection:
        return sorted(row[0] for row in connection.execute("SELECT ending FROM exchanges"))


def verified(server: Server) -> str:
    """What ``freehold audit verify`` says of a data directory that nobody holds any more."""
    line = [str(COMMANDS / "freehold"), "audit", "verify", "--data-dir", str(server.data)]
    done = subprocess.run(line, env=environment(), capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_requests_at_every_worker_are_recorded_once_and_look_alike(vendor: OpenAIVendor, tmp_path: Path) -> None:
    with crew(tmp_path, config_for(vendor)) as server:
        with ThreadPoolExecutor(12) as pool:
            replies = list(pool.map(lambda number: server.chat(f"Question {number}", "gpt"), range(60)))
        with at_a_hand(server) as (connection, _):
            status, _, _ = ask(connection, "POST", "/v1/chat/completions", chat())
            assert status == 200
        assert {reply.status for reply in replies} == {200}
        assert len({tuple(sorted(name for name in reply.headers if name.startswith("x-"))) for reply in replies}) == 1
        ids = [reply.headers["x-freehold-id"] for reply in replies]
        assert len(set(ids)) == 60
        assert all(server.record(each)["ending"] == "completed" for each in ids[:5])
        assert server.stop() == 0
        assert endings(server) == ["completed"] * 61
        assert verified(server)


def test_the_official_client_streams_through_a_hand(running: Server) -> None:
    with openai.OpenAI(base_url=f"{running.url}/v1", api_key=ADMIN_KEY, max_retries=0) as client:
        for _ in range(6):
            stream = client.chat.completions.create(
                model="gpt", messages=[{"role": "user", "content": "Hi"}], stream=True
            )
            assert "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
        assert "gpt" in {model.id for model in client.models.list()}


@pytest.mark.parametrize(
    ("method", "path", "key", "status"),
    [
        ("GET", "/api/targets", ADMIN_KEY, 200),
        ("GET", "/v1/models", ADMIN_KEY, 200),
        ("GET", "/v1/models/gpt", ADMIN_KEY, 200),
        ("GET", "/nowhere", ADMIN_KEY, 404),
        ("DELETE", "/v1/chat/completions", ADMIN_KEY, 405),
        ("POST", "/v1/chat/completions", "fh-nobody-has-this-key", 401),
    ],
)
def test_a_hand_answers_or_passes_on_as_the_first_would(
    running: Server, method: str, path: str, key: str, status: int
) -> None:
    with at_a_hand(running) as (connection, _):
        found, headers, body = ask(connection, method, path, chat() if method == "POST" else None, key)
    alone = running.ask(method, path, chat() if method == "POST" else None, key=key)
    assert (found, alone.status) == (status, status)
    assert sorted(json.loads(body)) == sorted(alone.json)
    assert {name.lower() for name in headers} - {"connection"} == set(alone.headers) - {"connection"}


def test_an_error_of_the_request_is_the_same_from_a_hand(running: Server) -> None:
    with at_a_hand(running) as (connection, _):
        status, headers, body = ask(connection, "POST", "/v1/chat/completions", chat(model="none"))
        assert (status, json.loads(body)["error"]["code"]) == (404, "model_not_found")
        assert headers["x-freehold-target"] == "none"
        status, _, body = ask(connection, "POST", "/v1/chat/completions", {"model": "gpt"})
        assert (status, json.loads(body)["error"]["code"]) == (400, "invalid_request")


def test_an_answer_from_documents_and_a_large_body_go_through_a_hand(running: Server) -> None:
    text = "The mill at Ferntal was built in 1889. " * 40_000  # more than what is under way at a time
    with at_a_hand(running) as (connection, _):
        status, _, body = ask(connection, "POST", "/api/collections", {"name": "mills"})
        assert status in (200, 201), body
        form = (
            b'--x\r\ncontent-disposition: form-data; name="collection"\r\n\r\nmills\r\n'
            b'--x\r\ncontent-disposition: form-data; name="file"; filename="mill.txt"\r\n'
            b"content-type: text/plain\r\n\r\n" + text.encode() + b"\r\n--x--\r\n"
        )
        head = {"authorization": f"Bearer {ADMIN_KEY}", "content-type": "multipart/form-data; boundary=x"}
        connection.request("POST", "/api/documents", form, head)
        response = connection.getresponse()
        assert response.status in (200, 201, 202), response.read()
        response.read()

        def answered() -> bool:
            status, headers, _body = ask(
                connection,
                "POST",
                "/v1/chat/completions",
                chat("When was the mill at Ferntal built?", metadata={"freehold": {"collections": ["mills"]}}),
            )
            if status != 200:
                return False
            told = running.record(headers["x-freehold-id"])
            return bool(told["ending"] == "completed") and "passage" in json.dumps(told)

        running.wait_for(answered, "an answer from the document")


def test_a_key_that_is_revoked_opens_no_worker_any_more(running: Server) -> None:
    made = running.new_key("short")
    with at_a_hand(running) as (connection, hand), at_a_hand(running, but=hand.pid) as (other, _):
        assert ask(connection, "POST", "/v1/chat/completions", chat(), made["key"])[0] == 200
        assert ask(other, "POST", "/v1/chat/completions", chat(), made["key"])[0] == 200
        assert ask(other, "DELETE", f"/api/keys/{made['id']}")[0] == 200
        time.sleep(0.1)  # The telling takes a millisecond; looking by itself would take up to a second.
        assert ask(connection, "POST", "/v1/chat/completions", chat(), made["key"])[0] == 401
        assert ask(other, "POST", "/v1/chat/completions", chat(), made["key"])[0] == 401


def test_a_caller_that_leaves_a_passed_on_request_is_noticed(running: Server, vendor: OpenAIVendor) -> None:
    go_on = pausing(vendor)
    name = running.ask("POST", "/api/collections", {"name": "left"})
    assert name.status in (200, 201)
    try:
        with at_a_hand(running) as (connection, _):
            body = chat(stream=True, metadata={"freehold": {"collections": ["left"]}})
            head = {"authorization": f"Bearer {ADMIN_KEY}"}
            connection.request("POST", "/v1/chat/completions", json.dumps(body), head)
            time.sleep(0.3)
        running.wait_for(lambda: "open" not in endings(running), "the end of what nobody waits for")
    finally:
        go_on.set()


def test_a_hand_that_is_killed_loses_what_it_had_and_nobody_else_does(tmp_path: Path, vendor: OpenAIVendor) -> None:
    go_on = pausing(vendor)
    with crew(tmp_path, config_for(vendor, "concurrency = 2\nqueue = 0")) as server:
        with at_a_hand(server) as (connection, hand), at_a_hand(server, but=hand.pid) as (other, _):
            for each in (connection, other):
                sent = {"authorization": f"Bearer {ADMIN_KEY}"}
                each.request("POST", "/v1/chat/completions", json.dumps(chat(stream=True)), sent)
            answer, whole = connection.getresponse(), other.getresponse()
            assert b"one" in answer.readline()
            assert b"one" in whole.readline()
            assert server.chat("no place is left", "gpt").status == 429
            hand.send_signal(signal.SIGKILL)
            server.wait_for(lambda: "lost" in endings(server), "the lost request")
            with pytest.raises((http.client.IncompleteRead, ConnectionError)):
                answer.read()
            go_on.set()
            assert b" two" in whole.read()
        vendor.scripts.clear()
        assert server.chat("its place is free again", "gpt").status == 200
        server.wait_for(lambda: len(hands(server)) == 2 and all_serve(server), "another hand in its place")
        counted = server.ask("GET", "/metrics").body.decode()
        assert 'freehold_requests_total{ending="lost",label="none",operation="chat",route="gpt"} 1.0' in counted
        assert hand.pid not in [each.pid for each in hands(server)]
        assert server.stop() == 0
        assert endings(server) == ["completed", "completed", "failed", "lost"]
        assert verified(server)


def test_hands_end_with_the_first_and_the_next_start_works(tmp_path: Path, vendor: OpenAIVendor) -> None:
    with crew(tmp_path, config_for(vendor)) as server:
        left = hands(server)
        assert len(left) == 2
        server.process.kill()
        server.process.wait(PATIENCE)
        gone, alive = psutil.wait_procs(left, timeout=PATIENCE)
        assert (len(gone), alive) == (2, [])
        port = server.port
    with freehold(tmp_path, config_for(vendor), "--workers", "2", "--port", str(port)) as again:
        assert again.chat("Hello", "gpt").status == 200


def test_a_stream_at_a_hand_is_finished_before_the_end(tmp_path: Path, vendor: OpenAIVendor) -> None:
    go_on = pausing(vendor)
    with crew(tmp_path, config_for(vendor), 2) as server, at_a_hand(server) as (connection, _):
        sent = {"authorization": f"Bearer {ADMIN_KEY}"}
        connection.request("POST", "/v1/chat/completions", json.dumps(chat(stream=True)), sent)
        answer = connection.getresponse()
        assert b"one" in answer.readline()
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.7)  # so that a hand without patience would have ended
        go_on.set()
        assert b" two" in answer.read()
        assert server.process.wait(PATIENCE) == 0
        assert endings(server) == ["completed"]


def test_a_reload_reaches_every_worker_and_a_faulty_one_none(tmp_path: Path, vendor: OpenAIVendor) -> None:
    with crew(tmp_path, config_for(vendor), 2) as server, at_a_hand(server) as (connection, _):
        file = tmp_path / "freehold.toml"
        file.write_text(config_for(vendor).replace('name = "gpt"', 'name = "renamed"'))
        os.kill(server.process.pid, signal.SIGHUP)
        server.wait_for(
            lambda: ask(connection, "POST", "/v1/chat/completions", chat(model="renamed"))[0] == 200, "the new name"
        )
        assert ask(connection, "POST", "/v1/chat/completions", chat())[0] == 404
        file.write_text("[[target]]\n")
        assert ask(connection, "POST", "/api/reload")[0] == 422
        assert ask(connection, "POST", "/v1/chat/completions", chat(model="renamed"))[0] == 200
        assert server.chat("Hello", "renamed").status == 200


def test_a_second_instance_is_refused(running: Server, vendor: OpenAIVendor, tmp_path: Path) -> None:
    line = command(tmp_path, "--workers", "2", config=config_for(vendor), data=running.data)
    done = subprocess.run(line, env=environment(), capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert f"in use by process {running.process.pid}" in done.stderr
