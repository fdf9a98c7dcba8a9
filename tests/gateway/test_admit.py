"""What may happen is settled first: the label and its sources, the route, the permit, under one revision of rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from freehold.core.caller import Caller
from freehold.core.errors import Fault, LabelForbidden, UnknownModel
from freehold.core.exchange import Exchange, Headers
from freehold.core.label import Label, Source
from freehold.core.ports import Events, Handler
from freehold.core.request import AnyRequest
from freehold.core.target import Limits, Target
from freehold.gateway.admit import Rules, admit
from freehold.gateway.dispatch import dispatch
from freehold.policy.rules import Route
from freehold.policy.select import Menu
from freehold.providers.scripted import Scene, Scripted, saying
from support.decisions import ANYONE, a_request, a_target
from support.pipeline import an_attempter, run, text_of

OWN = a_target("own", "restricted", owned=True)
FAR = a_target("far", "internal")
OPEN = a_target("open", "public")


def some_rules(*targets: Target, default: str = "internal", revision: str = "r1", flow: str = "fallback") -> Rules:
    targets = targets or (FAR, OWN)
    route = Route("auto", flow, targets)  # type: ignore[arg-type]
    everything = {target.name: target for target in targets}
    return Rules(Menu({"auto": route}, everything), Label.parse(default), tuple(everything.values()), revision)


async def nothing() -> AsyncIterator[None]:
    return
    yield


@asynccontextmanager
async def nobody(exchange: Exchange) -> AsyncIterator[Events]:
    yield nothing()  # type: ignore[misc]


def never(_: AnyRequest) -> int:
    raise AssertionError("counting is dear")


async def admitted(
    rules: Rules, *, caller: Caller = ANYONE, stated: tuple[Source, ...] = (), request: AnyRequest | None = None
) -> Exchange:
    exchange = Exchange(request or a_request(), caller, Headers(stated=stated))
    await run(admit(lambda: rules, never)(nobody), exchange)
    return exchange


def header(text: str) -> Source:
    return Source("header", Label.parse(text))


@pytest.mark.parametrize(
    ("caller", "stated", "label", "origins"),
    [
        (ANYONE, (), "internal", ["default"]),
        (ANYONE, (header("confidential;eu"),), "confidential;eu", ["default", "header"]),
        (ANYONE, (header("public"),), "internal", ["default", "header"]),
        (Caller("k", "n", default_label=Label.parse("confidential")), (), "confidential", ["key"]),
        (
            Caller("k", "n", default_label=Label.parse("confidential")),
            (header("public"),),
            "confidential",
            ["key", "header"],
        ),
        (Caller("k", "n", may_declare=True), (header("public"),), "public", ["header"]),
    ],
)
async def test_the_label_and_where_it_came_from(
    caller: Caller, stated: tuple[Source, ...], label: str, origins: list[str]
) -> None:
    own = a_target("own", "restricted;eu")
    exchange = await admitted(some_rules(own), caller=caller, stated=stated)
    assert str(exchange.label) == label
    assert [source.origin for source in exchange.sources] == origins
    assert exchange.permit is not None
    assert exchange.permit.label == exchange.label


async def test_the_permit_names_what_may_answer_and_why_the_rest_may_not() -> None:
    exchange = await admitted(some_rules(FAR, OWN, OPEN), stated=(header("confidential"),))
    permit = exchange.permit
    assert permit is not None
    assert [target.name for target in permit.targets] == ["own"]
    assert {refusal.target: refusal.rule for refusal in permit.refusals} == {"far": "label", "open": "label"}
    assert (permit.route, permit.revision) == ("auto", "r1")
    assert exchange.flow is not None
    assert next(exchange.flow).targets == (OWN,)


async def test_a_label_that_no_target_of_the_route_may_see_is_refused() -> None:
    rules = some_rules(FAR, OPEN)
    rules = msgspec.structs.replace(rules, known=(*rules.known, OWN))
    exchange = Exchange(a_request(), ANYONE, Headers(stated=(header("restricted"),)))
    with pytest.raises(LabelForbidden) as caught:
        await run(admit(lambda: rules, never)(nobody), exchange)
    assert (caught.value.status, caught.value.code, caught.value.allowed) == (403, "label_forbidden", ("own",))
    assert str(exchange.label) == "restricted", "the record of a refusal holds its label"
    assert [source.origin for source in exchange.sources] == ["default", "header"]
    assert exchange.permit is None


async def test_nothing_is_asked_of_a_target_for_a_request_that_is_refused() -> None:
    double = Scripted()
    handler = admit(lambda: some_rules(OPEN), never)(dispatch(an_attempter(double)))
    with pytest.raises(LabelForbidden):
        await run(handler, Exchange(a_request(), ANYONE))
    assert double.asked == []


@pytest.mark.parametrize("alias", ["nothing", "own"])
async def test_what_is_not_there_or_not_in_the_keys_scope_is_unknown(alias: str) -> None:
    scoped = Caller("k", "n", models=frozenset({"auto"}))
    with pytest.raises(UnknownModel):
        await admitted(some_rules(), caller=scoped, request=a_request(model=alias))


async def test_the_prompt_is_counted_only_where_a_window_is_known() -> None:
    counted: list[AnyRequest] = []

    def count(request: AnyRequest) -> int:
        counted.append(request)
        return 5000

    small, large = a_target("small", limits=Limits(context=1000)), a_target("large", limits=Limits(context=9000))
    exchange = Exchange(a_request(), ANYONE)
    await run(admit(lambda: some_rules(small, large), count)(nobody), exchange)
    assert len(counted) == 1
    assert exchange.permit is not None
    assert [target.name for target in exchange.permit.targets] == ["large"]
    assert [refusal.rule for refusal in exchange.permit.refusals] == ["ability"]


async def test_an_exchange_keeps_the_rules_it_began_with() -> None:
    """The configuration is replaced while a request is between its first and its second target."""
    in_force = [some_rules(a_target("one"), a_target("two"), revision="r1")]

    def script(target: Target, request: AnyRequest) -> Scene:
        in_force[0] = some_rules(a_target("other"), revision="r2")
        if target.name == "one":
            return Scene(refuses=Fault.SERVER)
        return Scene(saying(target.name))

    handler: Handler = admit(lambda: in_force[0], never)(dispatch(an_attempter(Scripted(script))))
    began, later = Exchange(a_request(), ANYONE), Exchange(a_request(), ANYONE)
    assert text_of(await run(handler, began)) == "two"
    assert text_of(await run(handler, later)) == "other"
    assert began.permit is not None
    assert later.permit is not None
    assert (began.permit.revision, later.permit.revision) == ("r1", "r2")


async def test_the_collections_are_chosen_by_request_route_or_key() -> None:
    route = Route("auto", "fixed", (OWN,), collections=("of-route",))
    rules = Rules(Menu({"auto": route}, {"own": OWN}), Label.parse("internal"), (OWN,))
    for stated, chosen in ((None, ("of-route",)), ((), ()), (("asked",), ("asked",))):
        exchange = Exchange(a_request(), ANYONE, Headers(collections=stated))
        await run(admit(lambda: rules, never)(nobody), exchange)
        assert exchange.collections == chosen
    keyed = await admitted(some_rules(OWN), caller=Caller("k", "n", collections=("of-key",)))
    assert keyed.collections == ("of-key",)


async def test_what_is_decided_anew_is_by_the_rules_it_began_with() -> None:
    in_force = [some_rules(FAR, OWN, revision="r1")]
    exchange = Exchange(a_request(), ANYONE)
    await run(admit(lambda: in_force[0], never)(nobody), exchange)
    in_force[0] = some_rules(a_target("other"), revision="r2")
    exchange.label = Label.parse("confidential")
    assert exchange.readmit is not None
    exchange.readmit(exchange)
    assert exchange.permit is not None
    assert exchange.permit.revision == "r1"
    assert [target.name for target in exchange.permit.targets] == ["own"]
    assert exchange.flow is not None
    assert next(exchange.flow).targets == (OWN,)
    exchange.label = Label.parse("internal")
    exchange.readmit(exchange)
    assert [target.name for target in exchange.permit.targets] == ["own"], "it never widens again"
    assert [(each.target, each.rule) for each in exchange.permit.refusals] == [("far", "earlier")]
