"""The order of stages, written once. The reference in the docs prints `ORDER`.

An exchange enters at the top and its answer leaves there. `recall` takes its place before `veil` when it comes.
"""

from __future__ import annotations

from collections.abc import Mapping

from freehold.core.ports import Handler, Stage

ORDER = (
    ("settle", "opens the record before anything can cost money, and settles it exactly once"),
    ("admit", "decides what may happen: the label, the route, the targets that may see it"),
    ("limit", "counts it under the rates of its key, team and route; pays, at the end, what all attempts cost"),
    ("shield", "looks at what the caller sends: raises its label, marks, takes out or refuses what guards find"),
    ("enrich", "finds passages in the chosen documents, joins their labels, narrows the permit, checks citations"),
    (
        "foresee",
        "asks the router that a route's promise names, before anything is generated, if the owned answer will do",
    ),
    ("reserve", "holds back the most that it may cost from every budget that would have to pay"),
    ("veil", "gives each target that a declassifier serves a view of its own; guards the answer, and remembers it"),
    ("dispatch", "runs the route's flow: each attempt, its retries, its cost"),
)


def compose(stages: Mapping[str, Stage], last: Handler) -> Handler:
    """Wrap `last` in the stages, in `ORDER`; raises `ValueError` when one is missing or not known."""
    wanted = [name for name, _ in ORDER[:-1]]
    if sorted(stages) != sorted(wanted):
        raise ValueError(f"the pipeline's stages are {', '.join(wanted)}; got {', '.join(sorted(stages))}")
    handler = last
    for name in reversed(wanted):
        handler = stages[name](handler)
    return handler
