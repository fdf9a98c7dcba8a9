"""``[guards]``, ``[[guard]]`` and ``[[declassify]]``: what guards look for, and what becomes of what they find."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from freehold.catalog.words import mend_for
from freehold.config.labels import make_label
from freehold.config.schema import DeclassifyTable, GuardsTable, GuardTable
from freehold.core.guards import Declassifier, GuardRule, Guards
from freehold.core.label import Label
from freehold.core.target import Target
from freehold.tables.faults import Findings
from freehold.tables.lines import Path
from freehold.tables.read import read, read_plain, rows_of

_UNTRUSTED = "untrusted"
_PACKAGES = {"presidio": "presidio_analyzer", "gliner": "gliner"}
"""The ways to find names that need a package, each with the module that it has."""


def make_guards(
    document: Mapping[str, Any],
    *,
    targets: Sequence[Target],
    named: Collection[str],
    tags: frozenset[str] | None,
    findings: Findings,
) -> Guards:
    """The three tables as one; `named` are the names of targets, those of targets at fault among them.

    What is at fault is found, and stands at its default or is left out.
    """
    table = read_plain(GuardsTable, document.get("guards", {}), ("guards",), findings)
    default = Guards()
    labels = {
        name: make_label(getattr(table, name), tags, ("guards", name), findings) or getattr(default, name)
        for name in ("personal_data", "secrets")
    }
    _check_names(table.names, targets, named, findings)
    rules, forbidden = _rules(document, tags, findings)
    return Guards(
        mode=table.mode,
        injection=table.injection,
        tool_results=table.tool_results,
        confidence=float(table.confidence),
        names=table.names,
        replies_days=table.replies_days,
        pseudonyms_hours=table.pseudonyms_hours,
        rules=rules,
        forbidden_tools=forbidden,
        declassifiers=tuple(_declassifiers(document, named, findings)),
        **labels,
    )


def _check_names(said: str, targets: Sequence[Target], named: Collection[str], findings: Findings) -> None:
    place = ("guards", "names")
    if said == "off":
        return
    if said in _PACKAGES:
        if find_spec(_PACKAGES[said]) is None:
            findings.add(place, f"names = {said!r} needs a package that is not installed", f"pip install {said}")
        return
    if said not in named:
        message = f"names is {said!r}, which is no way to find names"
        findings.add(place, message, mend_for(said, {"off", *_PACKAGES, *named}))
        return
    target = next((target for target in targets if target.name == said), None)
    if target is not None and not target.owned:
        message = f"{said!r} is not owned, and whoever looks for names sees them"
        findings.add(place, message, "name a target that is owned")


def _rules(
    document: Mapping[str, Any], tags: frozenset[str] | None, findings: Findings
) -> tuple[tuple[GuardRule, ...], tuple[str, ...]]:
    """The rules in the order of the file, and the tools that are forbidden beside text that nobody vouches for."""
    rules: list[GuardRule] = []
    forbidden: dict[str, None] = {}
    for index, raw in enumerate(rows_of(document, "guard", findings)):
        place = ("guard", index)
        table = read(GuardTable, raw, place, findings)
        if table is None:
            continue
        if table.find == _UNTRUSTED:
            _check_forbidding(table, place, findings)
            forbidden.update(dict.fromkeys(table.forbid_tools))
        elif (rule := _rule(table, tags, place, findings)) is not None:
            rules.append(rule)
    return tuple(rules), tuple(forbidden)


def _rule(table: GuardTable, tags: frozenset[str] | None, place: Path, findings: Findings) -> GuardRule | None:
    before = len(findings.found)
    choices = _findable()
    if table.find == "injection":
        mend = 'set [guards] injection, or find = "untrusted"'
        findings.add((*place, "find"), "what reads like instructions has a setting of its own", mend)
    elif table.find not in choices:
        findings.add((*place, "find"), f"nothing is found as {table.find!r}", mend_for(table.find, choices))
    if table.forbid_tools:
        findings.add((*place, "forbid_tools"), "forbid_tools belongs to what is untrusted", 'set find = "untrusted"')
    if table.find == "schema" and (table.on != "output" or table.action not in {"refuse", "record"}):
        mend = 'set on = "output", and action = "refuse" or "record"'
        findings.add((*place, "find"), "a schema is broken by answers alone, and neither raises nor is redacted", mend)
    if table.action is None:
        findings.add(place, "this [[guard]] has no 'action'", "add action = ...")
        return None
    label: Label | None = None
    if table.label is not None:
        if table.action != "raise":
            mend = 'leave it out, or set action = "raise"'
            findings.add((*place, "label"), f"{table.action} takes no label", mend)
        label = make_label(table.label, tags, (*place, "label"), findings)
    return None if len(findings.found) > before else GuardRule(table.find, table.on, table.action, label)


def _check_forbidding(table: GuardTable, place: Path, findings: Findings) -> None:
    for name in ("action", "label"):
        if getattr(table, name) is not None:
            findings.add((*place, name), f"what is untrusted takes no {name!r}", "leave it out")
    if not table.forbid_tools:
        message = "nothing is forbidden beside what is untrusted"
        findings.add(place, message, 'name tools, as in forbid_tools = ["send_email"]')


def _declassifiers(document: Mapping[str, Any], named: Collection[str], findings: Findings) -> Iterator[Declassifier]:
    seen: set[tuple[str, str]] = set()
    for index, raw in enumerate(rows_of(document, "declassify", findings)):
        place = ("declassify", index)
        table = read(DeclassifyTable, raw, place, findings)
        if table is None:
            continue
        for number, name in enumerate(table.targets):
            where = (*place, "for", number)
            if name not in named:
                findings.add(where, f"declassify names an unknown target {name!r}", mend_for(name, named))
            elif (table.when, name) in seen:
                findings.add(where, f"{table.when} is taken out for {name!r} already", "leave one out")
            seen.add((table.when, name))
        yield Declassifier(table.when, table.targets, table.by)


def _findable() -> set[str]:
    """All that a rule may name."""
    # Here, because the tables of what can be found are long, and most configurations name none of it.
    from freehold.guards import names, personal, secrets  # noqa: PLC0415

    families = {"personal-data", "secrets", "schema", _UNTRUSTED}
    return families | {*personal.KINDS, *names.NAMED, *secrets.KINDS}
