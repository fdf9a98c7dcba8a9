"""The quirks of model families: which flags of the provider's own profile a family changes.

Rows are tried from the top and the first match wins. `providers` limits a row to who serves the model with these
quirks; the same weights served elsewhere often behave otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from freehold.catalog.providers import ProviderRow
from freehold.core.target import Profile


class FamilyRow(msgspec.Struct, frozen=True):
    """Models whose lower-case name matches `pattern` anywhere. `providers` empty: whoever serves them."""

    pattern: str
    changes: Mapping[str, Any]
    source: str
    providers: frozenset[str] = frozenset()

    def fits(self, provider: str, model: str) -> bool:
        """Whether this row speaks of the model."""
        return (not self.providers or provider in self.providers) and re.search(self.pattern, model) is not None


_OPENAI = frozenset({"openai", "azure", "openrouter"})
_CLAUDE = frozenset({"anthropic", "openrouter", "custom"})

_EMBEDS = {"embeddings": True, "chat": False, "logprobs": False, "tools": False, "reasoning": False}
_THINKS = {"sampling": False, "logprobs": False, "max_tokens_field": "max_completion_tokens", "developer_role": True}

FAMILIES: tuple[FamilyRow, ...] = (
    FamilyRow(
        r"(^|[/_-])(re-?rank(er)?)([/_:.-]|$)",
        {**_EMBEDS, "embeddings": False, "rerank": True},
        "the models' own cards: they judge texts and do not chat",
    ),
    FamilyRow(
        r"(^|[/_-])(text-embedding|embeddinggemma|nomic-embed|mxbai-embed|bge|gte|e5|all-minilm|snowflake-arctic-embed)"
        r"|[/_-]embed(ding)?s?([/_:.-]|$)",
        _EMBEDS,
        "the models' own cards: they embed and do not chat",
    ),
    FamilyRow(
        r"(^|/)gpt-5(\.\d+)?-chat",
        {"max_tokens_field": "max_completion_tokens", "developer_role": True, "reasoning": False},
        "https://platform.openai.com/docs/models/gpt-5-chat-latest: the chat variants do not reason and take sampling",
        _OPENAI,
    ),
    FamilyRow(
        r"(^|/)(o1-mini|o1-preview)",
        {**_THINKS, "developer_role": False, "tools": False, "json_schema": False, "images": False},
        "https://platform.openai.com/docs/guides/reasoning: the first two knew neither tools nor a developer message",
        _OPENAI,
    ),
    FamilyRow(
        r"(^|/)(o[1-9]|gpt-([5-9]|\d\d))",
        _THINKS,
        "https://platform.openai.com/docs/guides/reasoning: temperature, top_p, penalties and logprobs are refused",
        _OPENAI,
    ),
    FamilyRow(
        r"(^|[./])claude-(haiku-([5-9]|4-[6-9])|(opus|sonnet)-([5-9]|4-[7-9])|fable|mythos)",
        {"sampling": False, "logprobs": False},
        "https://platform.claude.com/docs/en/about-claude/models: 400 '`temperature` is deprecated for this model'",
        _CLAUDE,
    ),
    FamilyRow(
        r"(^|[./])claude-(2|3-5|3-haiku|3-opus|3-sonnet|instant|v)",
        {"reasoning": False, "logprobs": False},
        "https://platform.claude.com/docs/en/build-with-claude/extended-thinking: thinking begins with 3.7",
        _CLAUDE,
    ),
    FamilyRow(
        r"^grok-(3-mini|4|build|code)(?!.*non-reasoning)",
        {"logprobs": False, "max_tokens_field": "max_completion_tokens"},
        "https://docs.x.ai/docs/guides/reasoning: reasoning models refuse penalties and stop, and give no logprobs",
        frozenset({"xai"}),
    ),
    FamilyRow(
        r"deepseek-(reasoner|r1)",
        {"sampling": False, "logprobs": False, "tools": False, "json_schema": False, "images": False},
        "https://api-docs.deepseek.com/guides/reasoning_model: sampling has no effect, logprobs are an error",
        frozenset({"deepseek"}),
    ),
)


def profile_for(provider: ProviderRow, model: str) -> Profile:
    """The provider's profile with the model family's changes."""
    name = model.lower()
    for family in FAMILIES:
        if family.fits(provider.name, name):
            return msgspec.structs.replace(provider.profile, **family.changes)
    return provider.profile
