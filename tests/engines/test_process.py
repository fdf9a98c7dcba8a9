from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import pytest

from freehold.engines.process import WorkerDied, harmless, reported, running
from freehold.engines.worker import Job, Ready


def test_a_worker_sees_the_system_and_no_keys() -> None:
    environment = {
        "PATH": "/bin",
        "CUDA_VISIBLE_DEVICES": "0",
        "OPENAI_API_KEY": "sk-1",
        "HF_TOKEN": "hf_1",
        "FREEHOLD_ADMIN_KEY": "fh-1",
        "LLAMA_ARG_HOST": "0.0.0.0",
    }
    assert harmless(environment) == {"PATH": "/bin", "CUDA_VISIBLE_DEVICES": "0"}


def test_the_cause_is_taken_from_the_log_and_not_what_followed_from_it(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    log.write_text(
        "0.00.001 I srv: loading\n"
        "0.00.002 E llama_model_load: error loading model: tensor 'x' is missing\n"
        "0.00.003 E srv          init: exiting due to model loading error\n"
    )
    assert reported(log) == "error loading model: tensor 'x' is missing"
    log.write_text("0.00.003 E srv          init: exiting\n")
    assert reported(log) == "init: exiting"


def test_a_log_without_errors_or_no_log_reports_nothing(tmp_path: Path) -> None:
    assert reported(tmp_path / "none.log") is None
    (tmp_path / "calm.log").write_text("0.00.001 I all is well\n")
    assert reported(tmp_path / "calm.log") is None


async def test_the_log_is_its_owners_alone_and_a_large_one_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "engine-a.log"
    log.parent.mkdir()
    log.write_bytes(b"x" * (5 * 2**20))
    async with running(log, grace=5):
        pass
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert log.with_suffix(".log.1").stat().st_size == 5 * 2**20


@pytest.mark.parametrize("attempt", range(5))
async def test_a_worker_ends_in_good_order_even_right_after_it_is_ready(
    tmp_path: Path, chat_model: Path, attempt: int
) -> None:
    job = Job(os.getpid(), str(chat_model), "tiny", "key", context=64)
    async with running(tmp_path / "engine.log", grace=60) as worker:
        assert isinstance(await worker.announcement(job, 60), Ready)
        os.kill(worker.pid, signal.SIGTERM)
        with pytest.raises(WorkerDied, match="ended with status 0"):
            await worker.ended()
