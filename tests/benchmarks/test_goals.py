"""Measures are taken as asked for, and a row is printed beside its goal as soon as it is there."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.goals import Row, command


def speed(options: argparse.Namespace) -> Iterator[Row]:
    yield ("speed", options.data.name, 0.5, 0.4)


def size(options: argparse.Namespace) -> Iterator[Row]:
    yield ("size", "first", 1.0, 2.0)
    (options.data / "corpus").read_bytes()
    yield ("size", "second", 3.0, 4.0)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[list[str]]:
    assert command(argparse.ArgumentParser(), {"speed": speed, "size": size}, arguments) == 0
    return [line.split() for line in capsys.readouterr().out.splitlines()]


def test_all_measures_are_taken_unless_some_are_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "corpus").touch()
    where = ("--data", str(tmp_path))
    head, row, *more = printed(capsys, *where)
    assert head == ["measure", "method", "value", "goal"]
    assert row == ["speed", tmp_path.name, "0.500", "0.400"]
    assert [each[:2] for each in more] == [["size", "first"], ["size", "second"]]
    assert [each[0] for each in printed(capsys, *where, "--only", "size,speed")[1:]] == ["size", "size", "speed"]


def test_what_came_before_data_was_missed_is_printed_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, first, skipped, row = printed(capsys, "--data", str(tmp_path), "--only", "size,speed")
    assert first[:2] == ["size", "first"]
    assert " ".join(skipped).startswith(f"size: skipped, {tmp_path / 'corpus'} is not there")
    assert row[0] == "speed"


def test_an_unknown_measure_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        printed(capsys, "--only", "speed,luck")
    assert "luck: choose from speed, size" in capsys.readouterr().err
