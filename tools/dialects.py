"""The reference page of what one dialect cannot say of the other, from the tables by which the codecs decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from freehold.wire.anthropic.terms import BUDGETS, DEFAULT_MAX_TOKENS, EFFORTS, GRAVE_EXTRA, STOP_REASONS, TIERS, UNSAID

Page = Callable[..., str]
Table = Callable[[Sequence[str], Iterable[Sequence[str]]], str]

_BEGIN = """
A target of the caller's own dialect is sent the body as it came. These tables are for a caller of OpenAI's dialect
and a target of Anthropic's; [dialects](../explanation/dialects.md) tells the rest, and why.
"""


def dialects(page: Page, table: Table) -> str:
    """What is refused and dropped, and the words that are given another form."""
    fields = [(f"`{each.field}`", "refused" if each.refused else "dropped", each.reason) for each in UNSAID]
    grave = ", ".join(f"`{name}`" for name in sorted(GRAVE_EXTRA))
    efforts = [(f"`{word}`", f"`{EFFORTS[word]}`", f"{BUDGETS[word]:,}" if word in BUDGETS else "") for word in EFFORTS]
    return page(
        "Dialects",
        _BEGIN,
        "## Fields without a counterpart",
        "What is refused is a 400 that names the field, unless another target can answer. What is dropped is recorded.",
        table(("field", "is", "because"), fields),
        f"Of fields that Freehold does not know, these are refused, and others dropped: {grave}.",
        "## Words of effort",
        "`reasoning_effort` as an effort, and as a budget of tokens for models that take no effort.",
        table(("asked for", "effort", "budget"), efforts),
        "## How an answer ends",
        table(("meant", "`stop_reason`"), [(f"`{meant}`", f"`{word}`") for meant, word in STOP_REASONS.items()]),
        "## Further",
        f"`max_tokens`, which Anthropic requires, is the target's `max_output`, else {DEFAULT_MAX_TOKENS:,}.",
        "`service_tier` becomes "
        + ", ".join(f"`{theirs}` for `{ours}`" for ours, theirs in TIERS.items())
        + "; other tiers are dropped.",
    )
