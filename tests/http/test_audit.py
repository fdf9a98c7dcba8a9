"""The audit log over HTTP: for admins, fresh, and enough for anybody else's verifier."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from freehold.assemble import Stack
from freehold.http.app import App
from freehold.ledger.audit.folder import COSIGNED_NAME, Folder
from freehold.ledger.audit.note import PublicKey, open_checkpoint
from freehold.ledger.audit.tree import consistent, included, leaf_hash
from freehold.ledger.audit.verify import verify
from freehold.stores.keys import Grant
from support.asgi import Caller


async def get(app: App, path: str, headers: dict[str, str]) -> Caller:
    path, _, query = path.partition("?")
    return await Caller("GET", path, headers=headers, query=query).ask(app)


async def told(app: App, path: str, headers: dict[str, str]) -> Any:
    answer = await get(app, path, headers)
    assert answer.status == 200, answer.body
    return answer.json


async def chat(app: App, headers: dict[str, str], text: str = "hi") -> str:
    body = json.dumps({"model": "home", "messages": [{"role": "user", "content": text}]}).encode()
    asked = await Caller("POST", "/v1/chat/completions", headers=headers, body=body).ask(app)
    assert asked.status == 200
    return str(asked.headers["x-freehold-id"])


async def test_what_was_asked_is_in_the_log_at_once_with_its_proof(app: App, admin: dict[str, str]) -> None:
    id_ = await chat(app, admin)
    leaf = await told(app, f"/api/audit/leaves/{id_}", admin)
    assert leaf["leaf"]["body"]["id"] == id_
    assert leaf["leaf"]["index"] == leaf["index"]
    proof = await told(app, f"/api/audit/proofs/{id_}", admin)
    data, hashes = base64.b64decode(proof["leaf"]), [base64.b64decode(each) for each in proof["hashes"]]
    assert json.loads(data) == leaf["leaf"]
    key = PublicKey.parse((await told(app, "/api/audit/key", admin))["vkey"])
    root = open_checkpoint(proof["checkpoint"], key).checkpoint.root
    assert included(leaf_hash(data), leaf["index"], proof["size"], hashes, root)


async def test_the_tiles_are_all_that_a_verifier_needs(app: App, admin: dict[str, str], tmp_path: Path) -> None:
    for _ in range(3):
        await chat(app, admin)
    answer = await get(app, "/api/audit/checkpoint", admin)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    key = PublicKey.parse((await told(app, "/api/audit/key", admin))["vkey"])
    size = open_checkpoint(answer.body.decode(), key).checkpoint.size
    folder = Folder(tmp_path / "data/audit")
    for path in (f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}", "tile/0/000.p/1"):
        tile = await get(app, f"/api/audit/{path}", admin)
        assert (tile.status, tile.headers["content-type"]) == (200, "application/octet-stream")
        assert tile.body == folder.fetch(path)
    assert verify(folder.fetch, key, [answer.body.decode()]).faults == []


async def test_the_log_goes_on_from_what_it_was(app: App, admin: dict[str, str]) -> None:
    before = (await get(app, "/api/audit/checkpoint", admin)).body.decode()
    key = PublicKey.parse((await told(app, "/api/audit/key", admin))["vkey"])
    old = open_checkpoint(before, key).checkpoint
    await chat(app, admin)
    proof = await told(app, f"/api/audit/consistency?from={old.size}", admin)
    new = open_checkpoint(proof["checkpoint"], key).checkpoint
    hashes = [base64.b64decode(each) for each in proof["hashes"]]
    assert new.size > old.size
    assert consistent(old.size, new.size, hashes, old.root, new.root)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("leaves/fh_nothing", 404),
        ("leaves/99999", 404),
        ("proofs/fh_nothing", 404),
        ("tile/0/001", 404),
        ("tile/../key", 404),
        ("cosigned", 404),
        ("tile/entries/../../../freehold.db", 404),
        ("consistency", 400),
        ("consistency?from=99999", 400),
        ("consistency?from=x", 400),
    ],
)
async def test_what_is_not_there_is_not_found(app: App, admin: dict[str, str], path: str, status: int) -> None:
    assert (await get(app, f"/api/audit/{path}", admin)).status == status


async def test_only_an_admin_reads_it(app: App, stack: Stack) -> None:
    key = {"x-api-key": stack.keys.create(Grant(name="ann")).secret.reveal()}
    for path in ("checkpoint", "cosigned", "key", "tile/0/000", "leaves/0", "proofs/0", "consistency"):
        assert (await get(app, f"/api/audit/{path}", key)).status == 403
        assert (await get(app, f"/api/audit/{path}", {})).status == 401


async def test_a_checkpoint_has_its_cosignatures_for_as_long_as_it_is_the_latest(
    app: App, admin: dict[str, str], tmp_path: Path
) -> None:
    note = (await get(app, "/api/audit/checkpoint", admin)).body
    Folder(tmp_path / "data/audit").replace(COSIGNED_NAME, note + b"and more\n")
    assert (await get(app, "/api/audit/checkpoint", admin)).body == note + b"and more\n"
    assert (await get(app, "/api/audit/cosigned", admin)).body == note + b"and more\n"
    await chat(app, admin)
    assert b"and more" not in (await get(app, "/api/audit/checkpoint", admin)).body


async def test_a_log_that_is_broken_is_told(app: App, admin: dict[str, str], tmp_path: Path) -> None:
    id_ = await chat(app, admin)
    await get(app, "/api/audit/checkpoint", admin)
    (bundle,) = (tmp_path / "data/audit/tile/entries/000.p").iterdir()
    bundle.unlink()
    answer = await get(app, f"/api/audit/leaves/{id_}", admin)
    assert answer.status == 503
    assert "freehold audit verify" in answer.json["error"]["message"]


async def test_a_log_that_cannot_be_sealed_is_a_warning_and_requests_go_on(
    app: App, admin: dict[str, str], stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    assert (await told(app, "/readyz", {})) == {"status": "ready"}
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "put", full)
        await chat(app, admin)
        await get(app, "/api/audit/checkpoint", admin)
        (warning,) = (await told(app, "/readyz", {}))["warnings"]
        assert "No space left" in warning
        assert "No space left" in (await told(app, "/api/audit/key", admin))["waits"]
        patch.setattr("freehold.ledger.book.MOST_BEHIND", 0)
        refused = await get(app, "/readyz", {})
        assert refused.status == 503
        assert "its audit log has more to seal than may wait" in refused.json["why"]
    await get(app, "/api/audit/checkpoint", admin)
    assert (await told(app, "/readyz", {})) == {"status": "ready"}
    await chat(app, admin)
