"""What a name that is evaluated stands for: what would answer, what that can cost at the most, and a hash of both."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import msgspec

from freehold.assemble.limits import reckoner
from freehold.config import Config
from freehold.core.caller import Caller
from freehold.core.exchange import Permit
from freehold.core.label import Label, Level
from freehold.core.money import FREE, Nanodollars
from freehold.core.request import Request
from freehold.core.target import Limits, Secret, Target, Timeouts
from freehold.evaluate.runs.subject import Subject
from freehold.gateway.admit import Rules
from freehold.policy.flows import billing
from freehold.policy.rules import Route
from freehold.policy.select import resolve

_ANYTHING = Label(Level.RESTRICTED)
_SIGNS = 16


class Standing:
    """Implements `evaluate.runs.subject.Subjects` by the rules in force."""

    def __init__(self, rules: Callable[[], Rules], config: Callable[[], Config]) -> None:
        self._rules = rules
        self._reckoner = reckoner(config)

    def __call__(self, name: str, caller: Caller) -> Subject:
        """What it stands for; raises `UnknownModel`."""
        rules = self._rules()
        route = resolve(rules.menu, name, caller)
        return Subject(
            name,
            revision=rules.revision,
            standing=_hash(_answering(route)),
            logprobs=all(target.profile.logprobs for target in route.targets),
            repeatable=not (route.collections or caller.collections),
            worst=lambda request: self._worst(route, request),
            passing=_passing(rules),
            cleared={target.name: str(target.clearance) for target in route.targets},
        )

    def hashes(self, caller: Caller | None) -> Callable[[str], str] | None:
        """Gives what changes when another model would answer to a name; `None` where there is nobody to ask for it."""
        return None if caller is None else lambda name: self(name, caller).standing

    def _worst(self, route: Route, request: Request) -> Nanodollars | None:
        """What all targets that may have to be paid can cost together; `None` where an answer of one has no known end.

        A context window is no such end: an answer that fills one is so far from any that is given that a budget would
        be held back for nothing.
        """
        permit = Permit(route.name, route.targets, _ANYTHING)
        answers = billing(route, permit, request)
        paid = [target for target, times in zip(route.targets, answers, strict=True) if times and not _is_free(target)]
        if route.collections or any(_has_no_end(target, request) for target in paid):
            return None
        worst = self._reckoner.worst(request, permit, answers)
        return Nanodollars(sum(each.amount for each in worst if each.target in {target.name for target in paid}))


def _is_free(target: Target) -> bool:
    return target.price.rates == FREE.rates and not target.price.tiers and not target.watts


def _has_no_end(target: Target, request: Request) -> bool:
    return request.sampling.max_tokens is None and target.limits.max_output is None


def _answering(route: Route) -> Route:
    """The route without what decides when its targets are asked, and not what they answer: rates, places, patience."""
    return msgspec.structs.replace(
        route,
        aside="",
        targets=tuple(
            msgspec.structs.replace(
                target,
                limits=Limits(context=target.limits.context, max_output=target.limits.max_output),
                timeouts=Timeouts(),
            )
            for target in route.targets
        ),
    )


def _passing(rules: Rules) -> str:
    """A hash of the guards, with the target that finds names for them, and of the label where nobody says one."""
    finder = rules.menu.targets.get(rules.guards.names)
    return _hash({"guards": rules.guards, "finder": finder, "label": rules.default_label})


def _hash(content: object) -> str:
    data = msgspec.json.encode(content, enc_hook=_hidden, order="deterministic")
    return hashlib.sha256(data).hexdigest()[:_SIGNS]


def _hidden(value: object) -> object:
    if isinstance(value, Secret):
        return None
    raise NotImplementedError(f"{type(value).__name__} has no place in what a name stands for")
