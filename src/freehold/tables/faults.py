"""Faults, gathered: a file is read to its end, and everything wrong with it is told at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from freehold.core.errors import ConfigError, SetupError
from freehold.tables.lines import Lines, Path


class ConfigFaults(SetupError):
    """What was written cannot be used. `faults` has each one, in the order of the file."""

    def __init__(self, faults: Sequence[ConfigError]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class Findings:
    """Collects what is wrong, each with its place in the file or the variable it came from."""

    def __init__(self, file: str | None = None, lines: Lines | None = None) -> None:
        self._file = file
        self._lines = lines
        self.variables: Mapping[Path, str] = {}
        """The settings that came from the environment or the command line, and what set them."""
        self.found: list[ConfigError] = []

    def add(self, place: Path, message: str, mend: str = "") -> None:
        """Note a finding at a place in the tree."""
        steps = (place[:end] for end in range(len(place), 0, -1))
        variable = next((self.variables[step] for step in steps if step in self.variables), None)
        if variable is not None:
            self.outside(f"{variable}: {message}", mend)
            return
        line = self._lines.of(place) if self._lines else None
        self.found.append(ConfigError(message, file=self._file, line=line, mend=mend))

    def outside(self, message: str, mend: str = "") -> None:
        """Note a finding about something that does not stand in the file."""
        self.found.append(ConfigError(message, mend=mend))

    def sibling(self) -> Findings:
        """An empty collection that knows the same file."""
        return Findings(self._file, self._lines)

    def sorted(self) -> tuple[ConfigError, ...]:
        """In the order of the file; what has no line comes last."""
        return tuple(sorted(self.found, key=lambda fault: (fault.line is None, fault.line or 0)))
