"""``[workload]``: how much is asked, how long it is, when."""

from __future__ import annotations

from dataclasses import replace
from typing import TypedDict

import msgspec
import numpy as np

from freehold.ledger.workload import WorkloadReader
from freehold.plan.defaults import workload as fields
from freehold.plan.defaults.field import Assumed, Field
from freehold.plan.parse.lengths import read_lengths
from freehold.plan.parse.seen import Seen, read_seen
from freehold.plan.parse.table import Table
from freehold.plan.quantity import Quantity
from freehold.plan.requests import Requests
from freehold.plan.scenario import Workload
from freehold.plan.workload.rescale import rescaled
from freehold.plan.workload.seen import week
from freehold.plan.workload.synthetic import synthetic
from freehold.plan.workload.times import span
from freehold.plan.workload.week import active, peaks, spread_over

BURSTINESS = 2.0
"""Of chat: counts over ten seconds of the Azure conversation trace of 2023 have an index of dispersion of 3.7, and of
gamma gaps that is the square of their coefficient of variation."""

DAY_S = 86_400.0


def read_workload(table: Table, *, days_a_month: float, ledger: WorkloadReader | None = None) -> Workload:
    """The traffic of the first month: from the ledger, from a trace, or else made up from the numbers that are said."""
    seen = read_seen(table, ledger)
    made = _made_up(table) if seen is None else _seen(table, seen)
    return Workload(
        batch_share=table.quantity(fields.BATCH),
        growth_a_month=table.quantity(fields.GROWTH),
        days_a_month=days_a_month,
        **made,
    )


class _Traffic(TypedDict):
    """The part of a workload that depends on where it comes from."""

    requests_a_day: Quantity
    prompt_tokens: Quantity
    answer_tokens: Quantity
    cached_share: Quantity
    peak_over_mean: Quantity
    busiest: Requests
    hours: tuple[float, ...]


def _made_up(table: Table) -> _Traffic:
    requests = table.quantity(fields.REQUESTS)
    prompt, prompts = read_lengths(table, fields.PROMPT, cv=1.0)
    answer, answers = read_lengths(table, fields.ANSWER, cv=0.8)
    cached = _cached(table, prompt)
    hours, peak = _week(table)
    burstiness = table.number("burstiness", 0, 20, bound="0 is a metronome, 1 is chance, and 20 comes in floods")
    if burstiness is None:
        burstiness = BURSTINESS
        table.book.note(
            f"Burstiness is assumed: {BURSTINESS:g}, the variation of the gaps, as in a public trace of chats."
        )
    seed = table.whole("seed", 0, 2**32 - 1, bound="it numbers a random sequence")
    busiest = synthetic(
        requests.value * peak.value / DAY_S,
        prompts,
        answers,
        cached_share=cached.value,
        burstiness=burstiness,
        seed=1 if seed is None else seed,
    )
    return {
        "requests_a_day": requests,
        "prompt_tokens": prompt,
        "answer_tokens": answer,
        "cached_share": cached,
        "peak_over_mean": peak,
        "busiest": busiest,
        "hours": hours,
    }


_ALIKE = 1.2
"""A volume that is said and one that was seen are told to differ from so many times on."""


def _seen(table: Table, seen: Seen) -> _Traffic:
    """Volume, lengths and the busiest hour as they were seen; what is said beside them wins."""
    observed = seen.observed
    for key in ("prompt_tokens", "answer_tokens", "burstiness", "prefix_share", "prefix_tokens", "seed"):
        if table.has(key):
            table.fault(key, f"{table.path(key)} stands beside {seen.name}, which has it", "leave one of them out")
    tokens = [seen.counted(field, table.path(field.key), value) for field, value in seen.means()]
    cached = seen.cached(table.path(fields.CACHED.key))
    share = table.quantity(fields.CACHED, cached)
    if observed.days >= 1:
        peak = table.quantity(fields.PEAK, seen.peak(table.path(fields.PEAK.key)))
        hours = tuple(week(observed))
        for key in ("hours", "days"):
            if table.has(key):
                table.fault(key, f"{table.path(key)} stands beside {seen.name}, which has it", "leave one of them out")
        a_day = observed.requests_a_day
    else:
        hours, peak = _week(table)
        a_day = observed.requests_a_day / peak.value
        if not table.has("requests_a_day"):
            table.book.warnings.append(_too_short(seen, peak, a_day, table.path("requests_a_day")))
    requests = table.quantity(fields.REQUESTS, seen.volume(table.path(fields.REQUESTS.key), a_day))
    if not 1 / _ALIKE <= requests.value / a_day <= _ALIKE:
        table.book.note(
            f"{table.path(fields.REQUESTS.key)} says {requests.value:,.0f} a day, and that is planned; {seen.name} has "
            f"{a_day:,.0f}: leave it out to plan for those."
        )
    busiest = rescaled(observed.busiest, requests.value * peak.value / DAY_S)
    if table.has("cached_share") or cached is None:
        busiest = replace(busiest, cached=np.floor(busiest.prompt * share.value))
    return {
        "requests_a_day": requests,
        "prompt_tokens": tokens[0],
        "answer_tokens": tokens[1],
        "cached_share": share,
        "peak_over_mean": peak,
        "busiest": busiest,
        "hours": hours,
    }


def _too_short(seen: Seen, peak: Quantity, a_day: float, path: str) -> str:
    """That a volume is made of next to nothing, and how to say the real one."""
    counted = f"{seen.observed.requests:,} requests in {span(seen.observed.seconds)}"
    return (
        f"nobody knows how many requests a day there are. {a_day:,.0f} is what the {seen.name} makes of {counted}, "
        f"taken as the busiest of the week, {peak.value:.2g} times its mean: costs and machines hang on it. Say the "
        f"number that you expect, --set {path}=N or {path} in the scenario."
    )


def _cached(table: Table, prompt: Quantity) -> Quantity:
    """Said outright, or as the share of prompts that begin with a prefix of so many tokens."""
    share = table.quantity(fields.PREFIX, fields.PREFIX.default(table.path("prefix_share")))
    tokens = table.number("prefix_tokens", 1, fields.PROMPT.most, bound=fields.PROMPT.bound)
    written = table.has("prefix_share"), tokens is not None
    if not any(written):
        return table.quantity(fields.CACHED)
    if not all(written) or table.has("cached_share"):
        mend = "say prefix_share and prefix_tokens together, or cached_share alone"
        table.fault(
            "prefix_share" if written[0] else "prefix_tokens", "the cached share cannot be told from this", mend
        )
        return fields.CACHED.default(table.path("cached_share"))
    part = min(1.0, (tokens or 0.0) / prompt.value)
    return msgspec.structs.replace(
        share,
        path=table.path("cached_share"),
        value=share.value * part,
        low=share.low * part,
        high=share.high * part,
        source=f"{share.source}; {100 * share.value:.0f} % of prompts begin with {tokens:g} of {prompt.value:g} tokens",
    )


def _week(table: Table) -> tuple[tuple[float, ...], Quantity]:
    """The hours of the week, and how far the busiest stands out."""
    hours, days = table.text("hours", "00:00-24:00"), table.text("days", "mon-sun")
    try:
        worked = active(hours, days)
    except ValueError as error:
        message, _, mend = str(error).partition(": ")
        table.fault("hours" if "hours" in message else "days", f"{table.path()}: {message}", mend)
        worked = active("00:00-24:00", "mon-sun")
    least, most = peaks(worked)
    field = msgspec.structs.replace(fields.PEAK, assumed=_peak_of(fields.PEAK, least, most))
    peak = table.quantity(field)
    if not least <= peak.value <= most:
        message = f"{table.path('peak_over_mean')} is {peak.value:g}, and open in {worked.sum():.0f} of 168 hours "
        message += f"the busiest has from {least:.2f} times the mean (all hours alike) to {most:.1f}"
        table.fault("peak_over_mean", message, f"give a number from {least:.2f} to {most:.1f}, or other hours and days")
        return tuple(spread_over(worked, (least + most) / 2)), peak
    return tuple(spread_over(worked, peak.value)), msgspec.structs.replace(peak, low=max(peak.low, least))


def _peak_of(field: Field, least: float, most: float) -> Assumed:
    assumed = field.assumed
    assert assumed is not None
    stands_out = max(1.0, least * 1.4 / assumed.value)
    return msgspec.structs.replace(
        assumed,
        value=min(assumed.value * stands_out, most),
        low=min(max(assumed.low * stands_out, least), most),
        high=min(assumed.high * stands_out, most),
    )
