"""The client of a running Freehold: what it sends where, and what it makes of answers that are none."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from freehold.cli.client import Client, Remote, segment
from freehold.cli.errors import CommandFailed, Refused, UsedWrongly

KEY = "fh-a-key-for-tests"


class Other(BaseHTTPRequestHandler):
    """A server that is no Freehold, or one that misbehaves: the path says how."""

    asked: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("authorization")))
        match self.path:
            case "/moved":
                self._send(302, b"", {"Location": f"http://127.0.0.1:{self.server.server_port}/elsewhere"})  # type: ignore[attr-defined]
            case "/html":
                self._send(200, b"<html>hello</html>", {})
            case "/html-error":
                self._send(502, b"<html>bad gateway</html>", {})
            case "/short":
                self._send(200, b"[1, 2", {"Content-Length": "100"})
            case "/refused":
                self._send(400, b'{"error": {"message": "since is a date"}}', {})
            case _:
                self._send(200, b"[1, 2]", {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def other() -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    asked: list[tuple[str, str | None]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Other,), {"asked": asked}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_key_goes_where_it_was_sent_and_no_redirect_is_followed() -> None:
    with other() as (url, asked):
        with pytest.raises(Refused, match=r"redirect to http://127\.0\.0\.1:\d+/elsewhere; set FREEHOLD_URL"):
            Client(Remote(url), KEY).get("/moved")
        assert asked == [("/moved", f"Bearer {KEY}")]


def test_paths_under_which_freehold_lives_are_kept() -> None:
    with other() as (url, asked):
        assert Client(Remote(f"{url}/team a/"), KEY).get("/x", by="a&b", since=None) == [1, 2]
        assert asked == [("/team%20a/x?by=a%26b", f"Bearer {KEY}")]


@pytest.mark.parametrize(
    ("path", "error", "said"),
    [
        ("/html", CommandFailed, "is no Freehold"),
        ("/html-error", Refused, "status 502, and is perhaps no Freehold"),
        ("/short", CommandFailed, "broke off"),
        ("/refused", Refused, "since is a date"),
    ],
)
def test_answers_that_are_none(path: str, error: type[CommandFailed], said: str) -> None:
    with other() as (url, _), pytest.raises(error, match=said):
        Client(Remote(url), KEY).get(path)


def test_what_the_user_gave_is_to_blame_for_400_only() -> None:
    assert [Refused(status, "").exit_code for status in (400, 422, 403, 404, 502)] == [2, 2, 1, 1, 1]


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8080", "ftp://x", "http://", "http://me:pw@host", "http://host:port", "x?y"]
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(UsedWrongly, match=r"write it as in http://127\.0\.0\.1:8080") as refused:
        Remote(url)
    assert "pw" not in str(refused.value)


@pytest.mark.parametrize("key", ["with space", "line\r\nx-injected:1", "schlüssel"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(key: str) -> None:
    with pytest.raises(UsedWrongly) as refused:
        Client(Remote("http://127.0.0.1:9"), key)
    assert key not in str(refused.value)


def test_nobody_there() -> None:
    with pytest.raises(CommandFailed, match=r"cannot reach Freehold at \S+ .*start it with 'freehold up'"):
        Client(Remote("http://127.0.0.1:9"), KEY).get("/x")


def test_https_is_spoken_where_the_address_says_so() -> None:
    """A server that answers TLS in plain text is refused; nothing was sent that it could read."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            connection, _ = server.accept()
            with connection:
                heard.append(connection.recv(4096))
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        with pytest.raises(CommandFailed, match="cannot reach Freehold at https://"):
            Client(Remote(f"https://127.0.0.1:{server.getsockname()[1]}"), KEY).get("/x")
        thread.join(5)
    assert heard[0][0] == 0x16  # a TLS handshake
    assert KEY.encode() not in heard[0]


def test_a_name_is_one_segment() -> None:
    assert segment("a/b c?d") == "a%2Fb%20c%3Fd"
