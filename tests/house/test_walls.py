"""The walls around the tests hold."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

import pytest

from support.walls import LeftTheMachine, is_loopback


def test_a_connection_to_another_machine_is_refused() -> None:
    with socket.socket() as sock, pytest.raises(LeftTheMachine, match=r"192\.0\.2\.1:443"):
        sock.connect(("192.0.2.1", 443))


async def test_the_event_loop_is_held_too() -> None:
    with pytest.raises(LeftTheMachine):
        await asyncio.open_connection("192.0.2.1", 443)


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(LeftTheMachine, match=r"example\.com"):
        socket.getaddrinfo("example.com", 443)


async def test_loopback_is_free() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await reader.read() == b""
        writer.close()


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), (b"localhost", True), ("::1", True), (None, True), ("10.0.0.1", False), ("a.example", False)],
)
def test_is_loopback(host: object, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_no_key_of_the_user_is_seen(own_data: Path) -> None:
    assert not [name for name in os.environ if name.endswith("_API_KEY")]
    assert os.environ["FREEHOLD_DATA_DIR"] == str(own_data)
    assert not own_data.exists()
