from __future__ import annotations

from pathlib import Path

import pytest

from support.sandbox import child

PROGRAM = """
    import ctypes, os, sys
    from freehold.evaluate.confined.inside import landlock
    libc = ctypes.CDLL(None, use_errno=True)
    here = sys.argv[1]
    libc.prctl(38, 1, 0, 0, 0)
    print("held" if landlock.restrict(libc, writable=here + "/mine", readable=[here + "/read", "/nowhere"]) else "none")
    def tried(name, mode):
        try:
            open(os.path.join(here, name), mode).close()
            return "yes"
        except OSError:
            return "no"
    print(tried("read/a", "r"), tried("read/a", "a"), tried("mine/a", "w"), tried("mine/a", "r"), tried("other/a", "r"))
"""


def test_only_what_is_named_is_opened(tmp_path: Path) -> None:
    for name in ("read", "mine", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text("x")
    printed = child(PROGRAM, tmp_path).split()
    if printed[0] != "held":
        pytest.skip("this kernel has no Landlock")
    assert printed == ["held", "yes", "no", "yes", "yes", "no"]
