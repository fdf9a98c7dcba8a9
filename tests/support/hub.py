"""A small Hugging Face Hub on loopback: a repository's listing and its files, as the hub's own client asks for them.

It can misbehave on purpose: break a connection off, state a wrong hash, ask for a token.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"
_MODEL = re.compile(r"/api/models/([^/]+/[^/?]+)")
_FILE = re.compile(r"/([^/]+/[^/]+)/resolve/[^/]+/(.+)")


@dataclass
class Hub:
    """What it serves: repositories as files by name. `ranges` records each download's file and first byte."""

    repos: dict[str, dict[str, bytes]]
    token: str | None = None
    gated: bool = False
    cut_after: dict[str, list[int]] = field(default_factory=dict)
    """For a file, after how many bytes each of its next downloads is broken off."""
    wrong_hash: set[str] = field(default_factory=set)
    unhashed: set[str] = field(default_factory=set)
    ranges: list[tuple[str, int]] = field(default_factory=list)
    endpoint: str = ""

    def sha256(self, name: str, content: bytes) -> str:
        return hashlib.sha256(content + b"!" if name in self.wrong_hash else content).hexdigest()

    def listing(self, repo: str) -> dict[str, Any]:
        files = self.repos[repo].items()
        return {
            "id": repo,
            "sha": COMMIT,
            "cardData": {"license": "apache-2.0"},
            "siblings": [self._sibling(name, content) for name, content in files],
        }

    def _sibling(self, name: str, content: bytes) -> dict[str, Any]:
        row: dict[str, Any] = {"rfilename": name, "size": len(content), "blobId": COMMIT}
        if name not in self.unhashed:
            row["lfs"] = {"sha256": self.sha256(name, content), "size": len(content), "pointerSize": 135}
        return row


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """Run the hub on an ephemeral port; its address is in `endpoint`."""
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join(30)


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        hub = self.hub
        model, file = _MODEL.match(self.path), _FILE.match(self.path)
        repo = (model or file)[1] if model or file else ""
        if hub.token is not None and self.headers.get("authorization") != f"Bearer {hub.token}":
            self._send(401, b'{"error": "Invalid username or password."}', body, {"X-Error-Code": "RepoNotFound"})
        elif hub.gated:
            self._send(403, b'{"error": "gated"}', body, {"X-Error-Code": "GatedRepo"})
        elif repo not in hub.repos:
            self._send(404, b'{"error": "Repository not found"}', body, {"X-Error-Code": "RepoNotFound"})
        elif model:
            self._send(200, json.dumps(hub.listing(repo)).encode(), body, {"Content-Type": "application/json"})
        else:
            self._send_file(file[2], hub.repos[repo][file[2]], body)

    def _send_file(self, name: str, content: bytes, body: bool) -> None:
        first = int(found[1]) if (found := re.match(r"bytes=(\d+)-", self.headers.get("range", ""))) else 0
        digest = self.hub.sha256(name, content)
        headers = {
            "ETag": f'"{digest}"',
            "X-Linked-Etag": f'"{digest}"',
            "X-Linked-Size": str(len(content)),
            "X-Repo-Commit": COMMIT,
            "Accept-Ranges": "bytes",
        }
        if first:
            headers["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
        if not body:
            self._send(200, content, body, headers)
            return
        self.hub.ranges.append((name, first))
        cuts = self.hub.cut_after.get(name, [])
        self._send(206 if first else 200, content[first:], body, headers, cut=cuts.pop(0) if cuts else None)

    def _send(self, status: int, content: bytes, body: bool, headers: dict[str, str], cut: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content[:cut])
        if cut is not None:
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Say nothing."""
