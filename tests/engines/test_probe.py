from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from freehold.engines import probe

GIB = 2**30


def write(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def test_without_a_limit_the_machine_itself_counts(tmp_path: Path) -> None:
    machine = probe.machine(cgroup=write(tmp_path, memory_dot_max="max\n", memory_dot_current="1\n"))
    assert machine.memory_total == psutil.virtual_memory().total
    assert 0 < machine.memory_available <= machine.memory_total
    assert machine.gpus == ()


def test_a_containers_limit_counts_without_what_the_kernel_would_give_back(tmp_path: Path) -> None:
    limit, used, cached = GIB // 4, GIB // 8, GIB // 16
    stat = f"anon 5\ninactive_file {cached}\n"
    files = write(tmp_path, memory_dot_max=f"{limit}", memory_dot_current=f"{used}", memory_dot_stat=stat)
    machine = probe.machine(cgroup=files)
    assert machine.memory_total == limit
    assert machine.memory_available == limit - used + cached


def test_the_first_version_of_control_groups_counts_too(tmp_path: Path) -> None:
    files = {"memory__memory_dot_limit_in_bytes": f"{GIB // 4}", "memory__memory_dot_usage_in_bytes": f"{GIB // 8}"}
    assert probe.machine(cgroup=write(tmp_path, **files)).memory_available == GIB // 8


@pytest.mark.parametrize(
    ("quota", "cores"), [("100000 100000", 1), ("50000 100000", 1), ("max 100000", None), ("", None)]
)
def test_cores_are_those_that_this_process_may_use(tmp_path: Path, quota: str, cores: int | None) -> None:
    everything = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert probe.cores(cgroup=write(tmp_path, cpu_dot_max=quota)) == (cores or everything)


def tool(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    path = folder / "nvidia-smi"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")


def test_accelerators_are_read_from_the_drivers_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool(tmp_path, monkeypatch, "echo 'NVIDIA A10, 23028'; echo 'Odd, [N/A]'")
    assert probe.find_gpus() == (probe.Gpu("NVIDIA A10", 23028 * 2**20),)


def test_a_driver_that_fails_means_no_accelerator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool(tmp_path, monkeypatch, "exit 9")
    assert probe.find_gpus() == ()


def test_no_tool_means_no_accelerator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert probe.find_gpus() == ()
