"""Ways to break Freehold on purpose, each of which the leak test has to notice."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from unittest import mock

from freehold.core.label import Label
from freehold.guards.pseudonyms import Pseudonymiser
from freehold.guards.redact import redacting_view


class _Open:
    """A view that takes nothing out, under the label of one that does."""

    def __init__(self, view: Any) -> None:
        self.label = view.label
        self.by = view.by

    def request(self, request: Any) -> Any:
        """The request as it is."""
        return request

    def restore(self, events: Any) -> Any:
        """The events as they are."""
        return events


@contextlib.contextmanager
def _open_views() -> Iterator[None]:
    makes = Pseudonymiser.view

    async def made(self: Any, *arguments: Any, **more: Any) -> Any:
        view = await makes(self, *arguments, **more)
        return None if view is None else _Open(view)

    def redacted(*arguments: Any, **more: Any) -> Any:
        view = redacting_view(*arguments, **more)
        return None if view is None else _Open(view)

    with mock.patch("freehold.gateway.veil.redacting_view", redacted), mock.patch.object(Pseudonymiser, "view", made):
        yield


async def _nothing(_scanner: Any, _request: Any) -> list[Any]:
    return []


def _itself(label: Label, _other: Label) -> Label:
    return label


SABOTAGES: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "flow": lambda: mock.patch.object(Label, "flows_to", return_value=True),
    "join": lambda: mock.patch.object(Label, "join", _itself),
    "guards": lambda: mock.patch("freehold.guards.scan.Scanner.scan_later", _nothing),
    "replies": lambda: mock.patch("freehold.gateway.taint.digests_in", return_value=set()),
    "views": _open_views,
}
"""The rule of flow, the join of labels, what guards find, the memory of answers, and what views take out."""
