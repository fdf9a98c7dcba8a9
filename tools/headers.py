"""The headers and the variables that Freehold knows: their names from the code, and what each is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from freehold.config.environ import RESERVED, SETTINGS
from freehold.core.caller import Caller
from freehold.core.exchange import Exchange, Headers
from freehold.core.request import Request
from freehold.http import directions
from freehold.http.reply import facts

Table = Callable[[Sequence[str], Iterable[Sequence[str]]], str]

_ASKED = {
    "label": "the request's label, as in `confidential` or `confidential;eu,health`; it may raise the key's",
    "collections": "collections of documents to ground the answer in, apart by commas; empty: in none",
    "cache": "`off` asks for no cached answer; this release has no cache",
    "trace": "`1` has the decision returned in `x-freehold-trace`",
}

_TOLD = {
    "x-freehold-id": "the id of the record: `freehold usage --request ID`, `GET /api/requests/ID`",
    "x-request-id": "the same, where OpenAI's clients read it; Anthropic's get it as `request-id`",
    "x-freehold-target": "the target whose answer it is; `none` where nobody answered",
    "x-freehold-label": "the label under which it was decided",
    "x-freehold-attempts": "how many attempts were made; for a stream, up to its first event",
    "x-freehold-cache": "`off`: this release has no cache",
    "x-freehold-cost": "US dollars, decimal, over all attempts; a stream's head cannot know it and leaves it out",
    "x-freehold-trace": "where it was asked for: the decision as JSON",
}

_VARIABLES = {
    "FREEHOLD_ADMIN_KEY": "the admin's key to set at the first start; long and random; 8 characters at the very least",
    "FREEHOLD_CONFIG": "the configuration to read where `--config` names none",
    "FREEHOLD_DATA_DIR": "the data directory; as `FREEHOLD_SERVER_DATA_DIR`",
    "FREEHOLD_DEBUG": "`1` shows tracebacks of commands that fail",
    "FREEHOLD_KEY": (
        "the key that commands use, at `FREEHOLD_URL` or at the Freehold tha"
        "t runs here; without it they own the data here"
    ),
    "FREEHOLD_URL": "the Freehold that commands act on, if it is not the one that runs here",
}


def headers(table: Table) -> list[str]:
    """The parts of the page on HTTP about headers; raises `ValueError` for one that is not told of here."""
    exchange = Exchange(Request("model", (), "openai"), Caller("key", "name"), headers=Headers(trace=True))
    told = [name.decode() for name, _ in facts(exchange, settled=True)]
    _check(_TOLD, told)
    _check(_ASKED, directions._KNOWN)  # noqa: SLF001  # a page about it, kept true to it
    return [
        "## Headers of a request",
        "Without `x-freehold-` they may stand in the body's `metadata` too, under `freehold`: an object, or JSON text.",
        table(("header", "what it says"), [(f"`x-freehold-{name}`", what) for name, what in _ASKED.items()]),
        "A key comes in `authorization: Bearer KEY` or in `x-api-key: KEY`, at every path that needs one.",
        "## Headers of an answer, and of a refusal",
        table(("header", "what it says"), [(f"`{name}`", _TOLD[name]) for name in told]),
    ]


def variables(table: Table) -> list[str]:
    """The part of the page on configuration about the environment; raises `ValueError` as `headers` does."""
    _check(_VARIABLES, RESERVED)
    rows = [(f"`{name}`", what) for name, what in _VARIABLES.items()]
    rows += [(f"`{name}`", f"`{section}.{key}`") for name, (section, key) in SETTINGS.items()]
    return ["## Environment", table(("variable", "what it is or sets"), rows)]


def _check(told: Mapping[str, str], known: Iterable[str]) -> None:
    if told.keys() != set(known):
        raise ValueError(f"say what {', '.join(sorted(told.keys() ^ set(known)))} is for, or no longer")
