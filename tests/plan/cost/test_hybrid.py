from __future__ import annotations

import msgspec
import pytest

from freehold.plan.cost.hybrid import asked_first, sides
from freehold.plan.cost.options import bill
from freehold.plan.draws import Case
from freehold.plan.scenario import Hybrid, Scenario
from support.scenarios import FixedSizer, api, cloud, hybrid, owned, people, scenario

PEOPLE = {"people", "migration"}


def usd(option: object, made: Scenario, **changes: float) -> dict[str, float]:
    case = Case()
    for path, value in changes.items():
        case = case.with_input(path.replace("__", "."), value)
    found = bill(option, made, case, {"gpu": FixedSizer(), "box": FixedSizer()})  # type: ignore[arg-type]
    return {part.part: float(part.usd.sum()) for part in found.parts}


def test_home_answers_everything_and_away_the_rest() -> None:
    made = scenario()
    found, home, away = usd(hybrid(), made), usd(cloud(), made), usd(api("frontier", 2.5, 10.0), made)
    assert found["home: GPU hours"] == home["GPU hours"]
    assert found["away: input tokens"] == pytest.approx(0.4 * away["input tokens"])
    assert found["away: output tokens"] == pytest.approx(0.4 * away["output tokens"])


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_what_home_keeps_whole_costs_home_alone_and_what_it_keeps_nothing_of_costs_both(share: float) -> None:
    made = scenario()
    found = usd(hybrid(), made, options__cascade__share_home=share)
    home, away = usd(cloud(), made), usd(api("frontier", 2.5, 10.0), made)
    machines = sum(cost for part, cost in home.items() if part not in PEOPLE)
    tokens = sum(cost for part, cost in away.items() if part not in PEOPLE)
    assert sum(found.values()) == pytest.approx(machines + (1 - share) * tokens)


def test_the_people_that_a_hybrid_names_do_the_work_of_both_sides() -> None:
    options = (api("frontier", 2.5, 10.0, hours=4.0), cloud(hours=16.0))
    both = msgspec.structs.replace(hybrid(), people=people("cascade", 26.0))
    made = scenario(options=(*options, both), horizon_months=1)
    staff = {part: cost for part, cost in usd(both, made).items() if "people" in part or "migration" in part}
    assert staff == {"people": 26 * 75, "migration": 0}


def test_a_server_away_is_sized_for_its_share() -> None:
    other = msgspec.structs.replace(hybrid(), home="box", away="gpu")
    made = scenario(options=(*scenario().options, other))
    whole = usd(other, made, options__cascade__share_home=0.0)["away: GPU hours"]
    part = usd(other, made, options__cascade__share_home=0.5)["away: GPU hours"]
    assert part == pytest.approx(whole / 2)
    assert usd(other, made, options__cascade__share_home=1.0)["away: GPU hours"] == 0


def test_what_is_away_follows_from_the_share_at_home() -> None:
    found = bill(hybrid(), scenario(), Case(), {"gpu": FixedSizer()})
    following = {part.part for part in found.parts if "options.cascade.share_home" in part.inputs}
    assert following == {"away: input tokens", "away: cached input tokens", "away: output tokens"}
    assert "0.4 of them" in next(part.formula for part in found.parts if part.part == "away: input tokens")


def test_warnings_say_which_side_they_are_of() -> None:
    tight = msgspec.structs.replace(api("frontier", 2.5, 10.0), requests_a_minute=1.0)
    few = msgspec.structs.replace(cloud(), server=msgspec.structs.replace(cloud().server, replicas=1))
    made = scenario(options=(tight, few, hybrid()))
    home, away = bill(hybrid(), made, Case(), {"gpu": FixedSizer()}).warnings
    assert home.startswith("First: The busiest hour needs 2 replicas")
    assert away.startswith("Away: The busiest minute asks for")


@pytest.mark.parametrize(
    ("home", "away", "missing"), [("nothing", "frontier", "nothing"), ("gpu", "cascade", "cascade")]
)
def test_a_side_that_does_not_stand_alone_is_named(home: str, away: str, missing: str) -> None:
    option: Hybrid = msgspec.structs.replace(hybrid(), home=home, away=away)
    with pytest.raises(ValueError, match=f"made of '{missing}'"):
        sides(option, scenario())


def test_people_are_those_of_both_sides_and_more_and_it_is_said_where_they_decide() -> None:
    frontier, rented = api("frontier", 2.5, 10.0, hours=4.0), cloud("gpu", 0.1, hours=16.0)
    both = msgspec.structs.replace(hybrid(), people=people("cascade", 26.0))
    made = scenario(options=(frontier, rented, both))
    found = bill(both, made, Case(), {"gpu": FixedSizer()})
    (work,) = (part for part in found.parts if part.part == "people")
    assert work.formula.endswith("16 as its first side takes alone, 4 as the other does, 6 for both")
    less = sum(part.usd[0, 0] for part in bill(frontier, made, Case(), {}).parts) - 300 - (found.total[0, 0] - 1950)
    (sentence,) = (each for each in found.warnings if each.startswith("People decide"))
    assert f"{less:,.2f} USD a month less than Frontier alone" in sentence
    assert f"with them {1650 - less:,.2f} USD more" in sentence
    few = msgspec.structs.replace(both, people=people("cascade", 5.0))
    told = bill(few, made, Case(), {"gpu": FixedSizer()})
    assert not told.warnings
    assert not any("as its first side" in part.formula for part in told.parts)


def test_what_is_asked_first_is_at_home_only_on_ones_own_machines() -> None:
    assert [asked_first(each) for each in (owned(), cloud(), api("hosted", 0.2, 0.4))] == ["At home", "First", "First"]
