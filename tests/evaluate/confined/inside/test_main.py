from __future__ import annotations

from pathlib import Path

from support.sandbox import child


def test_limits_are_taken_on_for_good(tmp_path: Path) -> None:
    printed = child(
        """
        import resource
        from freehold.evaluate.confined.inside.main import limit
        limit({"cpu_s": 3, "memory_mb": 300, "file_mb": 2, "open_files": 20})
        for name in ("CPU", "AS", "FSIZE", "NOFILE", "CORE"):
            print(name, *resource.getrlimit(getattr(resource, f"RLIMIT_{name}")))
        """,
        tmp_path,
    )
    mega = 2**20
    assert printed.split("\n")[:5] == [
        "CPU 3 4",
        f"AS {300 * mega} {300 * mega}",
        f"FSIZE {2 * mega} {2 * mega}",
        "NOFILE 20 20",
        "CORE 0 0",
    ]
