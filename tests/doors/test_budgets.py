"""A hard budget under a stampede, at the door: callers leave, answers fail and break off, and it is never overspent."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from benchmarks import budgets
from benchmarks.contenders import Running
from support.server import Server, freehold

REQUESTS, COVERED = 60, 15


@pytest.fixture(autouse=True)
def smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "REQUESTS", REQUESTS)
    monkeypatch.setattr(budgets, "BUDGET_NANO", COVERED * budgets.MOST_TOKENS * 10_000)


def configured(port: int) -> str:
    targets = [budgets._TARGETS.format(name=name, port=port) for name in ("first", "second")]
    return "".join(targets) + budgets._ROUTES


def running(server: Server) -> Running:
    return Running("Freehold", server.port, server.key)


async def test_a_stampede_never_overspends_a_budget(tmp_path: Path) -> None:
    chance = random.Random(7)
    async with budgets.vendor(7) as port:
        server_of = freehold(tmp_path, configured(port))
        server = await asyncio.to_thread(server_of.__enter__)
        try:
            for number in range(2):
                ran = await asyncio.wait_for(budgets.stampede(running(server), server.data, chance, number), 60)
                assert ran.holds, ran
                assert ran.adds_up, ran
                assert ran.endings.get("200", 0) >= 5
                assert ran.endings.get("402", 0) >= 1
                assert set(ran.endings) <= {"200", "402", "502", "left"}
        finally:
            await asyncio.to_thread(server_of.__exit__, None, None, None)
