"""Everybody who looks: patterns always, a finder of names where there is one, a judge of instructions."""

from __future__ import annotations

from collections.abc import Sequence

from freehold.core.errors import Unavailable
from freehold.core.exchange import Exchange
from freehold.core.finding import Span
from freehold.core.guards import Guards
from freehold.core.label import Label
from freehold.core.request import TextPart
from freehold.gateway.lookout import Lookout
from freehold.guards.fields import Field
from freehold.guards.mentions import mentions
from freehold.guards.scan import Scanner
from support.decisions import ANYONE, a_request
from support.guarded import EMAIL, ORDER, a_lookout, find


def exchange(text: str) -> Exchange:
    made = Exchange(a_request(TextPart(text)), ANYONE)
    made.label = Label.parse("internal")
    return made


class Names:
    """Takes the first word of each text for a name."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], str]] = []

    async def __call__(self, texts: Sequence[str], exchange: Exchange) -> list[list[Span]]:
        self.asked.append((list(texts), str(exchange.label)))
        return [[Span(0, text.find(" "), "person", 0.8, "names")] for text in texts]


class Fails:
    async def __call__(self, texts: Sequence[str], exchange: Exchange) -> list[list[Span]]:
        raise Unavailable("nobody is there")


async def test_patterns_alone() -> None:
    found = await a_lookout().look(exchange(f"Ask {EMAIL}."))
    assert [each.span.kind for each in found.findings] == ["email"]
    assert found.blind == ""


async def test_names_stand_beside_patterns_and_never_over_a_surer_one() -> None:
    names = Names()
    made = exchange("Ada Lovelace, or bob")
    found = await a_lookout(names).look(made)
    assert [(each.where, each.span.kind) for each in found.findings] == [("messages[0].parts[0].text", "person")]
    assert names.asked == [(["Ada Lovelace, or bob"], "restricted")], "asked under what may yet be found"
    assert str(made.label) == "internal"
    over = await a_lookout(names).look(exchange(f"{EMAIL} is one word"))
    assert [each.span.kind for each in over.findings] == ["email"]


async def test_nobody_to_look_for_names_is_told_and_not_passed_over() -> None:
    found = await a_lookout(Fails()).look(exchange(f"Ask {EMAIL}."))
    assert [each.span.kind for each in found.findings] == ["email"]
    assert found.blind == "off did not look (unavailable)"


async def test_a_finder_of_names_that_is_wanted_and_not_there_is_told_too() -> None:
    made = exchange(f"Ask {EMAIL}.")
    made.guards = Guards(names="presidio")
    assert (await a_lookout().look(made)).blind == "presidio is not there to look"


async def test_instructions_are_looked_for_where_there_is_a_judge() -> None:
    fields = [Field("a", f"{ORDER}!", "tool"), Field("b", f"{ORDER}!", "caller")]
    assert [each.where for each in await a_lookout().judge(fields)] == ["a"]
    assert await Lookout(Scanner([find])).judge(fields) == []


async def test_a_name_is_found_in_escapes_too() -> None:
    class Known:
        async def __call__(self, texts: Sequence[str], exchange: Exchange) -> list[list[Span]]:
            return [mentions(text, {"Zoë Ångström": "person"}, 0.8, "names") for text in texts]

    for text in ('{"name": "Zo\\u00eb \\u00c5ngstr\\u00f6m"}', "Zo%C3%AB%20%C3%85ngstr%C3%B6m of Zoë Ångström"):
        found = await a_lookout(Known()).look(exchange(text))
        words = [text[each.span.start : each.span.end] for each in found.findings]
        assert words[0] in {"Zo\\u00eb \\u00c5ngstr\\u00f6m", "Zo%C3%AB%20%C3%85ngstr%C3%B6m"}
        assert words[1:] in ([], ["Zoë Ångström"])
