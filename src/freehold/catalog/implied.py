"""What can answer though no configuration says so: the built-in reader, and providers whose usual key is set."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.catalog.providers import PROVIDERS, ProviderRow
from freehold.catalog.rows import TargetRow
from freehold.catalog.targets import NAME, Report, Surroundings, make_target
from freehold.core.target import Target

READER = TargetRow(name="freehold/extractive-reader", provider="reader")
"""The built-in answerer, by a name that says what it does."""


def implied_targets(around: Surroundings, report: Report) -> tuple[Target, ...]:
    """The reader, then a few well-known models of each provider whose key is in the environment, in catalog order.

    A key that cannot be sent (it holds a line break, say) is reported, and its provider left out.
    """
    targets = [make_target(READER, around, report)]
    for provider in _with_key(around):
        for model in (*provider.models, *provider.embeddings):
            targets.append(make_target(_row(provider, model), around, report))
            if targets[-1] is None:
                break  # the others would be at fault for the same key
    return tuple(target for target in targets if target is not None)


def on_the_fly(alias: str, around: Surroundings) -> Target | None:
    """A target for ``provider/model`` as a client asked for it, if that provider's key is in the environment.

    Returns `None` for everything else: no such provider, no key, or a name that no target may have. Nothing is kept
    here; the caller decides how many it remembers.
    """
    name, slash, model = alias.partition("/")
    provider = PROVIDERS.get(name)
    if not slash or not model or provider is None or not NAME.fullmatch(alias):
        return None
    if provider not in _with_key(around):
        return None
    return make_target(_row(provider, model), around, lambda _place, _message, _mend: None)


def _with_key(around: Surroundings) -> Iterator[ProviderRow]:
    return (row for row in PROVIDERS.values() if row.models and row.keys and row.key_in(around.env))


def _row(provider: ProviderRow, model: str) -> TargetRow:
    return TargetRow(name=f"{provider.name}/{model}", provider=provider.name, model=model)
