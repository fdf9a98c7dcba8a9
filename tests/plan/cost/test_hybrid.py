from __future__ import annotations

import msgspec
import pytest

from freehold.plan.cost.hybrid import sides
from freehold.plan.cost.options import bill
from freehold.plan.draws import Case
from freehold.plan.scenario import Hybrid, Scenario
from support.scenarios import FixedSizer, api, cloud, hybrid, people, scenario

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
    assert home.startswith("At home: The busiest hour needs 2 replicas")
    assert away.startswith("Away: The busiest minute asks for")


@pytest.mark.parametrize(
    ("home", "away", "missing"), [("nothing", "frontier", "nothing"), ("gpu", "cascade", "cascade")]
)
def test_a_side_that_does_not_stand_alone_is_named(home: str, away: str, missing: str) -> None:
    option: Hybrid = msgspec.structs.replace(hybrid(), home=home, away=away)
    with pytest.raises(ValueError, match=f"made of '{missing}'"):
        sides(option, scenario())
