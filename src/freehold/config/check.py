"""What is wrong with a configuration, and what is merely worth knowing."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from freehold.catalog.address import Reach, reach
from freehold.catalog.keys import is_literal
from freehold.config.load import build, places_of
from freehold.config.tree import Config
from freehold.config.weights import models_folder, warn_of_weights
from freehold.core.errors import ConfigError
from freehold.core.target import Target
from freehold.tables.document import read_document
from freehold.tables.faults import ConfigFaults, Findings
from freehold.tables.read import rows_of


class Report(NamedTuple):
    """Both in the order of the file. With any fault Freehold does not start; with warnings it does."""

    faults: tuple[ConfigError, ...]
    warnings: tuple[ConfigError, ...]


def check(path: Path | None, env: Mapping[str, str], *, overrides: Mapping[str, str] | None = None) -> Report:
    """Examine a configuration as `load` would, without raising for what is wrong with it."""
    try:
        document, findings = read_document(path) if path else ({}, Findings())
    except ConfigFaults as unreadable:
        return Report(unreadable.faults, ())
    warnings = findings.sibling()
    config = build(document, path, env, overrides or {}, findings)
    if path is not None:
        _warn_of_secrets(path, document, warnings)
    _warn_of_targets(config, document, warnings)
    _warn_of_routes(config, document, warnings)
    _warn_of_guards(config, document, warnings)
    _warn_of_telemetry(config, warnings)
    if config.knowledge.ocr and find_spec("rapidocr") is None:
        message = "pages that are only images cannot be read: the packages for it are not installed"
        warnings.add(("knowledge", "ocr"), message, "pip install 'freehold[ocr]'")
    if config.ledger.capture and config.ledger.retention_days == 0:
        warnings.add(("ledger", "retention_days"), "captured text is kept for good", "set retention_days to a limit")
    return Report(findings.sorted(), warnings.sorted())


def _warn_of_secrets(path: Path, document: Mapping[str, Any], warnings: Findings) -> None:
    if not path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        return
    for index, row in enumerate(rows_of(document, "target", Findings())):
        key = row.get("api_key") if isinstance(row, dict) else None
        if isinstance(key, str) and is_literal(key):
            message = "a key stands in a file that other users of this machine can read"
            warnings.add(("target", index, "api_key"), message, f"chmod 600 {path.name}, or use env:NAME or file:PATH")


def _warn_of_targets(config: Config, document: Mapping[str, Any], warnings: Findings) -> None:
    places = places_of(document, "target")
    routed = {name for route in config.routes for name in route.targets}
    for target in config.targets:
        place = places.get(target.name, ())
        if target.price.source == "unknown":
            message = f"the price of {target.name!r} is not known, so its cost is counted as nothing"
            warnings.add((*place, "model"), message, "add price = { input = ..., output = ... }")
        if target.api_key is not None and target.base_url.startswith("http://") and _is_far(target):
            message = f"{target.name!r} is sent its key, and everything else, unencrypted"
            warnings.add((*place, "base_url"), message, "use https://")
        if place and not config.auto_is_implied and target.name not in routed:
            message = f"no route names {target.name!r}; it answers only to its own name"
            warnings.add((*place, "name"), message, "add it to a route, unless that is meant")
        if target.engine is not None:
            warn_of_weights(target, models_folder(config.server.data_dir), place, warnings)


def _is_far(target: Target) -> bool:
    return bool(target.base_url) and reach(target.base_url) is not Reach.HERE


def _warn_of_routes(config: Config, document: Mapping[str, Any], warnings: Findings) -> None:
    places = places_of(document, "route")
    targets = {target.name: target for target in config.targets}
    for route in config.routes:
        place = places.get(route.name, ())
        chosen = [targets[name] for name in route.targets if name in targets]
        if route.flow == "cascade" and route.accept.score == "confidence":
            for target in chosen[:-1]:
                if not target.profile.logprobs:
                    kept = route.accept.unknown == "keep"
                    then = "judges it by structure alone" if kept else "never keeps its answers"
                    message = f"{target.name!r} gives no token probabilities; {route.name!r} {then}"
                    warnings.add((*place, "targets"), message, 'set accept = { score = "agreement" }, or leave it out')
        if not any(config.policy.default_label.flows_to(target.clearance) for target in chosen):
            message = f"no target of {route.name!r} may see data labelled {config.policy.default_label}, the default"
            warnings.add((*place, "targets"), message, "raise a target's clearance, or lower [policy] default_label")


def _warn_of_guards(config: Config, document: Mapping[str, Any], warnings: Findings) -> None:
    guards = config.guards
    if guards.mode == "off" and guards.declassifiers:
        message = "guards are off, so that nothing is declassified"
        warnings.add(("guards", "mode"), message, 'set mode = "enforce", or remove [[declassify]]')
    targets = {target.name: target for target in config.targets}
    for index, row in enumerate(rows_of(document, "declassify", Findings())):
        names = row.get("for", ()) if isinstance(row, dict) else ()
        for number, name in enumerate(names if isinstance(names, list) else ()):
            target = targets.get(name) if isinstance(name, str) else None
            if target is not None and not config.policy.default_label.flows_to(target.clearance):
                message = f"{name!r} may not see {config.policy.default_label}, the default, whatever is taken out"
                warnings.add(("declassify", index, "for", number), message, "raise its clearance, or leave it out")


def _warn_of_telemetry(config: Config, warnings: Findings) -> None:
    """What goes to a collector on the way there, where others can read along."""
    telemetry = config.telemetry
    sent = [url for url in (telemetry.traces_to, telemetry.metrics_to) if url is not None]
    if not any(url.startswith("http://") and reach(url) is not Reach.HERE for url in sent):
        return
    what = [name for name, there in (("prompts", telemetry.content), ("headers", telemetry.headers)) if there]
    if what:
        message = f"the collector is sent {' and '.join(what)} unencrypted"
        warnings.add(("telemetry", "endpoint"), message, "use https://")
