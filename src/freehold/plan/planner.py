"""Joins all parts: from a scenario to a plan."""

from __future__ import annotations

import datetime
import math

import numpy as np

import freehold
from freehold.catalog.offers import Catalog, shipped
from freehold.plan.assumptions import assumptions
from freehold.plan.breakeven import break_evens
from freehold.plan.capacity.memory import Deployment, room
from freehold.plan.capacity.serving import Serving
from freehold.plan.claims import verdicts
from freehold.plan.contest import Contest
from freehold.plan.costing import Costing
from freehold.plan.curves import curves, grid
from freehold.plan.deployments import deployment, too_long
from freehold.plan.draws import Case, inputs, interval, sample
from freehold.plan.likeness import Likeness, server_of
from freehold.plan.montecarlo import costed, hopeless, refused
from freehold.plan.queue.scheduler import scheduler
from freehold.plan.queue.sizing import Sizer
from freehold.plan.recommend import recommend
from freehold.plan.requests import Floats
from freehold.plan.result import Objective, Plan, Result
from freehold.plan.scenario import Hybrid, Scenario, Server
from freehold.plan.summary import workload_sentences
from freehold.plan.tornado import tornado

SOLVED = 300
"""Draws in which curves and break-evens are solved, at most: each costs dozens of bills. The ends of an interval then
move by two or three per cent from one seed to the next; those of ten thousand draws by half of one."""


def plan(
    scenario: Scenario, catalog: Catalog | None = None, *, draws: int = 10_000, seed: int = 1, now: datetime.datetime
) -> Plan:
    """The plan of a scenario: the same for the same scenario, catalog, `draws` and `seed`, but for its time, `now`.

    Raises `UnknownRow` for a model or GPU that the catalog does not know, and `ValueError` for no draws.
    """
    if draws < 1:
        raise ValueError(f"{draws} draws tell nothing; take at least 1, and 10,000 for intervals that hold still")
    catalog = catalog or scenario.catalog or shipped()
    likeness = Likeness(scenario, catalog.architectures)
    sizers, refusals = _sized(scenario, catalog, likeness)
    costing = Costing(scenario, sizers)
    case = _drawn(scenario, draws, seed)
    results, months = _results(costing, likeness, refusals, case)
    names = [result.name for result in results if not result.refusal]
    contest = Contest.of(scenario.options, results, months, likeness)
    solved = _drawn(scenario, min(draws, SOLVED), seed)
    found = grid(costing, names, solved)
    crossings = contest.telling(break_evens(costing, contest.pairs(), found, solved))
    swing = tornado(costing, contest.best, contest.rival) if contest.rival else None
    goals = scenario.objectives
    return Plan(
        scenario=scenario.name,
        title=scenario.title,
        about=scenario.about,
        warnings=scenario.warnings,
        made=now.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        version=freehold.__version__,
        currency=scenario.currency,
        horizon_months=scenario.horizon_months,
        draws=draws,
        seed=seed,
        requests_a_day=interval(case[scenario.workload.requests_a_day], scenario.workload.requests_a_day.value),
        workload=workload_sentences(scenario),
        objective=Objective(ttft_s=goals.ttft_s, tpot_s=goals.tpot_s, percentile=goals.percentile),
        results=results,
        curves=curves(found),
        break_evens=crossings,
        tornado=swing,
        claims=verdicts(costing, catalog, refusals, results, crossings),
        recommendation=recommend(
            contest,
            likeness,
            [result for result in results if result.refusal],
            swing,
            crossings,
            scenario.currency,
        ),
        assumptions=assumptions(scenario),
        notes=scenario.notes,
    )


def _drawn(scenario: Scenario, draws: int, seed: int) -> Case:
    """Draws of all inputs; the same server has one true speed, whoever owns it."""
    case = sample(inputs(scenario), draws, seed)
    first: dict[tuple[object, ...], Server] = {}
    for server in filter(None, map(server_of, scenario.options)):
        same = first.setdefault((*_replica(server), server.speed.low, server.speed.high), server)
        case = case.with_input(server.speed.path, case[same.speed])
    return case


def _replica(server: Server) -> tuple[object, ...]:
    """What one replica is, whoever owns it and however many there are."""
    return server.model, server.weights, server.kv, server.gpu, server.gpus, server.engine


def _sized(scenario: Scenario, catalog: Catalog, likeness: Likeness) -> tuple[dict[str, Sizer], dict[str, str]]:
    """A sizer for every server that can be had, and why the other options cannot, by the option's name."""
    sizers: dict[str, Sizer] = {}
    refusals: dict[str, str] = {}
    made: dict[tuple[object, ...], Sizer | str] = {}
    for option in scenario.options:
        server = server_of(option)
        if likeness.leaves(option) and not scenario.may_leave:
            refusals[option.name] = "it sends prompts to machines that are not the team's own, and they may not leave"
        elif server is not None:
            # Who rents and who buys the same machine waits for one simulation.
            replica = (*_replica(server), server.speed.value)
            if replica not in made:
                made[replica] = _sizer(scenario, deployment(server, catalog), server.speed.value)
            found = made[replica]
            given = server.replicas is not None
            why = found if isinstance(found, str) else found.impossible(server.speed.value, given=given)
            if why:
                refusals[option.name] = why
            elif not isinstance(found, str):
                sizers[option.name] = found
    for option in scenario.options:
        if isinstance(option, Hybrid) and option.name not in refusals:
            lost = [part for part in (option.home, option.away) if part in refusals]
            if lost:
                refusals[option.name] = f"it is made of {lost[0]}, which cannot be had: {refusals[lost[0]]}"
    return sizers, refusals


def _sizer(scenario: Scenario, replica: Deployment, speed: float) -> Sizer | str:
    """The sizer of one server, or why the model cannot do it there; `speed` is what is planned with."""
    flow = scenario.workload
    if why := too_long(replica, flow.busiest, scenario.objectives.percentile):
        return why
    # What is longer than the model's context never gets as far as the memory.
    lengths = np.minimum(flow.busiest.prompt + flow.busiest.answer, replica.architecture.context)
    longest = room(replica, math.ceil(lengths.max()))
    if not longest.fits:
        return longest.sentence
    usual = room(replica, math.ceil(lengths.mean()))
    bounds = scheduler(replica)
    months, serving = scenario.horizon_months, Serving(replica)
    before = float(serving.constants.first_s)
    return Sizer(
        serving, usual, flow, scenario.objectives, months=months, scheduler=bounds, before_s=before, speed=speed
    )


def _results(
    costing: Costing, likeness: Likeness, refusals: dict[str, str], case: Case
) -> tuple[tuple[Result, ...], dict[str, Floats]]:
    """Every option's result in the scenario's order, and the month in each draw of those that can be had."""
    results: list[Result] = []
    months: dict[str, Floats] = {}
    for option in costing.scenario.options:
        if why := refusals.get(option.name):
            results.append(refused(option, likeness, why))
            continue
        result, spend = costed(costing, option, likeness, case)
        if why := hopeless(spend):
            results.append(refused(option, likeness, why))
            continue
        results.append(result)
        months[option.name] = spend.month
    return tuple(results), months
