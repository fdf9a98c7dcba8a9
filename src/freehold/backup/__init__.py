"""One file that holds a whole Freehold, and the way back from it.

A snapshot is taken of the data directory, whether a Freehold runs on it or not; it is written as an archive whose
manifest comes first; restoring reads and checks all of the archive before anything is put in its place. Works on
directories and files alone: it asks no running Freehold, and knows neither HTTP nor the command line.
"""

from __future__ import annotations

from freehold.backup.manifest import Manifest
from freehold.backup.restoration import Restored, restore
from freehold.backup.writer import Written, write

__all__ = ["Manifest", "Restored", "Written", "restore", "write"]
