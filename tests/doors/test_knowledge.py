"""Documents from outside: added by the command, asked for by official clients, guarded, removed, and never lost."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from support.commands import Ran, installed
from support.documents import docx, pdf
from support.live import ADMIN_KEY, COMMANDS
from support.server import PATIENCE, Server, freehold

CONFIG = """
[[target]]
name = "home"
provider = "scripted"
model = "say:There are 27 days of paid leave [1]."
clearance = "restricted"

[[target]]
name = "away"
provider = "scripted"
model = "say:From elsewhere [1]."
owned = false
clearance = "public"

[[target]]
name = "reader"
provider = "reader"
"""

DOCUMENTED = {"FREEHOLD_KNOWLEDGE_DOCUMENTATION": "true"}

LEAVE = "# Leave\n\nEmployees have 27 days of paid leave in each calendar year.\n"
QUESTION = "How many days of paid leave do employees have in each calendar year?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with freehold(tmp_path_factory.mktemp("knowledge"), CONFIG) as running:
        yield running


@pytest.fixture
def docs(server: Server, tmp_path: Path) -> Callable[..., Ran]:
    """Runs ``freehold docs`` against the server."""
    return lambda *words: installed("docs", *words, cwd=tmp_path, env=reaching(server))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Some files, one of them broken."""
    root = tmp_path / "handbook"
    (root / "sub").mkdir(parents=True)
    (root / "leave.md").write_text(LEAVE)
    (root / "sub" / "mill.html").write_text("<h1>Mill</h1><p>The mill at Kalken was built in 1889.</p>")
    (root / "sub" / "prices.csv").write_text("part,price\nwheel,12\nshaft,40\n")
    (root / "greet.py").write_text('def greet(name):\n    """Say hello to somebody."""\n    return f"Hello {name}"\n')
    (root / "sub" / "history.docx").write_bytes(docx(["The miller moved out in 1931."]))
    (root / "sub" / "plan.pdf").write_bytes(pdf(["The wheel has forty blades.", "The shaft is of oak."]))
    (root / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing of the kind")
    return root


def reaching(server: Server, key: str = ADMIN_KEY) -> dict[str, str]:
    return {"FREEHOLD_URL": server.url, "FREEHOLD_KEY": key}


def add(server: Server, collection: str, name: str, text: str, **more: str) -> str:
    """Add one document, and wait until it is in; returns its id."""
    query = "&".join(f"{key}={value}" for key, value in {"collection": collection, "name": name, **more}.items())
    made = server.ask("POST", f"/api/documents?{query}&wait=1", text.encode())
    assert made.status in (200, 201), made.body
    found: str = made.json["files"][0]["document"]
    return found


def search(server: Server, text: str, collection: str, key: str = ADMIN_KEY) -> list[dict[str, Any]]:
    body = {"query": text, "collections": [collection]}
    return list(server.ask("POST", "/api/search", body, key=key).json["data"])


def names(server: Server, collection: str, key: str = ADMIN_KEY) -> set[str]:
    listed = server.ask("GET", f"/api/documents?collection={collection}&limit=1000", key=key).json
    if "error" in listed:
        assert listed["error"]["message"].startswith("there is no collection")
        return set()
    assert not listed["has_more"]
    return {row["name"] for row in listed["data"]}


def opened(server: Server, address: str) -> str:
    """The words that a citation's address opens."""
    text: str = server.ask("GET", address).json["text"]
    return text


def test_a_folder_is_added_and_one_bad_file_stops_nothing(
    server: Server, docs: Callable[..., Ran], folder: Path
) -> None:
    ran = docs("add", str(folder), "--collection", "mixed")
    assert (ran.code, ran.out) == (1, "6 added, 1 failed\n")
    assert "freehold: broken.pdf: " in ran.err
    inside = {f"sub/{name}" for name in ("mill.html", "prices.csv", "history.docx", "plan.pdf")}
    assert names(server, "mixed") == {"leave.md", "greet.py", *inside}
    (hit, *_) = search(server, "What wood is the shaft made of?", "mixed")
    assert (hit["place"]["name"], hit["place"]["page"]) == ("sub/plan.pdf", 2)
    (folder / "broken.pdf").unlink()
    assert docs("add", str(folder), "--collection", "mixed").out == "0 added, 6 unchanged\n"
    (folder / "leave.md").write_text(LEAVE.replace("27", "28"))
    assert docs("sync", str(folder), "--collection", "mixed").out == "1 added, 5 unchanged\n"
    assert "28 days" in search(server, QUESTION, "mixed")[0]["text"]


def test_an_answer_for_openai_cites_the_very_words(server: Server) -> None:
    add(server, "cited", "leave.md", LEAVE)
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=ADMIN_KEY, max_retries=0) as client:
        answer = client.chat.completions.create(
            model="reader",
            messages=[{"role": "user", "content": QUESTION}],
            extra_headers={"x-freehold-collections": "cited"},
        )
    message = answer.choices[0].message
    assert "27 days" in (message.content or "")
    cited = message.annotations[0].url_citation.model_dump()  # type: ignore[index]
    assert opened(server, cited["url"]) == cited["quote"]
    assert "27 days" in cited["quote"]
    where = "&".join(f"{name}={cited[name]}" for name in ("document", "version", "start", "end", "digest"))
    assert server.ask("GET", f"/api/citations/check?{where}").json["state"] == "holds"


def test_an_answer_for_anthropic_cites_the_very_words(server: Server) -> None:
    add(server, "cited-too", "leave.md", LEAVE)
    with anthropic.Anthropic(base_url=server.url, api_key=ADMIN_KEY, max_retries=0) as client:
        answer = client.messages.create(
            model="reader",
            max_tokens=200,
            messages=[{"role": "user", "content": QUESTION}],
            extra_headers={"x-freehold-collections": "cited-too"},
        )
    cited = next(c.model_dump() for block in answer.content for c in getattr(block, "citations", None) or ())
    assert cited["type"] == "char_location"
    assert opened(server, cited["url"]) == cited["cited_text"]
    assert "27 days" in cited["cited_text"]


def test_who_may_not_read_never_learns_that_it_is_there(server: Server) -> None:
    document = add(server, "people", "salaries.md", "The head of the mill earns 4000 a month.", groups="hr")
    inside, outside = (server.new_key(groups=groups)["key"] for groups in (["hr"], ["sales"]))
    assert search(server, "What does the head of the mill earn?", "people", inside)
    assert names(server, "people", inside) == {"salaries.md"}
    assert search(server, "What does the head of the mill earn?", "people", outside) == []
    assert names(server, "people", outside) == set()
    absent = server.ask("GET", "/api/documents/doc_000000000000000000000000", key=outside)
    for path in (f"/api/documents/{document}", f"/api/documents/{document}/text", f"/v1/files/{document}/content"):
        refused = server.ask("GET", path, key=outside)
        assert refused.status == absent.status == 404
        assert refused.json["error"]["code"] == absent.json["error"]["code"]
    grounded = {"x-freehold-collections": "people"}
    assert server.chat("What does the head earn?", "reader", key=outside, headers=grounded).status == 404
    listed = server.ask("GET", "/api/collections", key=outside).json["data"]
    assert "people" not in {row["name"] for row in listed}
    server.ask("POST", f"/api/documents/{document}", {"groups": ["sales"]})
    assert search(server, "What does the head of the mill earn?", "people", outside)
    assert search(server, "What does the head of the mill earn?", "people", inside) == []


def test_who_is_no_admin_changes_nothing(server: Server) -> None:
    document = add(server, "kept", "a.md", "The first page.")
    key = server.new_key()["key"]
    for method, path in (
        ("POST", "/api/documents?collection=kept&name=b.md"),
        ("POST", f"/api/documents/{document}"),
        ("DELETE", f"/api/documents/{document}"),
        ("DELETE", "/api/collections/kept"),
        ("POST", "/v1/vector_stores"),
        ("DELETE", "/v1/vector_stores/kept"),
    ):
        assert server.ask(method, path, {}, key=key).status == 403, path
    assert names(server, "kept") == {"a.md"}


def test_a_confidential_document_stays_where_it_may_be(server: Server) -> None:
    add(server, "secret", "leave.md", LEAVE, label="confidential")
    grounded = {"x-freehold-collections": "secret", "x-freehold-label": "public"}
    key = server.new_key(label="public")["key"]
    refused = server.chat(QUESTION, "away", key=key, headers=grounded)
    assert (refused.status, refused.json["error"]["code"]) == (403, "label_forbidden")
    at_home = server.chat(QUESTION, "home", key=key, headers=grounded)
    assert at_home.status == 200
    assert at_home.headers["x-freehold-label"] == "confidential"


def test_what_is_removed_is_gone_with_the_next_request(server: Server) -> None:
    words = "The zeppelin hangar at Wolvega holds three zeppelins."
    document = add(server, "fleeting", "hangar.md", words)
    assert search(server, "How many zeppelins are in the hangar?", "fleeting")
    assert server.ask("DELETE", f"/api/documents/{document}").json == {"id": document, "deleted": True}
    assert search(server, "How many zeppelins are in the hangar?", "fleeting") == []
    assert server.ask("GET", f"/api/documents/{document}/text").status == 404
    for file in (server.data / "knowledge").rglob("*"):
        assert not file.is_file() or words.encode() not in file.read_bytes(), file


def test_a_vector_store_is_filled_searched_and_removed_by_openais_client(server: Server, tmp_path: Path) -> None:
    page = tmp_path / "leave.md"
    page.write_text(LEAVE)
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=ADMIN_KEY, max_retries=0) as client:
        file = client.files.create(file=page, purpose="assistants")
        assert (file.filename, file.bytes) == ("leave.md", len(LEAVE))
        assert client.files.content(file.id).read() == LEAVE.encode()
        store = client.vector_stores.create(name="Support FAQ")
        attached = client.vector_stores.files.create_and_poll(file.id, vector_store_id=store.id)
        assert (attached.status, attached.id) == ("completed", file.id)
        (found,) = client.vector_stores.search(store.id, query=QUESTION).data
        assert (found.file_id, found.filename) == (file.id, "leave.md")
        assert "27 days" in found.content[0].text
        assert [each.id for each in client.vector_stores.files.list(store.id)] == [file.id]
        assert store.id in {each.id for each in client.vector_stores.list()}
        assert client.vector_stores.retrieve(store.id).file_counts.completed == 1
        client.files.delete(file.id)
        assert client.vector_stores.search(store.id, query=QUESTION).data == []
        assert client.vector_stores.delete(store.id).deleted
        with pytest.raises(openai.NotFoundError):
            client.vector_stores.retrieve(store.id)


def test_files_are_put_in_together_and_a_bad_one_says_why(server: Server, tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(LEAVE)
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 no")
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=ADMIN_KEY, max_retries=0) as client:
        store = client.vector_stores.create(name="batch")
        files = [tmp_path / name for name in ("good.md", "bad.pdf")]
        batch = client.vector_stores.file_batches.upload_and_poll(store.id, files=files)
        assert (batch.file_counts.completed, batch.file_counts.failed) == (1, 1)
        listed = {each.status: each for each in client.vector_stores.files.list(store.id)}
        assert set(listed) == {"completed", "failed"}
        assert listed["failed"].last_error is not None
        assert listed["failed"].last_error.message


def test_a_form_is_taken_as_curl_sends_it(server: Server, tmp_path: Path) -> None:
    (tmp_path / "отпуск.md").write_text(LEAVE)
    fields = [
        word for said in ("file=@отпуск.md", "collection=forms", "label=internal", "wait=1") for word in ("-F", said)
    ]
    done = subprocess.run(
        ["curl", "-sS", f"{server.url}/api/documents", "-H", f"authorization: Bearer {ADMIN_KEY}", *fields],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    )
    assert b'"done":1' in done.stdout, done.stdout
    (row,) = server.ask("GET", "/api/documents?collection=forms").json["data"]
    assert (row["name"], row["label"]) == ("отпуск.md", "internal")


def test_a_question_beyond_what_the_passages_hold_gets_no_guess(server: Server) -> None:
    add(server, "narrow", "leave.md", LEAVE)
    asked = server.chat("Who invented the telephone?", "reader", headers={"x-freehold-collections": "narrow"})
    assert asked.status == 200
    assert "27" not in asked.json["choices"][0]["message"]["content"]


def test_two_syncs_at_once_agree(server: Server, tmp_path: Path) -> None:
    root = tmp_path / "both"
    root.mkdir()
    for number in range(40):
        (root / f"{number}.md").write_text(f"# Page {number}\n\nThis is page number {number} of forty.\n")
    line = [str(COMMANDS / "freehold"), "docs", "sync", str(root), "--collection", "both"]
    env = {**os.environ, **reaching(server)}
    running = [subprocess.Popen(line, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    for process in running:
        _, said = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, said
    assert names(server, "both") == {f"{number}.md" for number in range(40)}
    rows = server.ask("GET", "/api/documents?collection=both&limit=1000").json["data"]
    assert {row["version"] for row in rows} == {1}


def test_nothing_is_lost_when_it_is_killed_while_it_reads(tmp_path: Path) -> None:
    with freehold(tmp_path / "first", CONFIG, data=tmp_path / "data") as server:
        job = ""
        for number in range(60):
            query = f"collection=many&name={number}.md" + (f"&job={job}" if job else "")
            text = f"# Page {number}\n\n" + f"The mill turns for the {number}th time. " * 200
            job = server.ask("POST", f"/api/documents?{query}", text.encode()).json["job"]
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(PATIENCE)
    with freehold(tmp_path / "second", CONFIG, data=tmp_path / "data") as server:
        server.wait_for(lambda: server.ask("GET", f"/api/jobs/{job}").json["state"] == "done", "the end of the job")
        report = server.ask("GET", f"/api/jobs/{job}").json
        assert (report["failed"], report["waiting"]) == (0, 0)
        assert names(server, "many") == {f"{number}.md" for number in range(60)}
        assert {row["version"] for row in server.ask("GET", "/api/documents?limit=1000").json["data"]} == {1}


def test_the_first_minute(tmp_path: Path) -> None:
    with freehold(tmp_path, env=DOCUMENTED) as server:
        server.wait_for(lambda: len(names(server, "freehold")) > 30, "the documentation")
        answer = server.chat("How do I pull a model from the Hugging Face Hub?", "auto").json["choices"][0]["message"]
        cited = answer["annotations"][0]["url_citation"]
        assert cited["collection"] == "freehold"
        assert opened(server, cited["url"]) == cited["quote"]
        refused = server.ask("POST", "/api/documents?collection=freehold&name=x.md", b"Mine.")
        assert refused.status == 409
        assert "freehold" not in {row["id"] for row in server.ask("GET", "/v1/vector_stores").json["data"]}
        changed = server.ask("GET", "/api/documents?collection=freehold&limit=1").json["data"][0]["changed"]
        server.stop()
    with freehold(tmp_path, env=DOCUMENTED) as server:
        time.sleep(1)
        assert server.ask("GET", "/api/documents?collection=freehold&limit=1").json["data"][0]["changed"] == changed


def test_a_key_and_a_route_choose_collections(tmp_path: Path) -> None:
    route = '\n[[route]]\nname = "desk"\ntargets = ["reader"]\ncollections = ["routed"]\n'
    with freehold(tmp_path, CONFIG + route) as server:
        add(server, "routed", "leave.md", LEAVE)
        add(server, "keyed", "mill.md", "The mill at Kalken was built in 1889.")
        key = server.new_key(collections=["keyed"])["key"]
        by_route = server.chat(QUESTION, "desk", key=key).json["choices"][0]["message"]
        by_key = server.chat("When was the mill at Kalken built?", "reader", key=key).json["choices"][0]["message"]
        assert by_route["annotations"][0]["url_citation"]["collection"] == "routed"
        assert by_key["annotations"][0]["url_citation"]["collection"] == "keyed"


def test_a_watched_folder_is_followed(server: Server, tmp_path: Path) -> None:
    root = tmp_path / "watched"
    root.mkdir()
    (root / "a.md").write_text("The first page.")
    line = [str(COMMANDS / "freehold"), "docs", "sync", str(root), "--watch"]
    with subprocess.Popen(
        line, env={**os.environ, **reaching(server)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            server.wait_for(lambda: names(server, "watched") == {"a.md"}, "the first page")
            (root / "b.md").write_text("The second page.")
            (root / "a.md").unlink()
            server.wait_for(lambda: names(server, "watched") == {"b.md"}, "the second page")
        finally:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
            process.kill()
