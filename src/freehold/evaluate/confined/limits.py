"""How much a run of a model's code may take."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """Of one run. What goes beyond them ends it, and it counts as failed."""

    cpu_s: int = 5
    wall_s: float = 10.0
    memory_mb: int = 512
    """Of address space."""
    file_mb: int = 16
    """Of any one file."""
    disk_mb: int = 64
    """Of its folder together, looked at several times a second."""
    open_files: int = 64
    output_kb: int = 64
    """Of what it prints that is kept; the rest is read and dropped."""
    weaker: bool = False
    """Run it too where the system cannot confine network, files or processes. Off: then it is not run, and says why."""

    @property
    def named(self) -> str:
        """What a verdict may depend on."""
        return f"{self.cpu_s}s,{self.wall_s:g}s,{self.memory_mb}MB,{self.file_mb}MB,{self.open_files}"
