"""The models of our own engines, looked for before anything is started: a file that cannot be served is a fault."""

from __future__ import annotations

from pathlib import Path

from freehold.core.errors import SetupError
from freehold.core.target import Target
from freehold.engines.metadata import check_beginning, read_metadata
from freehold.engines.weights import HubRef, locate
from freehold.tables.faults import Findings
from freehold.tables.lines import Path as Place


def models_folder(data_dir: Path) -> Path:
    """Where models from the hub are kept."""
    return data_dir / "models"


def check_weights(target: Target, models: Path, place: Place, findings: Findings) -> None:
    """Find what cannot be a model: no file, one that is not GGUF, a reference without sense.

    One of the hub that has not been fetched is no fault, for it may be fetched later; see `warn_of_weights`.
    """
    try:
        if not _is_to_be_fetched(target.model, models):
            check_beginning(locate(target.model, models))
    except (SetupError, OSError) as error:
        _add(error, target, place, findings)


def warn_of_weights(target: Target, models: Path, place: Place, warnings: Findings) -> None:
    """Find what keeps a model from answering, yet nothing else from starting: not fetched, or cut short."""
    try:
        read_metadata(locate(target.model, models))
    except (SetupError, OSError) as error:
        _add(error, target, place, warnings)


def _is_to_be_fetched(model: str, models: Path) -> bool:
    """Whether it is of the hub and not here yet; raises `SetupError` for a reference that names no model."""
    if not model.startswith("hf:"):
        return False
    HubRef.parse(model)
    try:
        locate(model, models)
    except SetupError:
        return True
    return False


def _add(error: SetupError | OSError, target: Target, place: Place, findings: Findings) -> None:
    if isinstance(error, OSError):
        message, mend = f"cannot look for {target.model}: {error.strerror}", "check the path and its permissions"
    else:
        message, _, mend = str(error).rpartition("; ")  # The text of such an error ends with the mend.
    findings.add((*place, "model"), message, mend)
