"""The audit log of a whole Freehold: what it says of starts, rules and ends, and who is shown it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from freehold.assemble import Stack, build
from freehold.assemble import trail as trail_module
from freehold.config import load
from freehold.core.caller import Caller
from freehold.core.errors import Conflict
from freehold.core.exchange import Exchange
from freehold.core.request import Message, Request, TextPart
from freehold.ledger.audit.log import NoLog
from freehold.ledger.audit.note import notes_in
from freehold.ledger.audit.verify import verify

HOME = '[[target]]\nname = "home"\nprovider = "scripted"\nmodel = "say:Well."\n'
AWAY = '[[target]]\nname = "away"\nprovider = "scripted"\nmodel = "echo"\nclearance = "internal"\n'
OFF = {
    "FREEHOLD_KNOWLEDGE_EMBEDDING": "off",
    "FREEHOLD_KNOWLEDGE_DOCUMENTATION": "false",
    "FREEHOLD_DISCOVER_ENABLED": "false",
}


def made(folder: Path, text: str = HOME, **env: str) -> Stack:
    file = folder / "freehold.toml"
    file.write_text(text)
    whole = {"FREEHOLD_SERVER_DATA_DIR": str(folder / "data"), **OFF, **env}
    return build(load(file, whole), whole)


@asynccontextmanager
async def running(stack: Stack) -> AsyncIterator[Stack]:
    await stack.start()
    try:
        yield stack
    finally:
        await stack.stop()


async def asked(stack: Stack, text: str = "hello") -> Exchange:
    request = Request("home", (Message("user", (TextPart(text),)),), "openai")
    exchange = Exchange(request, Caller(key_id="key_ann", name="ann"))
    async with stack.handler(exchange) as events:
        assert [event async for event in events]
    return exchange


async def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  # another thread's doing
            await asyncio.sleep(0.01)


def leaves(stack: Stack) -> list[tuple[str, Any]]:
    log = stack.trail.log()
    assert verify(log.fetch, stack.trail.signer().key).faults == []
    return [(head.kind, json.loads(bytes(head.body))) for head in log.heads()]


async def test_a_run_is_told_from_its_start_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_module, "_AFTER_READY", 0.0)
    stack = made(tmp_path)
    with pytest.raises(NoLog):
        stack.trail.log()
    async with running(stack):
        await until(lambda: stack.trail._signer is not None)
        exchange = await asked(stack)
        (tmp_path / "freehold.toml").write_text(HOME + AWAY)
        before = stack.rules.revision
        stack.reload()
        stack.reload()
    found = leaves(stack)
    assert [kind for kind, _ in found] == ["start", "configuration", "key", "exchange", "configuration", "stop"]
    assert found[2][1] == {"vkey": stack.trail.signer().key.vkey}
    assert found[3][1]["id"] == exchange.id
    assert [
        (body["revision"], [each["name"] for each in body["targets"]])
        for kind, body in found
        if kind == "configuration"
    ] == [
        (before, ["home"]),
        (stack.rules.revision, ["home", "away"]),
    ]


async def test_what_was_under_way_when_it_was_killed_is_told_as_lost(tmp_path: Path) -> None:
    killed = made(tmp_path)
    request = Request("home", (Message("user", (TextPart("x"),)),), "openai")
    exchange = Exchange(request, Caller(key_id="key_ann", name="ann"))
    await killed.book.open(exchange)
    await killed.book.close()
    async with running(made(tmp_path)) as stack:
        pass
    first, second = leaves(stack)[:2]
    assert (first[0], first[1]["id"], first[1]["ending"]) == ("exchange", exchange.id, "lost")
    assert second[0] == "start"


async def test_a_second_run_goes_on_with_the_same_key(tmp_path: Path) -> None:
    for _ in range(2):
        async with running(made(tmp_path)) as stack:
            await asked(stack)
    assert [kind for kind, _ in leaves(stack) if kind != "key"] == ["start", "configuration", "exchange", "stop"] * 2
    assert (tmp_path / "data/audit.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data/audit/key").read_text().strip() == stack.trail.signer().key.vkey


async def test_a_log_that_is_off_is_none(tmp_path: Path) -> None:
    async with running(made(tmp_path, FREEHOLD_AUDIT_ENABLED="false")) as stack:
        await asked(stack)
        assert stack.warnings() == []
    assert not (tmp_path / "data/audit").exists()


async def test_a_file_is_shown_every_checkpoint(tmp_path: Path) -> None:
    seen = tmp_path / "seen.txt"
    stack = made(tmp_path, f'{HOME}[audit]\nwitness = "seen.txt"\nevery = 1\n')
    async with running(stack):
        await asked(stack)
        await until(seen.exists)
        await until(lambda: list(notes_in(seen.read_text())))
    notes = [note.rstrip("\n") + "\n" for note in notes_in(seen.read_text())]
    assert verify(stack.trail.folder.fetch, stack.trail.signer().key, notes).faults == []


async def test_another_witness_needs_a_restart(tmp_path: Path) -> None:
    stack = made(tmp_path)
    async with running(stack):
        (tmp_path / "freehold.toml").write_text(f'{HOME}[audit]\nwitness = "seen.txt"\n')
        with pytest.raises(Conflict, match=r"\[audit\]"):
            stack.reload()


async def test_what_people_said_is_nowhere_in_the_log_s_files(tmp_path: Path) -> None:
    canary = os.urandom(8).hex()
    async with running(made(tmp_path)) as stack:
        await asked(stack, f"My name is {canary}")
    files = [path for path in (tmp_path / "data/audit").rglob("*") if path.is_file()]
    assert len(files) > 3
    assert not [path for path in files if canary.encode() in path.read_bytes()]


async def test_an_older_database_beside_newer_files_is_told_at_the_start(tmp_path: Path) -> None:
    async with running(made(tmp_path)) as stack:
        await asked(stack)
    old = (tmp_path / "data/freehold.db").read_bytes()
    async with running(made(tmp_path)) as stack:
        for _ in range(3):
            await asked(stack)
    size = len(stack.trail.log())
    (tmp_path / "data/freehold.db").write_bytes(old)
    async with running(made(tmp_path)) as stack:
        (warning,) = stack.warnings()
        assert f"the log has {size}. The log goes on, and says so in leaf {size}" in warning
        await asked(stack)
    assert leaves(stack)[size][0] == "restored"
    async with running(made(tmp_path)) as stack:
        assert stack.warnings() == []


async def test_a_key_that_is_gone_is_told_and_none_is_made_in_its_place(tmp_path: Path) -> None:
    async with running(made(tmp_path)) as stack:
        await asked(stack)
    key = tmp_path / "data/audit.key"
    seed = key.read_bytes()
    key.unlink()
    async with running(made(tmp_path)) as stack:
        await asked(stack)
        await stack.book.flush()
        await asyncio.to_thread(stack.trail.seal)
        (warning,) = stack.warnings()
        assert "audit.key is gone" in warning
        assert "bring it back from a backup" in warning
    assert not key.exists()
    key.write_bytes(seed)
    async with running(made(tmp_path)) as stack:
        pass
    assert [kind for kind, _ in leaves(stack)].count("exchange") == 2
