"""The first worker's accountant, as a hand asks it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from freehold.core.errors import BudgetSpent, RateLimited, RequestError, Unavailable
from freehold.core.limits import Allowance, Claim, Entry, Granted, Receipt
from freehold.crew.line import Line
from freehold.crew.messages import Begin, Begun, Over, Refused, Reserve, Reserved


class RemoteAccountant:
    """Implements `core.ports.Accountant`."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._subjects: frozenset[tuple[str, str]] = frozenset()

    def governed(self, subjects: Iterable[tuple[str, str]]) -> None:
        """From now on, limits are set on these: pairs of a scope and a subject."""
        self._subjects = frozenset(map(tuple, subjects))  # type: ignore[arg-type]

    def governs(self, key: str, team: str | None, route: str, targets: Collection[str]) -> bool:
        """Whether any limit is set on one of these, as the first told last."""
        subjects = self._subjects
        if not subjects:
            return False
        return (
            ("key", key) in subjects
            or ("team", team) in subjects
            or ("route", route) in subjects
            or any(("target", target) in subjects for target in targets)
        )

    async def begin(self, entry: Entry) -> Allowance:
        """Count a request in; raises `RateLimited`. Whoever is cancelled here tells of it with `end` all the same."""
        number = self._line.number()
        answer: Begun | Refused = await self._line.ask(number, Begin(number, entry))
        if isinstance(answer, Refused):
            raise _error(answer)
        return answer.allowance

    async def reserve(self, claim: Claim) -> Granted:
        """Hold the worst case back; raises `BudgetSpent` where no target is left that may be paid for."""
        number = self._line.number()
        answer: Reserved | Refused = await self._line.ask(number, Reserve(number, claim))
        if isinstance(answer, Refused):
            raise _error(answer)
        return answer.granted

    def end(self, receipt: Receipt) -> None:
        """The request is over. Returns at once."""
        self._line.send(Over(receipt))


def _error(refused: Refused) -> RequestError:
    match refused.kind:
        case "RateLimited":
            return RateLimited(refused.message, retry_after=refused.retry_after, allowance=refused.allowance)
        case "BudgetSpent":
            return BudgetSpent(refused.message, retry_after=refused.retry_after, renews=refused.renews)
        case _:
            return Unavailable(refused.message, retry_after=refused.retry_after)
