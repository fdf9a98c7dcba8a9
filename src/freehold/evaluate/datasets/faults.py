"""What is wrong with a file, told row by row and all at once."""

from __future__ import annotations

from freehold.core.errors import BadRequest

MOST_FAULTS = 100
"""After so many, reading ends: a file with more is wrong as a whole."""
_SHOWN = 20


class RowFault(Exception):
    """One row cannot be taken; the text says why, and ends with the mend."""


class BadRows(BadRequest):
    """Rows cannot be taken, and so the file is not: `faults` are where each is and what is wrong with it."""

    def __init__(self, message: str, faults: tuple[tuple[str, str], ...]) -> None:
        super().__init__(message, param="file")
        self.faults = faults


class Faults:
    """Gathers what is wrong with the rows of a file."""

    def __init__(self) -> None:
        self._found: list[tuple[str, str]] = []

    def add(self, where: str, message: str) -> None:
        """Note that a row, such as ``line 4``, cannot be taken. Raises `BadRows` once there are `MOST_FAULTS`."""
        self._found.append((where, message))
        if len(self._found) >= MOST_FAULTS:
            self.check(ended=True)

    def check(self, *, ended: bool = False) -> None:
        """Raises `BadRows` if anything is wrong. `ended`: what follows was not looked at."""
        if not self._found:
            return
        count = f"{len(self._found)} or more" if ended else str(len(self._found))
        rows = "row" if count == "1" else "rows"
        shown = [f"{where}: {message}" for where, message in self._found[:_SHOWN]]
        more = len(self._found) - len(shown)
        rest = [f"and {more} more{', and perhaps others after them' if ended else ''}"] if more else []
        told = "\n  ".join([f"{count} {rows} cannot be taken, so nothing of the file was:", *shown, *rest])
        raise BadRows(told, tuple(self._found))
