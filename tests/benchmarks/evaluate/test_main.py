"""The command takes measures that there are."""

from __future__ import annotations

import importlib

import pytest

from benchmarks.evaluate.__main__ import MEASURES, main


def test_each_measure_is_a_module_that_runs():
    for name in MEASURES:
        assert callable(importlib.import_module(f"benchmarks.evaluate.{name}").run)


def test_a_measure_that_there_is_not_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--only", "nonsense"])
    assert "choose from" in capsys.readouterr().err
