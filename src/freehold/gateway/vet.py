"""Looks at passages before they go into a request: one that reads like instructions may be dropped, or cost the answer.

Passages stand between marks as data in any case, so that ``mark`` has no more to do here. Their personal data and
secrets are looked for later, in the request they have become part of.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from freehold.core.exchange import Exchange
from freehold.core.ports import Grounding
from freehold.gateway.lookout import Lookout
from freehold.gateway.shield import is_guarded, only_owned, refuse
from freehold.guards.fields import Field
from freehold.policy.guarding import rule_on_untrusted

Vet = Callable[[Exchange, Grounding], Awaitable[Grounding]]
"""What becomes of a grounding before it is taken; raises `RequestError`."""


def vet(lookout: Lookout) -> Vet:
    """Vetting by these eyes."""

    async def vetted(exchange: Exchange, grounding: Grounding) -> Grounding:
        if not is_guarded(exchange) or not grounding.passages:
            return grounding
        fields = [Field(_where(passage.number), passage.text, "passage") for passage in grounding.passages]
        suspects = rule_on_untrusted(await lookout.judge(fields), exchange.guards)
        exchange.findings += suspects
        refuse([finding for finding in suspects if finding.action == "refuse"])
        if any(finding.action == "owned" for finding in suspects):
            only_owned(exchange)
        dropped = {finding.where for finding in suspects if finding.action == "drop"}
        numbers = [passage.number for passage in grounding.passages if _where(passage.number) in dropped]
        return grounding.without(numbers) if numbers else grounding

    return vetted


def _where(number: int) -> str:
    return f"passages[{number}]"
