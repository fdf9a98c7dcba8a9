"""What was decided about guards: what raises a label to what, what is refused or taken out, and for which targets.

Words alone; `freehold.policy.guarding` says what follows from them.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from freehold.core.finding import Family, Finding
from freehold.core.label import Label, Level

Side = Literal["input", "output"]
Action = Literal["raise", "redact", "refuse", "record"]
Untrusted = Literal["mark", "drop", "refuse", "owned", "record"]
Delimited = Literal["suspect", "all"]
Mode = Literal["enforce", "record", "off"]
Declassified = Literal["personal-data", "secrets"]


class GuardRule(msgspec.Struct, frozen=True):
    """What is to be different for a family or a kind, on the way in or on the way out."""

    find: str
    on: Side = "input"
    action: Action = "raise"
    label: Label | None = None
    """What ``raise`` raises to; `None`: what the family raises to."""

    def fits(self, finding: Finding, on: Side) -> bool:
        """Whether it speaks of this finding."""
        return self.on == on and self.find in {finding.span.family, finding.span.kind}


class Declassifier(msgspec.Struct, frozen=True):
    """Takes out what guards found of a family, for some targets; for those the label then falls back."""

    when: Declassified
    targets: tuple[str, ...]
    by: Literal["pseudonymise", "redact"] = "pseudonymise"


class Guards(msgspec.Struct, frozen=True):
    """All that was decided about guards. `rules`: the first that fits a finding holds."""

    mode: Mode = "enforce"
    personal_data: Label = Label(Level.CONFIDENTIAL)
    secrets: Label = Label(Level.RESTRICTED)
    injection: Untrusted = "mark"
    """Of passages and tool results that read like instructions."""
    tool_results: Delimited = "suspect"
    """Which results of tools are delimited as data."""
    confidence: float = 0.5
    names: str = "off"
    """Who finds names: ``off``, ``presidio``, ``gliner``, or the name of an owned target."""
    replies_days: int = 90
    pseudonyms_hours: int = 0
    rules: tuple[GuardRule, ...] = ()
    forbidden_tools: tuple[str, ...] = ()
    """Not to be called while the context holds text that nobody vouches for."""
    declassifiers: tuple[Declassifier, ...] = ()

    def acts(self, on: Side, action: Action, *, family: Family | None = None) -> bool:
        """Whether some rule takes this action on this side, in force or in a dry run; of one family, where named."""
        return bool(self.rules) and any(
            rule.on == on and rule.action == action and (family is None or rule.find == family) for rule in self.rules
        )


OFF = Guards(mode="off")
