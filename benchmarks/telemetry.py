"""What being watched costs: a whole Freehold with spans, metrics and a collector, beside one with none of it.

    python -m benchmarks.telemetry                  all three; about three minutes
    python -m benchmarks.telemetry --only down      with a collector that is down

The collector is a process of its own, on the core of the upstream, and takes what it is sent without looking at it.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from benchmarks.goals import Row, command
from benchmarks.guards.beside import beside
from benchmarks.processes import ROOT, choose_cores, free_port, pinned, python

GOAL = 0.95
"""Of the throughput without."""
OFF = {"FREEHOLD_TELEMETRY_METRICS": "off", "FREEHOLD_TELEMETRY_ENDPOINT": "off"}
SHARE = {"FREEHOLD_TELEMETRY_SAMPLE": "0.1"}


def counted(_options: argparse.Namespace) -> Iterator[Row]:
    """With what every Freehold has: metrics, and nobody to send anything to."""
    yield from beside("metrics", {"FREEHOLD_TELEMETRY_METRICS": "open"}, OFF, GOAL)


def sampled(_options: argparse.Namespace) -> Iterator[Row]:
    """With metrics and the spans of every tenth request, sent to a collector."""
    with _collector() as url:
        yield from beside("10 % of spans", SHARE | {"FREEHOLD_TELEMETRY_ENDPOINT": url}, OFF, GOAL)


def down(_options: argparse.Namespace) -> Iterator[Row]:
    """The same with a collector that is down."""
    url = f"http://127.0.0.1:{free_port()}"
    yield from beside("a collector down", SHARE | {"FREEHOLD_TELEMETRY_ENDPOINT": url}, OFF, GOAL)


@contextlib.contextmanager
def _collector() -> Iterator[str]:
    port = free_port()
    serving = python("-m", "benchmarks.telemetry", "--collect", str(port))
    process = subprocess.Popen(pinned(choose_cores().upstream, serving), cwd=ROOT)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


class _Taking(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> int:
    """Take the measures, or be the collector of one; returns the exit code."""
    if len(sys.argv) == 3 and sys.argv[1] == "--collect":
        ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), _Taking).serve_forever()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.telemetry", description=__doc__)
    return command(parser, {"counted": counted, "sampled": sampled, "down": down})


if __name__ == "__main__":
    sys.exit(main())
