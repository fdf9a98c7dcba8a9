"""What a GPU can do, by its makers' data sheets: one row each, with its date and source."""

from __future__ import annotations

import msgspec


class Gpu(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One accelerator, or one machine whose memory a model shares with its processor."""

    name: str
    """As the field writes it: ``H100 SXM``, ``RTX 4090``, ``Apple M2 Ultra``."""
    aliases: tuple[str, ...] = ()
    """Other spellings; case, spaces, hyphens and underscores do not matter."""
    kind: str = "gpu"
    """``gpu``, ``apple`` (unified memory) or ``cpu``."""
    memory_gib: float
    bandwidth_gbs: float
    """Of its memory, 10^9 bytes a second."""
    tflops: dict[str, float]
    """Dense, 10^12 operations a second, by type: ``bf16``, ``fp8``, ``int8``, ``fp4``. None given: it lacks it."""
    link_gbs: float
    """To its neighbours in one machine, one direction, 10^9 bytes a second."""
    watts: float
    """The board's power limit."""
    released: str = ""
    """Year and month."""
    date: str
    """When this row was read: ISO."""
    source: str
