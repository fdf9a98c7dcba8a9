"""What becomes of what guards find: which findings raise a label, are taken out, refused, or only written down.

Pure: findings and rules in, a `Ruling` out. The stages of the gateway carry it out. A finding below the configured
confidence is recorded and changes nothing; in a dry run every finding is, and its action says what it would have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from freehold.core.finding import Family, Finding
from freehold.core.guards import GuardRule, Guards, Side
from freehold.core.label import Label, Source, join_all
from freehold.core.target import Target

GUARDED = "guard"
"""The rule by which guards leave targets out of a permit."""

DRY = "would "
"""Begins the action of a finding in a dry run."""


class Ruling(msgspec.Struct, frozen=True):
    """What is to be done. `findings` are all that came in, each with its action."""

    findings: tuple[Finding, ...] = ()
    sources: tuple[Source, ...] = ()
    """What joins the label, a source a kind."""
    redacted: tuple[Finding, ...] = ()
    refused: tuple[Finding, ...] = ()


NOTHING = Ruling()


def rule_on(findings: Iterable[Finding], guards: Guards, on: Side = "input") -> Ruling:
    """What becomes of findings of personal data, secrets and broken schemas, on one side."""
    settled = tuple(_settled(finding, guards, on) for finding in findings)
    if not settled:
        return NOTHING
    return Ruling(
        settled,
        _sources(settled, guards, on),
        tuple(finding for finding in settled if finding.action == "redact"),
        tuple(finding for finding in settled if finding.action == "refuse"),
    )


def rule_on_untrusted(findings: Iterable[Finding], guards: Guards) -> tuple[Finding, ...]:
    """Findings of injections with what becomes of the texts they stand in."""
    return tuple(_with(finding, _tempered(finding, guards.injection, guards)) for finding in findings)


def _settled(finding: Finding, guards: Guards, on: Side) -> Finding:
    rule = _rule(finding, guards, on)
    action = rule.action if rule is not None else "record" if finding.span.family == "schema" else "raise"
    return _with(finding, _tempered(finding, action, guards))


def _tempered(finding: Finding, action: str, guards: Guards) -> str:
    if action == "record" or finding.span.confidence < guards.confidence:
        return "record"
    return f"{DRY}{action}" if guards.mode == "record" else action


def _with(finding: Finding, action: str) -> Finding:
    return Finding(finding.where, finding.span, action)


def _rule(finding: Finding, guards: Guards, on: Side) -> GuardRule | None:
    return next((rule for rule in guards.rules if rule.fits(finding, on)), None)


def _sources(settled: Sequence[Finding], guards: Guards, on: Side) -> tuple[Source, ...]:
    """One source for each kind that raises, in the order found; it names the kind and none of the words."""
    made: dict[Source, None] = {}
    for finding in settled:
        if finding.action == "raise":
            span, rule = finding.span, _rule(finding, guards, on)
            label = rule.label if rule is not None and rule.label is not None else _label(span.family, guards)
            made[Source(f"{span.family}: {span.kind}", label, span.family)] = None
    return tuple(made)


def _label(family: Family, guards: Guards) -> Label:
    return guards.secrets if family == "secrets" else guards.personal_data


def ceiling(guards: Guards) -> Label:
    """The highest label that anything found may raise to."""
    labels = [rule.label for rule in guards.rules if rule.label is not None]
    return join_all([guards.personal_data, guards.secrets, *labels])


class Raised(msgspec.Struct, frozen=True):
    """How guards changed a label: for the decision of who may see it, and for its reasons."""

    sources: tuple[Source, ...] = ()
    """All of the label's sources, where findings brought any."""
    left: Mapping[str, Label] = {}
    """By the name of a target, the label of what it would see once its declassifiers have been at work."""

    def label_for(self, target: Target, label: Label) -> Label:
        """The label of what this target would see of a request labelled `label`."""
        return self.left.get(target.name, label)

    def hint(self, target: Target) -> str:
        """What keeps the request from this target, and whether a declassifier could help; empty without findings."""
        above = [source for source in self.sources if not source.label.flows_to(target.clearance)]
        if not above:
            return ""
        raised = f"raised by {', '.join(dict.fromkeys(source.origin for source in above))}"
        helps = target.name not in self.left and all(source.family is not None for source in above)
        return f"{raised}; a [[declassify]] for {target.name} could take that out" if helps else raised


UNRAISED = Raised()


def raised(sources: Sequence[Source], guards: Guards) -> Raised:
    """What findings did to the label of these sources, and what is left of it for targets that are declassified for.

    A label falls back to the join of the sources that the target's declassifiers leave standing, and no further.
    """
    there = {source.family for source in sources if source.family is not None}
    if not there:
        return UNRAISED
    left = {
        name: join_all(source.label for source in sources if source.family not in families)
        for name, families in families_of(guards).items()
        if families & there
    }
    return Raised(tuple(sources), left)


def works_for(name: str, guards: Guards) -> str:
    """What the declassifiers that serve this target do, in words."""
    return ", ".join(f"{each.by} {each.when}" for each in guards.declassifiers if name in each.targets)


def families_of(guards: Guards) -> dict[str, set[Family | None]]:
    """By the name of a target, the families that are taken out for it."""
    found: dict[str, set[Family | None]] = {}
    for declassifier in guards.declassifiers:
        for name in declassifier.targets:
            found.setdefault(name, set()).add(declassifier.when)
    return found
