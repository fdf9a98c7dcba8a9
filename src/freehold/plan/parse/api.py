"""``kind = "api"``: an endpoint that is paid by the token, its prices looked up or said."""

from __future__ import annotations

import msgspec

from freehold.catalog.offers import stale
from freehold.catalog.words import mend_for
from freehold.core.errors import UnknownRow
from freehold.core.money import Rates
from freehold.plan.defaults import api as fields
from freehold.plan.defaults.field import Assumed, Field
from freehold.plan.parse import prices
from freehold.plan.parse.people import read_people
from freehold.plan.parse.table import Table
from freehold.plan.quantity import Quantity
from freehold.plan.scenario import Api

_LIMIT = "no provider lets anybody have more"


def read_api(table: Table, name: str) -> Api:
    """The option. Prices that it does not say are those of its model in the table of prices."""
    model = table.text("model")
    offer = _offer(table, model)
    rates = offer.price.rates if offer else None
    long = _long(table, offer)
    prices_of = f"token prices of {offer.provider if offer else table.text('provider')} {model or table.path()}"

    def moving(price: Quantity) -> Quantity:
        """A provider that lowers the prices of a model lowers all of them."""
        return msgspec.structs.replace(price, moves_with=prices_of)

    return Api(
        name=name,
        title=table.text("title", _called(table, model, offer) or name),
        model=_model(table, model) or name,
        open_weights=table.flag("open_weights", default=_is_open(table, model)),
        input=moving(_price(table, fields.INPUT, rates, offer)),
        cached_input=moving(_cached(table, rates, offer)),
        output=moving(_price(table, fields.OUTPUT, rates, offer)),
        batch_discount=_batch(table, offer),
        long_above=long.above,
        long_input=long.input and moving(long.input),
        long_cached_input=long.cached_input and moving(long.cached_input),
        long_output=long.output and moving(long.output),
        requests_a_minute=table.number("requests_a_minute", 1, 1e8, bound=_LIMIT),
        tokens_a_minute=table.number("tokens_a_minute", 100, 1e12, bound=_LIMIT),
        people=read_people(table.table("people"), "api"),
    )


def _offer(table: Table, model: str) -> prices.Offer | None:
    """The row of the price table; a fault where prices are left out and no row has them."""
    provider = table.text("provider")
    said = table.has("input") and table.has("output")
    if provider and provider not in prices.providers():
        if not said:
            mend = f"{mend_for(provider, prices.providers())} Or say input and output"
            table.fault("provider", f"{table.path('provider')} is {provider!r}, which has no prices in the table", mend)
        return None
    if not model:
        if not said:
            table.fault((), f"{table.path()} names no model and no prices", 'add model = "...", or input and output')
        return None
    offer = prices.find(model, provider, table.book.today)
    if offer is None and not said:
        nearest = prices.nearest(model, provider)
        where = f" of {provider}" if provider else ""
        message = f"{table.path('model')} is {model!r}, which the table of prices{where} does not have"
        guess = f"the nearest are {', '.join(nearest)}; " if nearest else ""
        table.fault("model", message, f"{guess}or say input and output, in dollars a million tokens")
    return offer


def _price(table: Table, field: Field, rates: Rates | None, offer: prices.Offer | None) -> Quantity:
    if rates is None or offer is None:
        return table.quantity(field, None if table.has(field.key) else field.default(table.path(field.key)))
    return table.quantity(field, _listed(table.path(field.key), field, prices.dollars(rates, field.key), offer))


def _cached(table: Table, rates: Rates | None, offer: prices.Offer | None) -> Quantity:
    """Of a said input price, the table's discount does not hold: then cached tokens cost what others do."""
    field = fields.CACHED_INPUT
    if rates is None or offer is None or table.has("input"):
        full = _price(table, fields.INPUT, rates, offer)
        path = table.path(field.key)
        return table.quantity(field, Assumed(full.value, full.low, full.high, f"as {path.replace('cached_', '')}"))
    return _price(table, field, rates, offer)


def _batch(table: Table, offer: prices.Offer | None) -> Quantity:
    field = fields.BATCH_DISCOUNT
    row = table.book.catalog.batch_discount(offer.provider) if offer else None
    if row is None:
        return table.quantity(field)
    old = stale(row.date, table.book.today)
    path = table.path(field.key)
    known = field.quantity(path, row.share, row.share, row.share, source=row.source, date=row.date, stale=old)
    return table.quantity(field, known)


def _listed(path: str, field: Field, value: float, offer: prices.Offer) -> Quantity:
    """A price of the table, with the range that a listed price has over a plan's months."""
    low, high = field.around(value)
    source = f"{offer.source}; range assumed: {field.why}"
    return field.quantity(path, value, low, high, source=source, date=offer.date, stale=offer.stale)


def _called(table: Table, model: str, offer: prices.Offer | None) -> str:
    """By its model, and by whose it is: the provider that is said, or whose prices these are."""
    prices_said = table.has("input") and table.has("output")
    provider = table.text("provider") or (offer.provider if offer and not prices_said else "")
    named = _model(table, model).rpartition("/")[2]
    return f"{named} at {provider}" if named and provider else f"Hosted {named}" if named else provider


class _Long(msgspec.Struct):
    """Prices of prompts above a length; nothing where there are none."""

    above: int | None = None
    input: Quantity | None = None
    cached_input: Quantity | None = None
    output: Quantity | None = None


def _long(table: Table, offer: prices.Offer | None) -> _Long:
    """``long = { above = 200_000, input = ..., output = ... }``, or the first step of the table's."""
    inner = table.table("long")
    if table.has("long"):
        above = inner.whole("above", 1, 10_000_000, bound="it is a number of prompt tokens")
        if not inner.has("above"):
            inner.fault((), f"{inner.path()} has no 'above'", "add above = ..., the prompt tokens from which it holds")
        full = inner.quantity(fields.INPUT)
        as_input = Assumed(full.value, full.low, full.high, f"as {full.path}")
        long = _Long(above, full, inner.quantity(fields.CACHED_INPUT, as_input), inner.quantity(fields.OUTPUT))
        inner.done()
        return long
    if offer is None or not offer.price.tiers or table.has("input"):
        return _Long()
    tier = offer.price.tiers[0]
    kinds = (fields.INPUT, fields.CACHED_INPUT, fields.OUTPUT)
    listed = [_listed(inner.path(each.key), each, prices.dollars(tier.rates, each.key), offer) for each in kinds]
    return _Long(tier.above, *listed)


def _model(table: Table, name: str) -> str:
    """Its own name, without that of whoever sells it: of an open model as the catalog writes it."""
    try:
        return table.book.catalog.architecture(name.rpartition("/")[2]).name
    except UnknownRow:
        head, _, rest = name.partition("/")
        return rest if head in prices.providers() else name


def _is_open(table: Table, model: str) -> bool:
    """Whether its weights are known to be published: it has a row among the architectures."""
    try:
        table.book.catalog.architecture(model.rpartition("/")[2] or model)
    except UnknownRow:
        return False
    return True
