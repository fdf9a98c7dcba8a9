"""What can be asked for: the routes and targets of a configuration, and those of engines that were found."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

import msgspec

from freehold.catalog.promises import NOTHING, Change, Promise, Standing
from freehold.catalog.rows import ProfileRow, TargetRow
from freehold.catalog.targets import Surroundings, make_target
from freehold.config import Config, default_route, revision_of
from freehold.config import Route as RouteRow
from freehold.core.target import Target
from freehold.engines.discover import Discovery
from freehold.engines.identify import Server
from freehold.gateway.admit import Rules
from freehold.policy.rules import Route
from freehold.policy.select import Menu
from freehold.wire.models import ListedModel

_LOG = logging.getLogger("freehold")

_ROW_OF = {
    Server.OLLAMA: "ollama",
    Server.LLAMA_SERVER: "llama-server",
    Server.VLLM: "vllm",
    Server.SGLANG: "sglang",
    Server.LM_STUDIO: "lmstudio",
}
"""The catalog row of each kind of server that can be found listening."""


def rules_of(
    config: Config,
    own: tuple[Target, ...],
    found: tuple[Target, ...],
    improvise: Callable[[str], Target | None],
    standing: Standing = NOTHING,
) -> Rules:
    """The rules of a configuration, with Freehold's own targets and those that were found beside those it names.

    `standing` is what evaluation has put in force: routes that it changed, and the promises that they keep.
    """
    targets = {target.name: target for target in (*own, *found, *config.targets)}
    rows = config.routes
    if config.auto_is_implied and found:
        implied = default_route(list(targets.values()))
        rows = (*(row for row in rows if row.name != "auto"), *([implied] if implied else []))
    routes = {row.name: _standing(_route(row, targets), targets, standing) for row in rows}
    known = tuple(targets.values())
    return Rules(
        menu=Menu(routes=routes, targets=targets, improvise=improvise),
        default_label=config.policy.default_label,
        known=known,
        revision=(
            revision_of(config.policy, known, rows, config.guards, standing)
            if found or standing != NOTHING
            else config.revision
        ),
        guards=config.guards,
    )


def _route(row: RouteRow, targets: Mapping[str, Target]) -> Route:
    return Route(
        name=row.name,
        flow=row.flow,
        targets=tuple(targets[name] for name in row.targets),
        accept=row.accept,
        weights=row.weights,
        sticky=row.sticky,
        collections=row.collections,
    )


def _standing(route: Route, targets: Mapping[str, Target], standing: Standing) -> Route:
    """The route as evaluation left it: changed, and with its promise."""
    change = standing.changes.get(route.name)
    if change is not None:
        route = _changed(route, change, targets)
    promise = standing.promises.get(route.name)
    if promise is None:
        return route
    if route.flow != "cascade":
        aside = f"promise {promise.id} is set aside: route {route.name} is now {route.flow}"
        _LOG.warning("%s", aside)
        return msgspec.structs.replace(route, aside=aside)
    return msgspec.structs.replace(route, promise=_as_it_may_stand(promise, route))


def _changed(route: Route, change: Change, targets: Mapping[str, Target]) -> Route:
    missing = [name for name in change.targets if name not in targets]
    if missing:
        _LOG.warning("route %s: change %s is not applied, as there is no %s", route.name, change.id, ", ".join(missing))
        return route
    asked = tuple(targets[name] for name in change.targets)
    return msgspec.structs.replace(route, targets=asked, flow=change.flow, weights=change.weights)


def _as_it_may_stand(promise: Promise, route: Route) -> Promise:
    """The promise if it still speaks of these targets; suspended where one is another, or the stronger is gone.

    Without its promise the route would keep answers by thresholds that nobody has calibrated.
    """
    models = {target.name: target.model for target in route.targets}
    providers = {target.name: target.provider for target in route.targets}
    other = [name for name, model in promise.models.items() if models.get(name) != model]
    moved = [name for name, provider in promise.providers.items() if providers.get(name) != provider]
    if promise.stronger not in models:
        why = f"route {route.name} has no {promise.stronger}"
    elif other:
        why = f"{', '.join(other)} is not what it was calibrated with"
    elif moved:
        served = ", ".join(f"{name} is served by {providers[name]}, not {promise.providers[name]}" for name in moved)
        why = f"{served} as it was calibrated with"
    else:
        return promise
    _LOG.warning("promise %s is suspended: %s", promise.id, why)
    return msgspec.structs.replace(promise, state="suspended", why=why)


def as_it_stands(promise: Promise, routes: Mapping[str, Route]) -> tuple[str, str]:
    """A promise's state as its route goes by it now, and why: as its row says, or less, or ``set aside``."""
    if promise.state not in {"active", "suspended"}:
        return promise.state, promise.why
    route = routes.get(promise.route)
    if route is not None and route.promise is not None and route.promise.id == promise.id:
        return route.promise.state, route.promise.why
    return "set aside", "there is no such route" if route is None else f"its route is now {route.flow}"


def found_targets(discovery: Discovery, around: Surroundings) -> list[Target]:
    """Targets for the models of the local engines that listen here."""
    made = []
    for server in discovery.found:
        for model in server.models:
            row = TargetRow(
                name=f"{_ROW_OF[server.server]}/{model.name}",
                provider=_ROW_OF[server.server],
                base_url=server.base_url,
                model=model.name,
                context=model.context,
                profile=ProfileRow(chat=False, embeddings=True) if model.embeds else ProfileRow(),
            )
            target = make_target(row, around, lambda _place, message, _mend: _LOG.warning("not used: %s", message))
            if target is not None:
                made.append(target)
    return made


def listed(name: str, menu: Menu) -> ListedModel:
    """A route or target as ``/v1/models`` lists it."""
    target = menu.targets.get(name)
    if name in menu.routes or target is None:
        route = menu.routes[name]
        return ListedModel(name, details={"flow": route.flow, "targets": [each.name for each in route.targets]})
    return ListedModel(
        name,
        owned_by=target.provider,
        context=target.limits.context,
        max_output=target.limits.max_output,
        details={"owned": target.owned, "clearance": str(target.clearance), "kinds": target.profile.kinds},
    )
