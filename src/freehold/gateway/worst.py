"""What a request may take at the most, before any target is asked: tokens for its rates, money for its budgets.

Its prompt counts for the most tokens that anybody can count. Its answer counts for ``max_tokens``, where the target's
own limit is not lower; where it says none, for the target's limit, else for its whole context; where nothing is known,
for what the configuration assumes. Each target that its flow may have to pay counts as often as it may be paid.
"""

from __future__ import annotations

from collections.abc import Callable

from freehold.core.exchange import Exchange, Permit
from freehold.core.limits import MOST, Claim, Entry, Receipt, Worst
from freehold.core.money import Nanodollars
from freehold.core.request import AnyRequest, Request
from freehold.core.target import Target
from freehold.gateway.meter import CountPrompt

WorstCost = Callable[[Target, int, int, int], Nanodollars]
"""The most that an attempt at a target can cost, of up to so many tokens in, tokens out, and images."""

_STAND_IN = 32
"""Tokens by which what takes the place of something that a guard found may be longer than it was."""
_UNSEEN = 16 * _STAND_IN
"""As many for what guards may yet find."""


class Reckoner:
    """Reckons the worst case of a request. Knows how its pieces are counted by what it is handed."""

    def __init__(
        self,
        cost: WorstCost,
        *,
        count_prompt: CountPrompt,
        most_prompt: CountPrompt,
        count_images: CountPrompt,
        assumed: Callable[[], int],
    ) -> None:
        """`count_prompt` says what is likely, `most_prompt` what is possible; `assumed` is an answer of unknown end."""
        self._cost = cost
        self._count_prompt = count_prompt
        self._most_prompt = most_prompt
        self._count_images = count_images
        self._assumed = assumed

    def entry(self, exchange: Exchange) -> Entry:
        """What it counts for under its rates: its prompt by estimate, and ``max_tokens`` or what is assumed."""
        request, caller = exchange.request, exchange.caller
        tokens = self._count_prompt(request)
        if isinstance(request, Request):
            said = request.sampling.max_tokens
            tokens += request.sampling.n * (self._assumed() if said is None else said)
        return Entry(exchange.id, caller.key_id, caller.team, _permit(exchange).route, min(tokens, MOST))

    def claim(self, exchange: Exchange) -> Claim:
        """What it may cost."""
        permit, caller, billing = _permit(exchange), exchange.caller, exchange.billing
        if billing is None:
            raise AssertionError("admit says whom a flow may pay")
        prompt = self._most_prompt(exchange.request) + _STAND_IN * len(exchange.findings)
        images = self._count_images(exchange.request)
        return Claim(
            exchange=exchange.id,
            key=caller.key_id,
            team=caller.team,
            route=permit.route,
            started_ns=exchange.started_ns,
            worst=tuple(self._worst(exchange.request, prompt, images, billing, permit)),
        )

    def worst(self, request: AnyRequest, permit: Permit, billing: tuple[int, ...]) -> list[Worst]:
        """What a request may cost that nobody has looked at yet, by target."""
        prompt = self._most_prompt(request) + _UNSEEN
        return self._worst(request, prompt, self._count_images(request), billing, permit)

    def _worst(
        self, request: AnyRequest, prompt: int, images: int, billing: tuple[int, ...], permit: Permit
    ) -> list[Worst]:
        found = []
        for target, answers in zip(permit.targets, billing, strict=True):
            context = target.limits.context
            tokens_in = prompt if context is None else min(prompt, context)
            amount = self._cost(target, tokens_in, self.answer(request, target), images)
            found.append(Worst(target.name, target.owned, Nanodollars(min(amount * answers, MOST))))
        return found

    def answer(self, request: AnyRequest, target: Target) -> int:
        """Tokens that a target's answer can have at the most, all of its choices together."""
        if not isinstance(request, Request):
            return 0
        limits = target.limits
        known = [most for most in (request.sampling.max_tokens, limits.max_output) if most is not None]
        if limits.context is not None:
            known.append(limits.context)
        return request.sampling.n * min(known, default=self._assumed())


def receipt(exchange: Exchange) -> Receipt:
    """What it came to: every attempt is billed, shown or not."""
    caller, attempts = exchange.caller, exchange.attempts
    used = [attempt.usage for attempt in attempts if attempt.usage is not None]
    return Receipt(
        exchange=exchange.id,
        key=caller.key_id,
        team=caller.team,
        route=_permit(exchange).route,
        started_ns=exchange.started_ns,
        spent=tuple((attempt.target, attempt.cost) for attempt in attempts if attempt.cost),
        tokens=sum(usage.input + usage.output for usage in used) if used else None,
    )


def _permit(exchange: Exchange) -> Permit:
    if exchange.permit is None:
        raise AssertionError("admit gives every exchange its permit")
    return exchange.permit
