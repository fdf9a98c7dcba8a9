"""``[audit]``: what may be a witness."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from freehold.config.audit import make_audit
from freehold.config.tree import Audit
from freehold.tables.faults import Findings
from support.audit import KEY

FOLDER = Path("/etc/freehold")


def made(**table: Any) -> tuple[Audit, list[str]]:
    findings = Findings()
    return make_audit({"audit": table}, FOLDER, {"HOME": "/home/ada"}, findings), [
        each.message for each in findings.found
    ]


def test_a_log_is_kept_unless_it_is_said_otherwise() -> None:
    assert made() == (Audit(), [])
    assert made(enabled=False) == (Audit(enabled=False), [])


@pytest.mark.parametrize(
    ("witness", "path"),
    [("/mnt/seen.txt", "/mnt/seen.txt"), ("~/seen", "/home/ada/seen"), ("seen.txt", "/etc/freehold/seen.txt")],
)
def test_a_witness_may_be_a_path(witness: str, path: str) -> None:
    assert made(witness=witness, every=5) == (Audit(witness=path, every=5.0), [])


@pytest.mark.parametrize("url", ["https://witness.example/w1", "http://127.0.0.1:8080", "https://w.example:444/a/b/"])
def test_a_witness_may_be_a_service_whose_key_is_known(url: str) -> None:
    vkey = KEY.key.as_cosigner().vkey
    assert made(witness=url, witness_key=vkey) == (Audit(witness=url, witness_key=vkey), [])
    assert made(witness=url)[1] == ["a witness at a URL is known by its key, and none is given"]


@pytest.mark.parametrize(
    "url",
    [
        *("http://witness.example/w1", "ftp://witness.example", "https://", "https://user:pass@w.example"),
        *("https://w.example/?a=b", "https://w.example/#a", "file:///etc/passwd", "https://[::1", "https://w:port"),
    ],
)
def test_any_other_address_is_none(url: str) -> None:
    assert made(witness=url, witness_key=KEY.key.vkey)[1] == ["the witness's address is none that can be used"]


def test_a_key_that_is_none_and_a_key_of_nobody_are_told() -> None:
    assert made(witness="https://w.example", witness_key="nonsense")[1] == ["a verifier key is name+id+key"]
    assert made(witness_key=KEY.key.vkey)[1] == ["a witness's key, and no witness"]


@pytest.mark.parametrize("every", [0, 0.5, 86_401, float("nan")])
def test_a_cadence_out_of_range_is_told(every: float) -> None:
    assert made(every=every)[1] == [f"every is {every:g}"]
