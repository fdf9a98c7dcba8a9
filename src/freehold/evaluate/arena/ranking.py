"""The ranking that votes allow: strengths with intervals, which orders are decided, and how few votes decide them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np

from freehold.evaluate.arena.design import COVARIATES, Design, design_of
from freehold.evaluate.arena.fit import Fit, Separated, fit, likelihood_ratio
from freehold.evaluate.arena.groups import groups, has_maximum
from freehold.evaluate.arena.influence import votes_that_decide
from freehold.evaluate.arena.model import Vote
from freehold.evaluate.arena.standing import Deciding, Group, Pair, Ranked, Ranking, Rating, StyleEffect
from freehold.evaluate.statistics.interval import CONFIDENCE, Floats
from freehold.evaluate.statistics.multiple import holm
from freehold.evaluate.statistics.needed import POWER
from freehold.evaluate.statistics.normal import normal_cdf, normal_quantile, two_sided

MIDDLE = 1000.0
"""The rating of a subject of middling strength in its group."""
POINTS = 400 / math.log(10)
"""Of rating for one of log-odds: 400 points are odds of ten to one, as in chess (Elo 1978)."""
METHOD = "Bradley and Terry 1952 by maximum likelihood, a tie half a win to each; sandwich intervals (HC3)"
PENALISED = (
    "Bradley and Terry 1952 with Firth's penalty (1993), since no maximum exists; intervals by the information, pairs "
    "by the penalised likelihood ratio (Heinze and Schemper 2002)"
)
_VOTES_A_VALUE = 10
"""Votes that each coefficient needs before style is allowed for (Peduzzi et al. 1996, J. Clin. Epidemiol. 49)."""
_MOST_NEEDED = 100_000
_FEW = 3
_FEW_SHARE = 0.01


def rank(votes: Sequence[Vote], confidence: float = CONFIDENCE) -> Ranking:
    """Rank subjects by votes; each group by itself."""
    if not votes:
        return Ranking(0, (), confidence)
    design = design_of(votes)
    apart = groups(design.wins())
    warnings = []
    if len(apart) > 1:
        named = "; ".join(", ".join(design.subjects[each] for each in group) for group in apart)
        warnings.append(
            f"no chain of votes joins these {len(apart)} groups, so no rank goes across them: {named}. "
            "Votes between one of each would join them."
        )
    loudest = _loudest(votes)
    if loudest > 0.5 and len(votes) > 1:
        warnings.append(f"{loudest:.0%} of the votes are of one key: this may be one person's taste.")
    found = tuple(_group(design.among(each), confidence) for each in apart)
    return Ranking(len(votes), found, confidence, tuple(warnings))


def _loudest(votes: Sequence[Vote]) -> float:
    """The share of the key that voted most."""
    return max(Counter(vote.key for vote in votes).values()) / len(votes)


def _group(design: Design, confidence: float) -> Group:
    plain, firth = _fitted(design, None)
    style, used = _style_of(design)
    adjusted = None if style is None else _fitted(design, style)[0]
    order = sorted(range(len(design.subjects)), key=lambda each: -plain.values[each])
    pairs = _pairs(design, plain, order, confidence, firth=firth)
    deciding = tuple(
        Deciding(design.subjects[one], design.subjects[other], votes_that_decide(design, plain, one, other))
        for one, other in pairwise(order)
    )
    effects = () if adjusted is None else _effects(adjusted, used, len(design.subjects), confidence)
    ranked = tuple(_ranked(design, place, plain, adjusted, pairs, confidence) for place in order)
    method = PENALISED if firth else METHOD
    return Group(
        design.size, ranked, pairs, deciding, effects, method, _warnings(design, pairs, deciding, used, firth=firth)
    )


def _fitted(design: Design, covariates: Floats | None) -> tuple[Fit, bool]:
    if has_maximum(design.wins()):
        try:
            return fit(design, covariates), False
        except Separated:
            pass  # Style foretells some votes for certain, though strengths do not.
    return fit(design, covariates, firth=True), True


def _style_of(design: Design) -> tuple[Floats | None, tuple[str, ...]]:
    """The covariates that vary, in standard deviations; none where votes are too few to tell what they do."""
    spread = design.covariates.std(axis=0)
    varies = np.flatnonzero(spread > 1e-9)
    values = len(design.subjects) - 1 + len(varies)
    if not len(varies) or design.size < _VOTES_A_VALUE * values:
        return None, ()
    return design.covariates[:, varies] / spread[varies], tuple(COVARIATES[each] for each in varies)


def _effects(found: Fit, used: tuple[str, ...], subjects: int, confidence: float) -> tuple[StyleEffect, ...]:
    reach = two_sided(confidence)
    rows = [(name, float(found.values[place]), found.error(place)) for place, name in enumerate(used, subjects)]
    return tuple(StyleEffect(name, value, value - reach * error, value + reach * error) for name, value, error in rows)


def _ranked(
    design: Design, place: int, plain: Fit, adjusted: Fit | None, pairs: Sequence[Pair], confidence: float
) -> Ranked:
    name = design.subjects[place]
    decided = [pair for pair in pairs if pair.decided]
    better = sum(pair.weaker == name for pair in decided)
    worse = sum(pair.stronger == name for pair in decided)
    return Ranked(
        name,
        int(np.sum((design.left == place) | (design.right == place))),
        _rating(plain, place, confidence),
        1 + better,
        len(design.subjects) - worse,
        None if adjusted is None else _rating(adjusted, place, confidence),
    )


def _rating(found: Fit, place: int, confidence: float) -> Rating:
    value, reach = MIDDLE + POINTS * found.values[place], POINTS * two_sided(confidence) * found.error(place)
    return Rating(float(value), float(value - reach), float(value + reach))


def _pairs(design: Design, found: Fit, order: Sequence[int], confidence: float, *, firth: bool) -> tuple[Pair, ...]:
    wins = design.wins()
    both = list(combinations(order, 2))
    told = [found.difference(one, other) for one, other in both]
    if firth:
        p_values = holm([_p_value(math.sqrt(likelihood_ratio(design, *each)), 1.0) for each in both])
    else:
        p_values = holm([_p_value(*each) for each in told])
    rows = []
    for (one, other), (difference, error), p_value in zip(both, told, p_values, strict=True):
        decided = p_value <= 1 - confidence
        names, between = (design.subjects[one], design.subjects[other]), int(wins[one, other] + wins[other, one])
        more = None if decided else _more(difference, error, confidence)
        rows.append(Pair(*names, between, 1 / (1 + math.exp(-difference)), p_value, decided, more))
    return tuple(rows)


def _p_value(difference: float, error: float) -> float:
    return 2 * normal_cdf(-abs(difference) / error) if error > 0 else 1.0


def _more(difference: float, error: float, confidence: float) -> int | None:
    """Votes between the two until their difference, if it is as seen, has `POWER` to show.

    Each brings the information ``chance * (1 - chance)`` to the ``1 / error**2`` that is there.
    """
    if difference <= 0 or error <= 0:
        return None
    reach = two_sided(confidence) + normal_quantile(POWER)
    chance = 1 / (1 + math.exp(-difference))
    lacking = max((reach / difference) ** 2 - 1 / error**2, 0.0)
    more = math.ceil(lacking / (chance * (1 - chance)))
    return max(more, 1) if more <= _MOST_NEEDED else None


def _warnings(
    design: Design, pairs: Sequence[Pair], deciding: Sequence[Deciding], used: tuple[str, ...], *, firth: bool
) -> tuple[str, ...]:
    said = []
    few = max(_FEW, int(_FEW_SHARE * design.size))
    if deciding and deciding[0].votes is not None and deciding[0].votes <= few:
        first = deciding[0]
        said.append(
            f"few votes decide who is first: without {first.votes} of {design.size}, {first.stronger} would not be "
            f"before {first.weaker}."
        )
    undecided = sum(not pair.decided for pair in pairs)
    if undecided:
        said.append(f"undecided: {undecided} of {len(pairs)} {'pair' if len(pairs) == 1 else 'pairs'}.")
    if firth:
        said.append("some have won or lost every vote against the others, so how far apart they are is only guessed.")
    if not used and np.any(design.covariates.std(axis=0) > 1e-9):
        said.append(f"{design.size} votes are too few to hold length and style equal.")
    return tuple(said)
