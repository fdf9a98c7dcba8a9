"""What of the ledger is meant: a span of time, and whose requests."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import msgspec


class Span(msgspec.Struct, frozen=True):
    """From when, included, until when, not included; `None`: from the first, until the last. `tz`: where days begin."""

    since: datetime | None = None
    until: datetime | None = None
    tz: tzinfo = UTC


class Only(msgspec.Struct, frozen=True):
    """Whose usage is wanted: of all that is given, each must fit. `key` is an id."""

    key: str | None = None
    team: str | None = None
    model: str | None = None
    label: str | None = None
    route: str | None = None

    @property
    def given(self) -> dict[str, str]:
        """What is given, by the name of its dimension."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value is not None}


ALL = Only()
EVER = Span()
