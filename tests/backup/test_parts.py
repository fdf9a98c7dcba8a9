from __future__ import annotations

import pytest

from freehold.backup.parts import is_part, is_top


@pytest.mark.parametrize(
    "name",
    [
        "freehold.db",
        "audit.key",
        "configuration.toml",
        "audit/checkpoint",
        "audit/tile/entries/x001/067.p/3",
        "audit/tile/0/000",
        "knowledge/jobs.db",
        "knowledge/library/library.db",
        "knowledge/library/vectors-12.f32",
        f"knowledge/incoming/{'a' * 64}",
        f"files/file-{'0' * 24}.json",
        f"files/file-{'0' * 24}.bin",
    ],
)
def test_what_freehold_keeps_is_a_part(name: str) -> None:
    assert is_part(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../freehold.db",
        "/freehold.db",
        "./freehold.db",
        "freehold.db/",
        "freehold.db\n",
        "Freehold.db",
        "a/b.key",
        ".key",
        "\u0430udit.key",
        "models/x.gguf",
        "instance.lock",
        "audit",
        "audit/",
        "audit/../freehold.db",
        "audit/tile/0/../000",
        "audit/tile/0/000.p/999",
        "audit//checkpoint",
        "files/file-../x.bin",
        f"files/../file-{'0' * 24}.bin",
        "knowledge/library/vectors-١.f32",
        f"knowledge/incoming/{'A' * 64}",
    ],
)
def test_nothing_else_is(name: str) -> None:
    assert not is_part(name)


def test_only_what_a_backup_holds_stands_in_its_way() -> None:
    stands = {"freehold.db", "freehold.db-wal", "audit", "audit.key", "files", "knowledge", "configuration.toml"}
    assert all(is_top(name) for name in stands)
    assert not any(is_top(name) for name in ("models", "logs", "instance.lock", ".restoring-x", "before-restore-1"))
