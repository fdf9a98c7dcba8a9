"""The inputs of an endpoint that is paid by the token, and of a hybrid."""

from __future__ import annotations

from freehold.plan.defaults.field import Assumed, Field

_UNIT = "USD/million tokens"
_BOUND = "the dearest model sold by the token took 600 dollars a million; what costs nothing is nobody's offer"
_SPREAD = (0.7, 1.1)
_WHY = "over a plan's months most list prices fell, by a third or more, and few rose"


def _price(key: str, about: str, least: float = 0.0001) -> Field:
    return Field(key=key, about=about, unit=_UNIT, least=least, most=5_000, bound=_BOUND, spread=_SPREAD, why=_WHY)


INPUT = _price("input", "A million prompt tokens.")
CACHED_INPUT = _price(
    "cached_input",
    "A million prompt tokens that the provider had cached. Unsaid and in no price table: as `input`.",
    least=0,
)
OUTPUT = _price("output", "A million answer tokens.")
BATCH_DISCOUNT = Field(
    key="batch_discount",
    about="What the provider takes off, as a share of the price, for requests that may wait.",
    unit="share",
    shape="share",
    least=0,
    most=0.95,
    bound="nobody takes off more",
    spread=(1.0, 1.0),
    why="it stands in the price list",
    assumed=Assumed(0, 0, 0, "no batch discount of this provider is known"),
)
SHARE_HOME = Field(
    key="share_home",
    about="Of all requests, those whose answer from home is kept.",
    unit="share",
    shape="share",
    least=0,
    most=1,
    bound="it is a share",
    spread=(0.7, 1.4),
    why="until a cascade has been measured on one's own traffic, nobody knows it better",
    assumed=Assumed(0.6, 0.35, 0.8, "cascades keep from a third to four fifths at home, as the work is; measure yours"),
)

FIELDS = (INPUT, CACHED_INPUT, OUTPUT, BATCH_DISCOUNT)
HYBRID = (SHARE_HOME,)
