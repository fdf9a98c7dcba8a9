"""Which provider asks a target: by its kind, as its catalog row says."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager

from freehold.core.ports import Events, Provider
from freehold.core.record import Attempt
from freehold.core.request import AnyRequest
from freehold.core.target import Target


class ByKind:
    """A provider that hands each target to the one for its kind. Itself a `core.ports.Provider`."""

    def __init__(self, built_in: Mapping[str, Provider], *, local: Provider, other: Provider) -> None:
        """`built_in`, by catalog row, need no address; `local` serves targets of our own engines; `other` the rest."""
        self._built_in = built_in
        self._local = local
        self._other = other

    def __call__(self, target: Target, request: AnyRequest, attempt: Attempt) -> AbstractAsyncContextManager[Events]:
        if target.engine is not None:
            return self._local(target, request, attempt)
        return self._built_in.get(target.provider, self._other)(target, request, attempt)
