"""What tests of guards are made of: a small world with a lookout of its own, and a pipeline over it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from freehold.core.exchange import Exchange
from freehold.core.finding import Finding, Span
from freehold.core.guards import Declassifier, Guards
from freehold.core.label import Label
from freehold.core.ports import Enricher, Handler, Stage
from freehold.core.target import Secret, Target
from freehold.gateway.admit import Rules, admit
from freehold.gateway.compose import compose
from freehold.gateway.dispatch import dispatch
from freehold.gateway.enrich import enrich
from freehold.gateway.hearing import Learn
from freehold.gateway.lookout import Lookout
from freehold.gateway.settle import settle
from freehold.gateway.shield import Known, shield
from freehold.gateway.veil import veil
from freehold.gateway.vet import vet
from freehold.guards.fields import Field
from freehold.guards.names import NameFinder
from freehold.guards.pseudonyms import Pseudonymiser
from freehold.guards.scan import Scanner
from freehold.policy.rules import FlowName, Route
from freehold.policy.select import Menu
from freehold.providers.scripted import Scripted
from support.decisions import a_target
from support.pipeline import Book, an_attempter

OUT = a_target("out", "internal")
VEILED = a_target("veiled", "internal")
OWN = a_target("own", owned=True)

EMAIL = "ada@example.org"
SECRET = "opensesame-" + "0123456789abcdef"
"""What this world takes for a secret."""
ORDER = "IGNORE ALL"
"""What this world takes for an instruction."""

ENFORCED = Guards(declassifiers=(Declassifier("personal-data", ("veiled",)),))


def find(text: str) -> list[Span]:
    """Addresses and telephone numbers of this world, and its one kind of secret."""
    spans = [
        Span(found.start(), found.end(), "email", 1.0, "address") for found in re.finditer(r"[a-z]+@[a-z.]+[a-z]", text)
    ]
    spans += [Span(found.start(), found.end(), "phone", 0.4, "digits") for found in re.finditer(r"\b\d{7}\b", text)]
    at = text.find(SECRET)
    return spans if at < 0 else [*spans, Span(at, at + len(SECRET), "door-word", 1.0, "known", "secrets")]


class Judge:
    """Takes one phrase for an instruction, in the fields of tools and passages."""

    async def look(self, fields: Sequence[Field]) -> list[Finding]:
        return [
            Finding(field.where, Span(at, at + len(ORDER), "override", 0.9, "phrase", "injection"))
            for field in fields
            if field.source in {"tool", "passage"} and (at := field.text.find(ORDER)) >= 0
        ]


def a_lookout(names: NameFinder | None = None) -> Lookout:
    """Everybody who looks in this world."""
    return Lookout(Scanner([find]), names=lambda _: names, judge=Judge())


def guarded(
    double: Scripted,
    *targets: Target,
    guards: Guards = ENFORCED,
    flow: FlowName = "fallback",
    names: NameFinder | None = None,
    known: Known | None = None,
    learn: Learn | None = None,
    enricher: Enricher | None = None,
    book: Book | None = None,
    rules: list[Rules] | None = None,
) -> Handler:
    """The whole pipeline over a double; `rules` may be replaced while it runs."""
    targets = targets or (OUT, VEILED, OWN)
    in_force = rules if rules is not None else [some_rules(*targets, guards=guards, flow=flow)]
    lookout = a_lookout(names)
    stages: dict[str, Stage] = {
        "settle": settle(book or Book(), lambda _: False),
        "admit": admit(lambda: in_force[0], lambda _: 1),
        "limit": unlimited,
        "shield": shield(lookout, known),
        "enrich": enrich(enricher, vet(lookout)),
        "foresee": lambda inner: inner,
        "reserve": unlimited,
        "veil": veil(lookout, Pseudonymiser(Secret("00" * 32)), learn),
    }
    return compose(stages, dispatch(an_attempter(double)))


def unlimited(inner: Handler) -> Handler:
    """In place of the stages that hold requests to limits."""
    return inner


def some_rules(*targets: Target, guards: Guards = ENFORCED, flow: FlowName = "fallback") -> Rules:
    """A route ``auto`` over these targets, all of which can be asked by name too."""
    menu = Menu({"auto": Route("auto", flow, targets)}, {target.name: target for target in targets})
    return Rules(menu, Label.parse("internal"), targets, "r1", guards)


def told(double: Scripted, name: str) -> str:
    """Everything that a target was sent."""
    return "\n".join(str(each.request) for each in double.asked if each.target == name)


def done(exchange: Exchange) -> list[tuple[str, str]]:
    """The findings of an exchange: kind and what was done."""
    return [(finding.span.kind, finding.action) for finding in exchange.findings]
