"""What every part of a scenario is read with: where faults and notes go, the currencies, the catalog, the day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path as File

from freehold.catalog.offers import Catalog
from freehold.plan.currency import Currencies
from freehold.plan.defaults.field import Assumed
from freehold.tables.faults import Findings
from freehold.tables.lines import Path


@dataclass
class Book:
    """Made once for a scenario, filled as its tables are read."""

    findings: Findings
    today: datetime.date
    folder: File | None
    """Where files that the scenario names are looked for; `None`: it may name none."""
    catalog: Catalog
    """With the scenario's own rows in front, once they are read."""
    currencies: Currencies = field(default_factory=Currencies)
    kept_home: Assumed | None = None
    """The share that cascades kept at home, where the ledger knows one."""
    told: set[tuple[Path, str]] = field(default_factory=set)
    """Places at fault, and what is said of each."""
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    """What makes a plan worth little while it is so: told before its answer."""

    def note(self, sentence: str) -> None:
        """Something that the reader of the plan would want to know, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)
