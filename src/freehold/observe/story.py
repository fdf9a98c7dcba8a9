"""An ended exchange as spans: the request, the search for passages, each try at a target, the tools it brings back.

Names and attributes are those of OpenTelemetry's conventions for HTTP servers and for GenAI; what only Freehold knows
is under ``freehold.``. An error's text is never in a span, since it can quote a prompt; its code is.
"""

from __future__ import annotations

from collections.abc import Callable

from freehold.core.exchange import Exchange
from freehold.core.record import Attempt, Ending
from freehold.core.request import Request
from freehold.observe import content
from freehold.observe.attributes import answered, asked, messages, own, path_of, server, target_of, tried
from freehold.observe.names import NEW_WITH_LATEST, PROVIDER, Conventions, provider_name
from freehold.observe.reading import code_of, operation_of
from freehold.observe.span import Attributes, Moment, Span, brief, derived
from freehold.observe.tool_runs import Run

_MS = 1_000_000
Shows = Callable[[Exchange], bool]
"""Whether the messages of this exchange may be in a span."""


class Story:
    """Tells exchanges as spans, in one version of the conventions."""

    def __init__(self, conventions: Conventions = "latest", shows: Shows = lambda _: False) -> None:
        self._conventions = conventions
        self._provider = PROVIDER[conventions]
        self._shows = shows

    def tell(self, exchange: Exchange, runs: tuple[Run, ...] = ()) -> list[Span]:
        """The spans of an exchange that has ended; `runs` are the tools whose results it brought."""
        trace, root, parent = place_of(exchange)
        spans: list[Span] = []
        if is_root(exchange):
            spans.append(self._root(exchange, trace, root, parent))
            spans += [self._tool(exchange, run, trace, parent or root) for run in runs]
            if exchange.searched_ns is not None:
                spans.append(self._retrieval(exchange, trace, root))
            parent = root
        for attempt in exchange.attempts:
            spans.append(self._attempt(exchange, attempt, trace, parent))
        if self._conventions != "latest":
            _without_new_names(spans)
        return spans

    def _root(self, exchange: Exchange, trace: str, root: str, parent: str | None) -> Span:
        path = path_of(exchange)
        attributes: Attributes = {
            "http.request.method": "POST",
            "http.route": path,
            "url.path": path,
            "url.scheme": "http",
            **own(exchange),
        }
        end, code = exchange.end, code_of(exchange)
        failed = end is not None and end.ending is Ending.FAILED
        if end is not None:
            attributes["http.response.status_code"] = end.status
        if code is not None:
            attributes["error.type"] = code
        return Span(
            f"POST {path}",
            "server",
            trace,
            root,
            parent,
            exchange.started_ns,
            ended_ns(exchange),
            attributes,
            error=code if failed else None,
        )

    def _retrieval(self, exchange: Exchange, trace: str, root: str) -> Span:
        began, done = exchange.searched_ns or (0, 0)
        source = ",".join(exchange.collections)
        attributes: Attributes = {
            "gen_ai.operation.name": "retrieval",
            "freehold.retrieval.passages": len(exchange.passages),
        }
        if source:
            attributes["gen_ai.data_source.id"] = source
        if self._shows(exchange):
            attributes["gen_ai.retrieval.documents"] = content.documents(exchange.passages)
        name = f"retrieval {source}" if source else "retrieval"
        return Span(name, "client", trace, derived(root, "retrieval"), root, began, done, attributes)

    def _tool(self, exchange: Exchange, run: Run, trace: str, parent: str) -> Span:
        name, call = brief(run.name), run.asked
        attributes: Attributes = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": name,
            "gen_ai.tool.call.id": brief(run.id),
            "gen_ai.tool.type": "function",
        }
        if run.failed:
            attributes["error.type"] = "tool_error"
        return Span(
            f"execute_tool {name}",
            "internal",
            trace,
            derived(call.span, run.id),
            parent,
            call.at_ns,
            max(call.at_ns, exchange.started_ns),
            attributes,
            link=(call.trace, call.span),
            error="tool_error" if run.failed else None,
        )

    def _attempt(self, exchange: Exchange, attempt: Attempt, trace: str, parent: str | None) -> Span:
        operation, target = operation_of(exchange), target_of(exchange, attempt)
        model = attempt.target if target is None else target.model
        attributes: Attributes = {
            "gen_ai.operation.name": operation,
            "gen_ai.request.model": model,
            self._provider: "custom" if target is None else provider_name(target.provider, self._conventions),
            **server(target),
            **asked(exchange),
            **answered(exchange, attempt),
            **tried(attempt),
        }
        if self._shows(exchange) and isinstance(exchange.request, Request) and attempt.declassified is None:
            attributes |= messages(exchange, exchange.request, attempt)
        moments: tuple[Moment, ...] = ()
        if attempt.first_ms is not None:
            moments = (Moment("freehold.first_token", attempt.started_ns + int(attempt.first_ms * _MS)),)
        return Span(
            f"{operation} {model}",
            "client",
            trace,
            derived(exchange.id, f"attempt {attempt.number}"),
            parent,
            attempt.started_ns,
            attempt.started_ns + int((attempt.total_ms or 0.0) * _MS),
            attributes,
            moments,
            error=attempt.fault,
        )


def _without_new_names(spans: list[Span]) -> None:
    for span in spans:
        for name in NEW_WITH_LATEST & span.attributes.keys():
            del span.attributes[name]


def is_root(exchange: Exchange) -> bool:
    """Whether it is a caller's own request, rather than one that a wing made."""
    return exchange.origin == "api"


def place_of(exchange: Exchange) -> tuple[str, str, str | None]:
    """Its trace, its own span, and the span that this is a part of."""
    held = exchange.trace
    own = exchange.id[3:]
    if held is None:
        return own, own[-16:], None
    if is_root(exchange):
        return held.trace, held.span, held.parent
    # What a wing asks in the course of a request it asks in order to find something for it.
    return held.trace, own[-16:], derived(held.span, "retrieval") if exchange.origin == "knowledge" else held.span


def ended_ns(exchange: Exchange) -> int:
    """When it ended, by the wall clock of its beginning and the steady one since."""
    return exchange.started_ns + int((0.0 if exchange.end is None else exchange.end.total_ms) * _MS)
