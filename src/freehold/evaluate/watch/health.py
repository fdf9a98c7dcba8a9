"""Whether a promise still holds, told after every audited answer by a test that may be looked at each time.

A request is chosen for an audit by a coin that knows nothing of it, before anything is known of its answer. So the
chosen ones are a fair sample of all requests, those that were escalated among them, which do no harm and cost no audit.
Each is an observation of the share that the promise bounds, and `freehold.evaluate.watch.doubt` bets that its mean is
above what was promised. The chance of a false alarm is at most `alpha` over the whole life of the promise. The share
that is chosen may change with time, by budget or configuration, as long as it does not depend on the request: the test
holds for any such choice, and the estimate weighs each observation by the inverse of its chance (Horvitz and Thompson
1952; Hajek 1971).

Of the chosen answers that were kept, those far on the safe side of the threshold are audited less often: harm lies near
it, and an audit there tells more (`freehold.evaluate.watch.looking`).

What stands for harm has faults of its own, which `Correction` allows for.
"""

from __future__ import annotations

import msgspec
import numpy as np

from freehold.evaluate.statistics.interval import Interval
from freehold.evaluate.statistics.proportion import exact_lower, exact_upper
from freehold.evaluate.statistics.sequence import mean_sequence
from freehold.evaluate.watch.differences import Calibrated
from freehold.evaluate.watch.doubt import Doubt, doubt
from freehold.evaluate.watch.looking import LEAST, Looking

WEIGHT = 2.0
"""What a harm that is found about counts for, in the middle of answers that are looked at always and seldom."""
_HIGHEST_BOUND = 0.95
"""A share above which a test could not be told from no test."""


class Correction(msgspec.Struct, frozen=True):
    """How a measure of harm that needs no gold errs: the share measured is ``harm * hit + false``, at the most.

    Where an answer that differs from the stronger target's counts as harmed, every harm is hit, and `false` is the
    share of requests that differ and are not harmed: both are wrong, or only the stronger one is. That share is known
    from the calibration alone. A judge of differences needs no calibration: see `judged`.
    """

    hit: float = 1.0
    """The chance that harm is measured where there is some, at the most."""
    false: float = 0.0
    """The share of all requests in which harm is measured and there is none, at the most."""
    off: float = 0.0
    """What is taken off for each answer that differs, whether harm was measured or not."""
    judge: str = ""
    """The judge of pairs whose errors are allowed for; empty: none."""
    size: int = 0
    """Questions with known answers that it rests on; 0: assumed."""
    says: str = "what is measured is taken for harm"

    def bound(self, harm: float) -> float:
        """The most that may be measured where harm is within what was promised."""
        return min(harm * self.hit + self.false, _HIGHEST_BOUND)

    def harm(self, measured: float) -> float:
        """The harm that a measured share speaks for, at the least."""
        return max(0.0, (measured - self.false) / self.hit)

    def counts(self, *, harmed: bool, differs: bool | None) -> float:
        """What one audited answer counts for; one of which harm was measured differs."""
        return harmed - self.off * (harmed if differs is None else differs)


def corrected(measured: int, harmed: int, size: int, alpha: float) -> Correction:
    """The correction that `size` calibration questions teach: `measured` looked harmed and were not, `harmed` were.

    The false share is bounded from above at 1 - `alpha` (Clopper and Pearson 1934), so that an alarm comes with a
    chance of at most that and the test's own together, while harmless differences are no more frequent than they were.
    """
    if not 0 <= measured <= size:
        raise ValueError(f"{measured} of {size} questions cannot differ")
    false = exact_upper(measured, size, 1 - alpha) if size else 0.0
    says = (
        f"an answer that differs from the stronger target's counts as harmed; on {size} questions with known answers,"
        f" {measured} differed without harm and {harmed} with it, and up to {false:.2%} may, which is allowed for"
    )
    return Correction(1.0, false, size=size, says=says)


def judged(judge: str, least: float, most: float, tried: Calibrated | None = None) -> Correction | None:
    """The correction where a judge of pairs looks at every difference, and is right in a share from `least` to `most`.

    If it is here as on the answers that it was certified on, it finds harm with a chance of at most `most`, and finds
    it in a harmless difference with one of at most ``f = 1 - least``. So whatever share of requests differs harmlessly,
    the mean of *harm found, less f for each difference*, is at most ``(most - f) * harm``: how frequent harmless
    differences are need not be known (Rogan and Gladen 1978, "Estimating prevalence from the results of a screening
    test", with bounds in place of the two rates). `tried`: of harmless differences of the calibration, those in which
    it found harm. `None` for a judge that is not told from a coin, or that errs more often there than was certified.
    """
    off, here = 1.0 - least, tried or Calibrated()
    if off >= 0.5 or (here.size and exact_lower(here.differed, here.size) > off):
        return None
    says = (
        f"where an answer differs from the stronger target's, the judge {judge}, certified to be right in {least:.0%}"
        f" to {most:.0%}, says whether that one is better; {off:.0%} of each difference is taken off for its errors;"
        f" it erred in {here.differed} of {here.size} harmless differences of the calibration"
    )
    return Correction(most - off, 0.0, off, judge, says=says)


class Health(msgspec.Struct, frozen=True):
    """What audits have come to for one promise: a value, kept in one row and gone on with."""

    promise: str
    route: str
    harm: float
    """What was promised."""
    doubt: Doubt
    correction: Correction = Correction()
    named: str | None = None
    """The judge of pairs that was named when the test was begun, believed or not; `None` where that was not kept."""
    looking: Looking = Looking()
    chosen: int = 0
    """Requests that count: chosen, whole, and either escalated or audited."""
    audited: int = 0
    harmed: int = 0
    """Audited answers in which harm was measured."""
    weight: float = 0.0
    """The sum of one over the chance, of those that count."""
    harmed_weight: float = 0.0
    found: tuple[float, ...] = ()
    """What each answer counts for that does not count for 0: one over the chance that it was looked at, and less for
    what is taken off."""
    alone: int = 0
    """Answers that only a judge looked at, since their label keeps them from the stronger target: told, and not tested,
    as nothing is known of what such a judge finds in harmless answers."""
    alone_wanting: int = 0
    """Those of them that it found wanting."""
    missed: dict[str, int] = {}
    """Chosen answers that could not be audited, by why: a word."""
    cost_nano: int = 0
    alarmed_ns: int | None = None

    @property
    def measured(self) -> float:
        """The share of requests in which harm was measured, weighed for how likely each was to be chosen."""
        return self.harmed_weight / self.weight if self.weight else 0.0

    @property
    def estimate(self) -> float:
        """The harm that this speaks for, after the correction."""
        return self.correction.harm(self.measured)

    def interval(self, confidence: float = 0.95) -> Interval:
        """Of the share measured among all that were chosen, at every look at once."""
        values = np.zeros(self.chosen)
        values[: len(self.found)] = self.found
        return mean_sequence(values, confidence, least=-self.correction.off / LEAST, most=1 / LEAST)

    @property
    def alarmed(self) -> bool:
        """Whether the promise was found broken."""
        return self.doubt.rejects

    def after(
        self,
        *,
        harmed: bool,
        audited: bool,
        chance: float,
        looked: float = 1.0,
        differs: bool | None = None,
        cost_nano: int = 0,
    ) -> Health:
        """With one more request that was chosen with this chance, and looked at with that of `looked`.

        One that was escalated, or not looked at, is not audited, and counts as harmless: what harm there may be in it
        is counted with others like it that were.

        Raises:
            ValueError: a chance is none.
        """
        if not (0 < chance <= 1 and LEAST <= looked <= 1):
            raise ValueError(f"a request is chosen with a chance above 0 and up to 1, not {chance} and {looked}")
        counts = self.correction.counts(harmed=harmed, differs=differs) / looked
        return msgspec.structs.replace(
            self,
            doubt=self.doubt.after(counts, audited=audited),
            chosen=self.chosen + 1,
            audited=self.audited + audited,
            harmed=self.harmed + harmed,
            found=(*self.found, counts) if counts else self.found,
            weight=self.weight + 1.0 / chance,
            harmed_weight=self.harmed_weight + counts / chance,
            cost_nano=self.cost_nano + cost_nano,
        )

    def kept(self, root: float) -> Health:
        """With the square root of the risk of one more kept answer that was chosen, looked at or not."""
        return msgspec.structs.replace(self, looking=self.looking.after(root))

    def judged_alone(self, *, wanting: bool, cost_nano: int = 0) -> Health:
        """With one more that only a judge looked at."""
        return msgspec.structs.replace(
            self,
            alone=self.alone + 1,
            alone_wanting=self.alone_wanting + wanting,
            cost_nano=self.cost_nano + cost_nano,
        )

    def without(self, why: str, cost_nano: int = 0) -> Health:
        """With one more that could not be audited."""
        missed = {**self.missed, why: self.missed.get(why, 0) + 1}
        return msgspec.structs.replace(self, missed=missed, cost_nano=self.cost_nano + cost_nano)

    def says(self) -> str:
        """How it stands, in a sentence."""
        seen = f"{self.harmed} of {self.audited} audited answers were measured as harmed, among {self.chosen} requests"
        if self.alarmed:
            return f"the promise of {self.harm:.3g} is broken at a false-alarm rate of {self.doubt.alpha:.3g}: {seen}"
        if not self.chosen:
            return "nothing has been audited yet"
        return f"no sign that it is broken ({self.doubt.strength:.0%} of the way to an alarm): {seen}"


def begun(promise: str, route: str, harm: float, alpha: float, correction: Correction | None = None) -> Health:
    """A promise that nothing is known of yet.

    Raises:
        ValueError: `alpha` or `harm` is not between 0 and 1.
    """
    if not (0 < alpha < 1 and 0 < harm < 1):
        raise ValueError(f"a promise of {harm} cannot be watched with a false-alarm rate of {alpha}")
    allowed = correction or Correction()
    tested = doubt(allowed.bound(harm), alpha, weight=WEIGHT, least=-allowed.off / LEAST)
    return Health(promise, route, harm, tested, allowed)
