"""What a rule may speak of."""

from __future__ import annotations

METRICS = {
    "quality": "mean score of a subject, from 0 to 1",
    "quality.delta": "mean paired difference of scores to the first subject",
    "cost": "US dollars of one answer, in the mean",
    "cost.ratio": "how many times as much an answer costs as the first subject's",
    "time.ratio": "how many times as long an answer takes as the first subject's",
    "p50_ms": "milliseconds within which half of the answers came",
    "p95_ms": "milliseconds within which 95 of 100 answers came",
    "first_ms": "milliseconds to the first token, of half of the answers",
    "failures": "share of what was asked that no target answered",
    "refusals": "share of what was asked that was refused",
    "escalations": "share of the answers that an owned target did not get to keep",
    "input_tokens": "tokens read for one answer, in the mean",
    "output_tokens": "tokens written for one answer, in the mean",
    "size": "examples that were answered",
}
"""By name, what each metric is."""

PAIRED = frozenset({"quality.delta", "cost.ratio", "time.ratio"})
"""Metrics of a subject beside the first one."""
SCORED = frozenset({"quality", "quality.delta"})
"""Metrics by a scorer, which ``quality[SCORER]`` names."""
RATIOS = {"cost": "cost.ratio"}
"""What ``1.2x`` of a metric is judged by, where its ratio has an interval of its own."""

ENDS = {
    "lower": "the lower end of the interval, for one look",
    "upper": "the upper end of the interval, for one look",
    "always_lower": "the lower end of the interval that holds at every look; of quality only",
    "always_upper": "the upper end of the interval that holds at every look; of quality only",
}
"""What may stand around a metric."""

UNITS = {"%": 0.01, "ms": 1.0, "s": 1000.0, "points": 0.01}
"""What a number is multiplied by for the unit that stands behind it; times are in milliseconds."""
TIMES = "x"
"""Behind a number: so many times the metric of the first subject."""
