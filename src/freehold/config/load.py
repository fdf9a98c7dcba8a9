"""From a file and an environment to a `Config`, or to everything that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from freehold.catalog.implied import implied_targets
from freehold.catalog.rows import TargetRow
from freehold.catalog.targets import Place, Surroundings, make_target
from freehold.catalog.words import mend_for, nearest
from freehold.config.audit import make_audit
from freehold.config.environ import overlay
from freehold.config.guards import make_guards
from freehold.config.limits import make_limits
from freehold.config.retention import make_retention
from freehold.config.revision import revision_of
from freehold.config.routes import AUTO, check_names, default_route, make_route
from freehold.config.schema import ARRAYS, PLAIN, RouteTable
from freehold.config.sections import make_discover, make_knowledge, make_ledger, make_policy, make_server, policy_tags
from freehold.config.telemetry import make_telemetry
from freehold.config.tree import Config, Discover, Route, Server
from freehold.config.watch import make_watch
from freehold.config.weights import check_weights, models_folder
from freehold.core.target import Target
from freehold.tables.document import read_document
from freehold.tables.faults import ConfigFaults, Findings
from freehold.tables.read import read, rows_of, sound

_ANSWERS = frozenset({"engine", "provider", "base_url"})
_FOUNDATIONS = _ANSWERS | {"name", "model", "dialect", "api_key", "profile"}
"""The keys of a target that what is said of its others depends on."""
_ROW_KEYS = TargetRow.__struct_encode_fields__


def load(path: Path | None, env: Mapping[str, str], *, overrides: Mapping[str, str] | None = None) -> Config:
    """Read the configuration; with no path, that of a machine where nothing is configured.

    `overrides` are settings of the command line, as in ``{"server.port": "9000"}``; they win over the environment, and
    that wins over the file. Raises `ConfigFaults` with every fault there is.

    >>> load(None, {"HOME": "/home/ada"}).server.port
    8080
    """
    document, findings = read_document(path) if path else ({}, Findings())
    config = build(document, path, env, overrides or {}, findings)
    if findings.found:
        raise ConfigFaults(findings.sorted())
    return config


def build(
    document: Mapping[str, Any],
    path: Path | None,
    env: Mapping[str, str],
    overrides: Mapping[str, str],
    findings: Findings,
) -> Config:
    """The configuration of a decoded document. What is wrong goes into `findings` and not into it."""
    merged = overlay(document, env, overrides, findings)
    known = (*PLAIN, *ARRAYS)
    for key in merged.keys() - set(known):
        findings.add((key,), f"{key!r} is not a table of this file", mend_for(key, known))
    server = make_server(merged, env, findings)
    policy = make_policy(merged, findings)
    explicit = bool(merged.get("target"))
    discover = make_discover(merged, findings, explicit=explicit)
    around = Surroundings(env, path.parent if path else Path(), policy.tags)
    targets = _targets(merged, around, findings)
    _weights(merged, targets, server, findings)
    if not explicit:
        targets = _implied(around, discover, findings)
    # A target at fault has been reported; what names it is not at fault for that.
    named = {target.name for target in targets} | _names(merged)
    routes = _routes(merged, named, findings)
    ledger = make_ledger(merged, named, findings)
    knowledge = make_knowledge(merged, named, {AUTO, *(route.name for route in routes)}, findings)
    guards = make_guards(merged, targets=targets, named=named, tags=policy_tags(merged, policy.tags), findings=findings)
    retention = make_retention(merged, tags=policy_tags(merged, policy.tags), findings=findings)
    audit = make_audit(merged, path.parent if path else Path(), env, findings)
    telemetry = make_telemetry(
        merged, server, policy_tags(merged, policy.tags), path.parent if path else Path(), env, findings
    )
    limits = make_limits(merged, findings)
    watch = make_watch(merged, named, findings)
    auto = None if AUTO in named | {route.name for route in routes} else default_route(targets)
    routes = (*routes, auto) if auto else routes
    revision = revision_of(policy, targets, routes, guards)
    return Config(
        server,
        policy,
        ledger,
        discover,
        targets,
        routes,
        revision,
        path,
        auto_is_implied=auto is not None,
        knowledge=knowledge,
        guards=guards,
        audit=audit,
        telemetry=telemetry,
        retention=retention,
        limits=limits,
        watch=watch,
    )


def places_of(document: Mapping[str, Any], key: str) -> dict[str, Place]:
    """Where each named row of an array of tables stands."""
    rows = rows_of(document, key, Findings())
    names = [row.get("name") if isinstance(row, dict) else None for row in rows]
    return {name: (key, index) for index, name in enumerate(names) if isinstance(name, str)}


def _targets(document: Mapping[str, Any], around: Surroundings, findings: Findings) -> tuple[Target, ...]:
    targets: dict[str, Target] = {}
    for index, raw in enumerate(rows_of(document, "target", findings)):
        row = read(TargetRow, raw, ("target", index), findings)
        if row is None:
            if (rest := _rest(raw)) is not None:
                _target(rest, index, around, findings)  # for its faults alone
            continue
        if row.name in targets:
            findings.add(("target", index, "name"), f"two targets are named {row.name!r}", "rename one")
        target = _target(row, index, around, findings)
        if target is not None:
            targets.setdefault(row.name, target)
    return tuple(targets.values())


def _rest(raw: object) -> TargetRow | None:
    """What can still be looked into of a row at fault; `None` where more faults might only follow from those told."""
    values = sound(TargetRow, raw)
    faulty = {nearest(key, _ROW_KEYS) for key in raw if key not in values} if isinstance(raw, Mapping) else set()
    if _FOUNDATIONS & faulty or "name" not in values or not _ANSWERS & values.keys():
        return None
    return TargetRow(**values)


def _target(row: TargetRow, index: int, around: Surroundings, findings: Findings) -> Target | None:
    def report(place: Place, message: str, mend: str) -> None:
        findings.add(("target", index, *place), message, mend)

    return make_target(row, around, report)


def _weights(document: Mapping[str, Any], targets: Sequence[Target], server: Server, findings: Findings) -> None:
    places = places_of(document, "target")
    for target in targets:
        if target.engine is not None:
            check_weights(target, models_folder(server.data_dir), places[target.name], findings)


def _implied(around: Surroundings, discover: Discover, findings: Findings) -> tuple[Target, ...]:
    if not discover.keys:
        around = msgspec.structs.replace(around, env={})
    return implied_targets(around, lambda _place, message, mend: findings.outside(message, mend))


def _routes(document: Mapping[str, Any], named: set[str], findings: Findings) -> tuple[Route, ...]:
    routes: dict[str, Route] = {}
    for index, raw in enumerate(rows_of(document, "route", findings)):
        place = ("route", index)
        table = read(RouteTable, raw, place, findings)
        if table is None:
            check_names(sound(RouteTable, raw), named, place, findings)
            continue
        if table.name in routes or table.name in named:
            kind = "route" if table.name in routes else "target"
            findings.add((*place, "name"), f"another {kind} is named {table.name!r}", "rename one")
        route = make_route(table, named, place, findings)
        if route is not None:
            routes.setdefault(route.name, route)
    return tuple(routes.values())


def _names(document: Mapping[str, Any]) -> set[str]:
    rows = document.get("target", [])
    names = [row.get("name") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {name for name in names if isinstance(name, str)}
