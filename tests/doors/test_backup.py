"""A Freehold is backed up while it works hard, dies, and comes back elsewhere: it answers the same, and goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from support.commands import SCRIPTED
from support.live import COMMANDS, Live, freehold

HANDBOOK = b"# Leave\n\nEvery holiday is thirty days. Ask Mrs Weber in the north office for the yellow form.\n"
CHAT = "/v1/chat/completions"
FORM = b'--x\r\ncontent-disposition: form-data; name="file"; filename="kept.md"\r\n\r\n' + HANDBOOK + b"\r\n--x--\r\n"


def call(
    live: Live, method: str, path: str, body: Any = None, key: str | None = None, kind: str = "application/json"
) -> Any:
    headers = {"authorization": f"Bearer {key or live.key}", "content-type": kind}
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{live.url}{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.load(reply) | ({"request": reply.headers["x-freehold-id"]} if path == CHAT else {})


def chat(live: Live, text: str, key: str | None = None) -> str:
    """Ask; the id of the request."""
    body = {"model": "home", "messages": [{"role": "user", "content": text}]}
    return str(call(live, "POST", CHAT, body, key)["request"])


def grounded(live: Live) -> Any:
    """What a question about the handbook was answered from."""
    messages = [{"role": "user", "content": "How long is the holiday, and who has the yellow form?"}]
    body = {"model": "home", "messages": messages, "metadata": {"freehold": {"collections": ["handbook"]}}}
    asked = call(live, "POST", CHAT, body)["request"]
    return call(live, "GET", f"/api/requests/{asked}")["grounding"]["passages"]


def add(live: Live, collection: str, name: str, more: str = "") -> Any:
    path = f"/api/documents?collection={collection}&name={name}{more}"
    return call(live, "POST", path, HANDBOOK, kind="text/markdown")


@contextmanager
def busy(live: Live) -> Iterator[list[str]]:
    """Requests and documents, as fast as four threads send them; the list grows with what was answered."""
    answered: list[str] = []
    stop = threading.Event()

    def ask(worker: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            answered.append(chat(live, f"question {worker} {number}"))
            if number % 10 == 0:
                add(live, "busy", f"d{worker}-{number}.md")

    threads = [threading.Thread(target=ask, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield answered
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def run(*arguments: str, cwd: Path) -> str:
    command = [str(COMMANDS / "freehold"), *arguments]
    ran = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def seen(live: Live, ids: set[str]) -> dict[str, Any]:
    """What an instance says of what was there before it was backed up."""
    keys = call(live, "GET", "/api/keys")["data"]
    found = call(live, "POST", "/api/search", {"query": "holiday", "collections": ["handbook"]})["data"]
    files = call(live, "GET", "/v1/files")["data"]
    return {
        "keys": sorted((key["id"], key["name"], key["role"], key["revoked"]) for key in keys),
        "search": [(hit["place"], hit["text"]) for hit in found],
        "files": [(file["id"], file["bytes"]) for file in files],
        "budgets": call(live, "GET", "/api/budgets")["data"],
        "usage": call(live, "GET", "/api/usage?by=model&key=ann")["data"],
        "requests": {each: call(live, "GET", f"/api/requests/{each}") for each in ids},
    }


@pytest.fixture
def place(tmp_path: Path) -> Path:
    priced = SCRIPTED.replace('name = "home"', 'name = "home"\nprice = { input = 1000, output = 1000 }')
    (tmp_path / "freehold.toml").write_text(priced + '\n[policy]\ndocuments_label = "internal"\n')
    return tmp_path


def test_what_was_backed_up_under_load_answers_the_same_elsewhere(place: Path) -> None:
    with freehold(place / "first", "--config", str(place / "freehold.toml")) as live:
        ann = call(live, "POST", "/api/keys", {"name": "ann", "role": "viewer"})["key"]
        gone = call(live, "POST", "/api/keys", {"name": "gone"})
        call(live, "DELETE", f"/api/keys/{gone['id']}")
        add(live, "handbook", "leave.md", "&wait=1")
        call(live, "POST", "/v1/files", FORM, kind="multipart/form-data; boundary=x")
        call(live, "POST", "/api/budgets", {"scope": "key", "subject": "ann", "budget": "5/month"})
        before = {chat(live, f"before {number}", ann) for number in range(5)}
        with busy(live) as answered:
            while len(answered) < 20:
                time.sleep(0.01)
            told = json.loads(run("backup", str(place / "b.tar.gz"), "--data-dir", str(live.data), "--json", cwd=place))
            known = len(answered)
            while len(answered) < known + 20:
                time.sleep(0.01)
        assert told["documents"] == "here"
        was, from_documents = seen(live, before), grounded(live)
        assert from_documents
        assert was["budgets"][0]["spent"] != "0"
        assert was["usage"][0]["requests"] == len(before)
        os.kill(json.loads((live.data / "endpoint.json").read_text())["pid"], signal.SIGKILL)
    run("restore", str(place / "b.tar.gz"), "--data-dir", str(place / "second" / "data"), cwd=place)
    with freehold(place / "second", "--config", str(place / "freehold.toml")) as live:
        assert seen(live, before) == was
        assert grounded(live) == from_documents
        assert "warnings" not in call(live, "GET", "/readyz")
        listed = {row["id"] for row in call(live, "GET", "/api/requests?limit=500")["data"]}
        assert before <= listed
        ended = [call(live, "GET", f"/api/requests/{each}")["ending"] for each in sorted(listed)[-8:]]
        assert set(ended) <= {"complete", "completed", "lost"}
        with pytest.raises(urllib.error.HTTPError) as refused:
            chat(live, "again", gone["key"])
        assert refused.value.code == 401
        refused.value.close()
        assert chat(live, "again", ann) not in listed
        run("audit", "verify", "--data-dir", str(live.data), cwd=place)
    verified = run("audit", "verify", "--data-dir", str(place / "second" / "data"), cwd=place)
    assert "restored" not in verified
