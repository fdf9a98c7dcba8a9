"""A short name for what a configuration allows, by its content."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from freehold.catalog.promises import NOTHING, Standing
from freehold.config.tree import Policy, Route
from freehold.core.guards import Guards
from freehold.core.target import Secret, Target


def revision_of(
    policy: Policy,
    targets: Sequence[Target],
    routes: Sequence[Route],
    guards: Guards,
    standing: Standing = NOTHING,
) -> str:
    """Twelve hex digits. Comments, order of keys and defaults written out do not change it; secrets are not in it.

    `standing` is what evaluation has put in force beside the file.
    """
    content = {"policy": policy, "targets": list(targets), "routes": list(routes), "guards": guards}
    if standing != NOTHING:
        content["standing"] = standing
    data = msgspec.json.encode(content, enc_hook=_hide, order="deterministic")
    return hashlib.sha256(data).hexdigest()[:12]


def _hide(value: object) -> object:
    if isinstance(value, Secret):
        return None
    raise NotImplementedError(f"{type(value).__name__} has no place in a revision")
