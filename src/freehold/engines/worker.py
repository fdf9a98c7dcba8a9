"""One model in a process of its own: ``python -m freehold.engines.worker``.

llama.cpp's own HTTP server does the work, on a loopback port that the kernel chose. The job comes as one line of JSON
on standard input, because other users may read a command line and the job holds the key. The pipe then stays open as
the lifeline. The answer is one line of JSON on standard output: a `Ready`, or a `Refused` before a non-zero exit.
Whatever the engine itself prints goes to standard error, which is the log. SIGTERM ends it in good order.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import Any

import msgspec

from freehold.engines.lifeline import tie_to_parent

_ENDINGS = frozenset({signal.SIGTERM, signal.SIGINT})
_WARNINGS = 2
"""llama.cpp's verbosity: errors and warnings, so that the log does not grow with every request."""


class Job(msgspec.Struct, frozen=True):
    """What to serve and how. Sizes in tokens, `prompt_cache` in MiB."""

    parent: int
    path: str
    alias: str
    api_key: str
    context: int
    embedding: bool = False
    mean_pooling: bool = False
    """Take the mean over tokens, for a model that is made to embed and does not say how."""
    slots: int = 1
    """Requests worked on at once; they share one cache of `context` tokens."""
    threads: int = 1
    prompt_cache: int = 0


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The server listens and the model is loaded. `address` has no path."""

    address: str


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The engine would not load the model; trying again would change nothing."""

    reason: str


Announcement = Ready | Refused


def main() -> int:
    """Serve the job on standard input until told to stop."""
    # Before any thread is made, so that all have it blocked, and one place waits for it. A handler could run in the
    # middle of anything.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    announce = _keep_stdout()
    # Unbuffered, so that what comes after the job is left to the lifeline.
    pipe = io.FileIO(0, closefd=False)
    line = pipe.readline()
    if not line:
        return os.EX_NOINPUT
    job = msgspec.json.decode(line, type=Job)
    tie_to_parent(job.parent, pipe.fileno())
    try:
        server = _serve(job)
    except RuntimeError as error:
        _say(announce, Refused(str(error)))
        return os.EX_DATAERR
    _say(announce, Ready(server.listening_address))
    signal.sigwait(_ENDINGS)
    # Not by the server's destructor: it waits for the engine's loop, and for ever if that has not begun yet. Nothing is
    # lost by leaving at once, because a worker keeps nothing that outlives it.
    os._exit(0)


def _keep_stdout() -> int:
    """A private descriptor for the announcement; the engine's own prints to standard output go to the log."""
    announce = os.dup(1)
    os.dup2(2, 1)
    return announce


def _say(descriptor: int, announcement: Announcement) -> None:
    os.write(descriptor, msgspec.json.encode(announcement) + b"\n")
    os.close(descriptor)


def _serve(job: Job) -> Any:
    """Load the model and listen; returns llama.cpp's server, or raises `RuntimeError`."""
    if job.embedding:
        # Before the engine's library reads it. Threads that spin while they wait for one another are quick on an idle
        # machine; on one that also reads documents they made a short text take 110 ms instead of 14.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import xllamacpp  # noqa: PLC0415  # 100 MB of native code, which only a worker needs

    params = xllamacpp.CommonParams()
    params.model.path = job.path
    params.model_alias = {job.alias}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [job.api_key]
    params.cors_origins = ""
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = _WARNINGS
    params.n_ctx = job.context
    params.n_parallel = job.slots
    params.kv_unified = True
    params.cpuparams.n_threads = job.threads
    params.cpuparams_batch.n_threads = job.threads
    params.cache_ram_mib = job.prompt_cache
    if job.embedding:
        params.embedding = True
        # A pooled text must fit one batch, or the engine refuses it.
        params.n_batch = params.n_ubatch = job.context
        if job.mean_pooling:
            params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    return xllamacpp.Server(params)


if __name__ == "__main__":
    sys.exit(main())
