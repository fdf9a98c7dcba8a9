"""``freehold plan``: what to rent or to buy, and how fast one's own servers are."""

from __future__ import annotations

from freehold.cli.options import new_app
from freehold.cli.plan_measure import measure

app = new_app(no_args_is_help=True)
app.command("measure")(measure)


@app.callback(epilog="Example: freehold plan measure gpu-box")
def _plan() -> None:
    """Plan what to rent or to buy, and measure servers for it."""
