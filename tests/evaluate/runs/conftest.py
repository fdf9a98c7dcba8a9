"""A database, and the service of runs over it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from freehold.stores.sqlite import SqliteStore, open_store
from support.evaluated import House


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return open_store(tmp_path / "store")


@pytest.fixture
async def house(store: SqliteStore) -> AsyncIterator[House]:
    house = House(store)
    yield house
    await house.close()
