"""Makes a `Target` of a ``[[target]]`` row: defaults looked up, everything checked, every fault told.

Two questions are kept apart. *Owned* is for the figures: an engine of ours, a server on loopback or in a private
network, or whatever the row says. *Clearance* is for safety and fails closed: unless the row gives one, only what runs
on this very machine is cleared for everything, and all else, however near, for ``internal`` without tags.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from freehold.catalog import keys, prices
from freehold.catalog.address import Reach, checked, reach
from freehold.catalog.profiles import profile_for
from freehold.catalog.providers import ENGINES, PROVIDERS, ProviderRow
from freehold.catalog.rows import TargetRow
from freehold.catalog.words import mend_for
from freehold.core.errors import Fault
from freehold.core.label import Label, Level
from freehold.core.money import FREE, Price
from freehold.core.target import RESERVED_HEADERS, Limits, Profile, Secret, Target, Timeouts

Place = tuple[str | int, ...]
"""Where in the row: ``("clearance", "tags", 0)``."""

Report = Callable[[Place, str, str], None]
"""Takes a fault: where in the row, what is wrong, and how to mend it."""

CUSTOM = ProviderRow(name="custom", title="An address of your own", docs="")

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}")
"""What a target or a route may be called; clients send it as ``model``, and it stands in response headers."""

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_FAULTS = tuple(fault.value for fault in Fault)
_CLOUD = re.compile(r"[:-]cloud$")


class Surroundings(msgspec.Struct, frozen=True):
    """What a row may refer to: the environment, the configuration's directory, and the tags that exist."""

    env: Mapping[str, str]
    directory: Path = Path()
    tags: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"Surroundings({self.directory}, {sorted(self.tags)})"  # the environment holds keys


def make_target(row: TargetRow, around: Surroundings, report: Report) -> Target | None:
    """The target, or `None` when something was reported. All faults of the row are reported, not only the first."""
    faults = 0

    def count(place: Place, message: str, mend: str) -> None:
        nonlocal faults
        faults += 1
        report(place, message, mend)

    target = _Maker(row, around, count).target()
    return None if faults else target


def hosted_elsewhere(model: str) -> bool:
    """Whether a model that a local server offers runs in truth on its maker's machines (Ollama's cloud models)."""
    return _CLOUD.search(model) is not None


class _Maker:
    """One row on its way to being a target."""

    def __init__(self, row: TargetRow, around: Surroundings, report: Report) -> None:
        self._row = row
        self._around = around
        self._report = report

    def target(self) -> Target | None:
        row = self._row
        if not NAME.fullmatch(row.name):
            mend = "use letters, digits and . _ : / @ + -, beginning with a letter or digit, at most 128"
            self._report(("name",), f"{row.name!r} cannot be a target's name", mend)
        provider = self._provider()
        if provider is None:
            return None
        dialect = row.dialect or provider.dialect
        if dialect != provider.dialect:
            spoken = PROVIDERS[dialect]
            provider = msgspec.structs.replace(provider, dialect=dialect, auth=spoken.auth, headers=spoken.headers)
        model = self._model(provider)
        address = self._address(provider)
        distance = reach(address) if address else Reach.HERE
        ours = (provider.local or provider.name == "custom") and not hosted_elsewhere(model)
        here = ours and distance is Reach.HERE and row.owned is not False
        owned = row.owned if row.owned is not None else ours and distance is not Reach.OUTSIDE
        profile = self._profile(provider, model)
        return Target(
            name=row.name,
            model=model,
            base_url=address,
            dialect=dialect,
            clearance=self._clearance(here=here),
            provider=provider.name,
            owned=owned,
            api_key=self._key(provider, distance),
            auth=provider.auth,
            headers=self._headers(provider),
            query=tuple(row.query.items()),
            price=self._price(provider, model, profile, owned=owned),
            watts=self._positive("watts", row.watts, zero=True),
            profile=profile,
            limits=self._limits(provider),
            timeouts=self._timeouts(),
            licence=row.licence,
            engine=row.engine,
        )

    def _provider(self) -> ProviderRow | None:
        row = self._row
        if row.engine is not None:
            if row.provider is not None or row.base_url is not None:
                mend = "leave out provider and base_url, or leave out engine"
                self._report(("engine",), "a target with an engine has no provider and no base_url", mend)
            if row.engine in ENGINES:
                return PROVIDERS[row.engine]
            mend = mend_for(row.engine, ENGINES) + " (a server that runs already is a provider or a base_url)"
            self._report(("engine",), f"there is no engine {row.engine!r}", mend)
            return None
        if row.provider is not None:
            found = PROVIDERS.get(row.provider)
            if found is None:
                mend = mend_for(row.provider, PROVIDERS)
                self._report(("provider",), f"there is no provider {row.provider!r} in the catalog", mend)
            return found
        if row.base_url is not None:
            return CUSTOM
        self._report((), f"target {row.name!r} says nothing about where it answers", "add engine, provider or base_url")
        return None

    def _model(self, provider: ProviderRow) -> str:
        model = self._row.model
        if model is None:
            return self._default_model(provider)
        if not model or len(model) > 1024 or not model.isprintable():
            self._report(("model",), "a model's name is printable text of at most 1,024 characters", "copy it anew")
        verb, _, fault = model.partition(":")
        if provider.name == "scripted" and verb == "fail" and fault not in _FAULTS:
            self._report(("model",), f"there is no failure {fault!r} to play", mend_for(fault, _FAULTS))
        return model

    def _default_model(self, provider: ProviderRow) -> str:
        """A built-in's own model, or the target's name, as in ``openai/gpt-5-mini`` at the provider ``openai``."""
        if not provider.addressed and provider.models:
            return provider.models[0]
        if self._row.provider is None:
            mend = "add the model's name as the server knows it, or the file of an engine's model"
            self._report((), f"target {self._row.name!r} has no model", mend)
        return self._row.name.removeprefix(f"{provider.name}/")

    def _address(self, provider: ProviderRow) -> str:
        given = self._row.base_url
        if not provider.addressed:
            if given is not None and self._row.engine is None:
                self._report(("base_url",), f"{provider.name} is built in and has no address", "leave base_url out")
            return ""
        if given is None:
            if not provider.base_url:
                example = (
                    "https://RESOURCE.openai.azure.com/openai/v1" if provider.name == "azure" else "http://HOST:8080/v1"
                )
                self._report((), f"{provider.title} has no address of its own", f"add base_url, as in {example!r}")
            return provider.base_url
        try:
            return checked(given)
        except ValueError as error:
            self._report(("base_url",), str(error), "write it as in 'http://10.0.0.7:8000/v1'")
            return ""

    def _clearance(self, *, here: bool) -> Label:
        every = self._around.tags if here else frozenset()
        given = self._row.clearance
        if given is None:
            return Label(Level.RESTRICTED if here else Level.INTERNAL, every)
        place: Place = ("clearance",)
        try:
            if isinstance(given, str):
                label = Label.parse(given)
                tags = label.tags if ";" in given else every
            else:
                label = Label.parse(given.level)
                tags = every if given.tags is None else Label.parse(f"public;{','.join(given.tags)}").tags
        except ValueError as error:
            self._report(place, str(error), 'write it as in "confidential" or "confidential;eu"')
            return Label(Level.PUBLIC)
        for tag in sorted(tags - self._around.tags):
            self._report(
                place,
                f"the tag {tag!r} is not declared",
                f"add it to [policy] tags, or {mend_for(tag, self._around.tags)}",
            )
        return Label(label.level, tags)

    def _key(self, provider: ProviderRow, distance: Reach) -> Secret | None:
        setting = self._row.api_key
        try:
            if setting is not None:
                return keys.resolve(setting, self._around.env, self._around.directory)
            found = provider.key_in(self._around.env)
            if found is not None:
                return keys.resolve(f"env:{found}", self._around.env, self._around.directory)
        except keys.KeyFault as fault:
            self._report(("api_key",) if setting is not None else ("provider",), str(fault), fault.mend)
            return None
        if provider.keys and not provider.local and distance is not Reach.HERE:
            name = provider.keys[0]
            message = f"target {self._row.name!r} has no key: {name} is not set"
            self._report(("provider",), message, f"set {name}, or give the target an api_key")
        return None

    def _headers(self, provider: ProviderRow) -> tuple[tuple[str, str], ...]:
        headers = dict(provider.headers)
        for name, value in self._row.headers.items():
            if not _HEADER.fullmatch(name) or not value.isascii() or not value.isprintable():
                mend = "names are letters, digits and hyphens; values are printable ASCII on one line"
                self._report(("headers", name), f"{name!r} is not a header that can be sent", mend)
            elif name.lower() in RESERVED_HEADERS:
                self._report(
                    ("headers", name), f"the header {name!r} is Freehold's own to set", "use api_key for a secret"
                )
            else:
                headers[name.lower()] = value
        return tuple(headers.items())

    def _price(self, provider: ProviderRow, model: str, profile: Profile, *, owned: bool) -> Price:
        given = self._row.price
        if given is not None:
            if given.output is None and profile.chat:
                self._report(
                    ("price",), "the price has no output", "give input and output, in dollars for a million tokens"
                )
            try:
                return prices.configured(given)
            except ValueError as error:
                self._report(("price",), str(error), "give dollars for a million tokens")
                return prices.UNKNOWN
        if owned:
            return FREE
        found = prices.known(provider.prices, model) if provider.prices else None
        return found or prices.UNKNOWN

    def _profile(self, provider: ProviderRow, model: str) -> Profile:
        given = msgspec.structs.asdict(self._row.profile)
        changes = {name: value for name, value in given.items() if value is not None}
        return msgspec.structs.replace(profile_for(provider, model), **changes)

    def _limits(self, provider: ProviderRow) -> Limits:
        row = self._row
        least = {"concurrency": 1, "queue": 0, "queue_seconds": 0, "retries": 0, "context": 1, "max_output": 1}
        least |= {"rpm": 1, "tpm": 1}
        most = {"concurrency": 100_000, "queue": 1_000_000, "queue_seconds": 3600, "retries": 10}
        given: dict[str, Any] = {"concurrency": provider.concurrency}
        for name, low in least.items():
            value = getattr(row, name)
            if value is None:
                continue
            high = most.get(name, 2**31)
            if not low <= value <= high:
                self._report((name,), f"{name} is {value}", f"give a number from {low} to {high}")
            given[name] = value
        return Limits(**given)

    def _timeouts(self) -> Timeouts:
        given = {name: value for name, value in msgspec.structs.asdict(self._row.timeouts).items() if value is not None}
        return Timeouts(**{name: self._positive(name, value, "timeouts") for name, value in given.items()})

    def _positive(self, name: str, value: float, *table: str, zero: bool = False) -> float:
        if not math.isfinite(value) or value < 0 or (value == 0 and not zero):
            self._report(
                (*table, name),
                f"{name} is {value}",
                "give a finite number, zero or more" if zero else "give more than 0",
            )
        return value
