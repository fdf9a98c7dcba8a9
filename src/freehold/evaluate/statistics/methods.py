"""What the methods are called, and where they come from: a report names both beside every interval."""

from __future__ import annotations

import msgspec


class Method(msgspec.Struct, frozen=True):
    """How a figure was come by."""

    title: str
    source: str


METHODS: dict[str, Method] = {
    "wilson": Method("Wilson's score interval", "Wilson 1927, JASA 22; Brown, Cai and DasGupta 2001, Statist. Sci. 16"),
    "clopper-pearson": Method("exact binomial interval", "Clopper and Pearson 1934, Biometrika 26"),
    "design-effect": Method(
        "score interval by design effect, Student's t", "Dean and Pagano 2015, J. Surv. Stat. Methodol. 3"
    ),
    "clustered": Method(
        "score interval by design effect of clusters", "Dean and Pagano 2015; Miller 2024, arXiv:2411.00640"
    ),
    "tango": Method("Tango's score interval of paired shares", "Tango 1998, Statist. Med. 17"),
    "paired-t": Method(
        "Student's t of paired differences, one won and one lost added", "after Bonett and Price 2012, JEBS 37"
    ),
    "paired-clustered": Method(
        "Student's t of clusters' paired differences", "Miller 2024, arXiv:2411.00640; Bonett and Price 2012, JEBS 37"
    ),
    "bootstrap-t": Method(
        "paired bootstrap of the studentised log ratio", "Efron and Tibshirani 1993, An Introduction to the Bootstrap"
    ),
    "log-delta": Method(
        "delta method on the log ratio, Student's t", "Hall 1992, The Bootstrap and Edgeworth Expansion"
    ),
    "order-statistics": Method("interpolated order statistics", "Nyblom 1992, Statist. Probab. Lett. 14"),
    "betting": Method("confidence sequence by betting, valid at every look", "Waudby-Smith and Ramdas 2023, JRSS B 86"),
    "holm": Method("Holm's correction", "Holm 1979, Scand. J. Statist. 6"),
    "benjamini-hochberg": Method("Benjamini and Hochberg's correction", "Benjamini and Hochberg 1995, JRSS B 57"),
    "mcnemar": Method(
        "McNemar's test, mid-p", "McNemar 1947; Fagerland, Lydersen and Laake 2013, BMC Med. Res. Meth. 13"
    ),
}
"""By the name that `Interval.method` has."""
