from __future__ import annotations

import sys
from pathlib import Path

import pytest

from freehold.evaluate.confined.inside import layers
from support.sandbox import child


@pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")
def test_no_capability_is_left(tmp_path: Path) -> None:
    printed = child(
        """
        import sys
        from freehold.evaluate.confined.inside import layers
        status = open("/proc/self/status")
        held = layers.confine(sys.argv[1], None)
        lines = [line.split() for line in status]
        print({line[0]: line[1] for line in lines if line[0] in ("CapEff:", "CapPrm:", "NoNewPrivs:")})
        print(sorted(held))
        """,
        tmp_path,
    )
    assert "'CapPrm:': '0000000000000000', 'CapEff:': '0000000000000000', 'NoNewPrivs:': '1'" in printed
    assert "['files', 'network', 'processes', 'user']" in printed


def test_elsewhere_every_layer_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers.platform, "machine", lambda: "vax")
    assert set(layers.confine("/", None).values()) == {""}
