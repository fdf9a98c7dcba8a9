"""What a disk that takes no more means to who sends something, and to who runs Freehold."""

from __future__ import annotations

import errno
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from freehold.core.errors import Unavailable

_LOG = logging.getLogger(__name__)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextmanager
def kept(directory: Path) -> Iterator[None]:
    """While an upload is written below `directory`: an `OSError` becomes `Unavailable` with the mend.

    The log gets it as one line, since the whole of the story is that line.
    """
    try:
        yield
    except OSError as error:
        said = f"the upload cannot be kept: {why(error, directory)}"
        _LOG.warning("%s", said)
        raise Unavailable(said) from error


def is_full(error: BaseException) -> bool:
    """Whether the disk, or the user's share of it, has no room."""
    return isinstance(error, OSError) and error.errno in _FULL


def why(error: OSError, directory: Path) -> str:
    """What is wrong with the disk of `directory`, and the mend."""
    if is_full(error):
        free = ""
        with suppress(OSError):
            free = f" ({shutil.disk_usage(directory).free // 2**20} MB are free)"
        return f"the disk of the data directory is full{free}; free some space and send it again"
    return f"{error.strerror or error}; check the data directory's owner and disk"
