"""One thing that can answer: a model at an address, with what may be sent to it and what it costs."""

from __future__ import annotations

from typing import Literal, NoReturn

import msgspec

from freehold.core.label import Label
from freehold.core.money import FREE, Price
from freehold.core.request import Dialect

RESERVED_HEADERS = frozenset(
    {
        *("connection", "content-length", "expect", "host", "te", "transfer-encoding", "upgrade"),
        *("accept-encoding", "content-type"),
        *("api-key", "authorization", "cookie", "proxy-authorization", "x-api-key"),
    }
)
"""Headers, in small letters, that neither a target's row nor a caller may add to a call: they decide where a request
ends and whose it is, how its body and the answer are written, and with whose credentials it goes."""


class Secret:
    """A string that never shows itself; `reveal` is the only way to it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The string itself, for the one place that sends it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('***')"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        """Refuse: a pickle or a copy of it would hold the string in the open."""
        raise TypeError("a Secret cannot be pickled or copied")


class Timeouts(msgspec.Struct, frozen=True):
    """How long to wait, in seconds."""

    connect: float = 10.0
    """Until the connection stands, its encryption agreed."""
    first: float = 120.0
    """From the request until the first byte of the answer."""
    silence: float = 60.0
    """Between two reads of the answer."""
    total: float = 900.0
    """The whole attempt."""


class Limits(msgspec.Struct, frozen=True):
    """What the target holds. Tokens, except `concurrency` and `queue`, which count requests; `None`: not known."""

    context: int | None = None
    max_output: int | None = None
    concurrency: int = 256
    queue: int = 512
    queue_seconds: float = 30.0
    retries: int = 2
    """Further tries at this target, before the first byte and only where retrying is safe."""
    rpm: int | None = None
    """Requests in any sixty seconds; `None`: as many as come."""
    tpm: int | None = None
    """Tokens, in and out, likewise."""


class Profile(msgspec.Struct, frozen=True):
    """The quirks of a model family or a server, as flags."""

    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    developer_role: bool = False
    """Knows the ``developer`` role; otherwise it is sent as ``system``."""
    stream_options: bool = True
    """Takes ``stream_options.include_usage``."""
    logprobs: bool = True
    images: bool = True
    tools: bool = True
    json_schema: bool = True
    reasoning: bool = True
    labels: bool = False
    """Knows ``x-freehold-label``: is another Freehold, which is told the label of what it is sent."""
    thinking: Literal["adaptive", "budget"] = "adaptive"
    """How a model that speaks Anthropic's dialect is asked to think: as it sees fit, or within a budget of tokens."""
    sampling: bool = True
    """Takes temperature and its kin; reasoning models of some providers refuse them."""
    embeddings: bool = False
    rerank: bool = False
    """Judges texts by how well each answers a query."""
    chat: bool = True

    @property
    def kinds(self) -> list[str]:
        """What it answers: ``chat``, ``embeddings``, ``rerank``."""
        able = {"chat": self.chat, "embeddings": self.embeddings, "rerank": self.rerank}
        return [kind for kind, can in able.items() if can]


class Target(msgspec.Struct, frozen=True):
    """What a route may choose. `owned`: it runs on the team's own machines, which sets its clearance's default."""

    name: str
    model: str
    base_url: str
    dialect: Dialect
    clearance: Label
    provider: str = "custom"
    """The catalog row it was made from; ``reader`` and ``scripted`` have no address."""
    owned: bool = False
    api_key: Secret | None = None
    auth: Literal["bearer", "x-api-key", "api-key", "none"] = "bearer"
    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    price: Price = FREE
    watts: float = 0.0
    """Electrical power while it works for one request, for the cost of owned answers."""
    profile: Profile = Profile()
    limits: Limits = Limits()
    timeouts: Timeouts = Timeouts()
    licence: str | None = None
    engine: str | None = None
    """The local engine's name that serves it, which knows the address once it is ready."""

    def __repr__(self) -> str:
        # The values of headers and query may be secrets too.
        return (
            f"Target({self.name!r}, {self.model!r}, {self.base_url!r}, {self.dialect!r}, {str(self.clearance)!r},"
            f" api_key={self.api_key!r}, headers={_names(self.headers)}, query={_names(self.query)})"
        )


def _names(pairs: tuple[tuple[str, str], ...]) -> list[str]:
    return [name for name, _ in pairs]
