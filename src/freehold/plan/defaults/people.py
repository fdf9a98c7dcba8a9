"""The work that each kind of option asks for."""

from __future__ import annotations

from freehold.plan.defaults.field import Assumed, Field

MONTHLY = Field(
    key="hours_a_month",
    about="To run the option: watching, updating, being called, asking the provider.",
    unit="hours/month",
    least=0,
    most=100_000,
    bound="that is a staff of six hundred",
    spread=(0.6, 1.7),
    why="time that is spent beside other work is known to a half at best",
)
ONCE = Field(
    key="hours_once",
    about="To move to the option: setting up, testing the quality of its answers, changing programs.",
    unit="hours",
    least=0,
    most=1e6,
    bound="that is a hundred people for five years",
    spread=(0.5, 2.0),
    why="projects of this kind take from half to twice what was thought",
)
HOUR = Field(
    key="price_an_hour",
    about="What an hour of that work costs, everything included.",
    unit="USD/hour",
    least=1,
    most=2_000,
    bound="less is no wage, and more is no engineer's",
    spread=(0.85, 1.2),
    why="who will do it is not settled",
    assumed=Assumed(75, 45, 120, "an engineer's hour, all costs of the employer included"),
)

MONTHLY_BY_KIND = {
    "api": Assumed(4, 1, 10, "keys, limits, bills, and a new model version to test every few months"),
    "cloud": Assumed(16, 6, 40, "an engine to update, machines to watch and replace, being called"),
    "owned": Assumed(20, 8, 50, "as rented machines, and the hardware itself: drivers, failures, visits to the site"),
    "hybrid": Assumed(6, 2, 15, "thresholds to watch and to calibrate anew"),
}
ONCE_BY_KIND = {
    "api": Assumed(16, 5, 50, "an adapter and a test of the answers"),
    "cloud": Assumed(80, 30, 200, "an engine to tune, monitoring, roll-out, load tests, a test of the answers"),
    "owned": Assumed(120, 50, 300, "as rented machines, and to choose, order, build and place the hardware"),
    "hybrid": Assumed(40, 15, 120, "a judge of answers, calibrated on one's own requests"),
}

FIELDS = (MONTHLY, ONCE, HOUR)
