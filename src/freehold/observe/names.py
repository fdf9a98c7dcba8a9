"""How things are named: OpenTelemetry's semantic conventions, the GenAI ones in the two versions that are spoken.

``latest`` is that of the repository semantic-conventions-genai, which they moved to after 1.41; ``1.36`` is the last of
before the names that need an opt-in, as their transition plan says. All other names are the same in both.
"""

from __future__ import annotations

from typing import Literal

Conventions = Literal["latest", "1.36"]

SCHEMAS: dict[str, str] = {
    "latest": "https://opentelemetry.io/schemas/1.41.0",
    "1.36": "https://opentelemetry.io/schemas/1.36.0",
}

PROVIDER: dict[str, str] = {"latest": "gen_ai.provider.name", "1.36": "gen_ai.system"}
"""Who is asked."""

_PROVIDERS: dict[str, dict[str, str]] = {
    "latest": {
        "google": "gcp.gemini",
        "mistral": "mistral_ai",
        "xai": "x_ai",
        "azure": "azure.ai.openai",
    },
    "1.36": {
        "google": "gcp.gemini",
        "mistral": "mistral_ai",
        "azure": "azure.ai.openai",
    },
}
"""The conventions' own words for rows of the catalog that are named otherwise there; all others stand as they are."""

NEW_WITH_LATEST = frozenset(
    {
        "gen_ai.request.stream",
        "gen_ai.response.time_to_first_chunk",
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.reasoning.output_tokens",
        "gen_ai.embeddings.dimension.count",
        "gen_ai.input.messages",
        "gen_ai.output.messages",
        "gen_ai.system_instructions",
        "gen_ai.tool.definitions",
        "gen_ai.retrieval.documents",
    }
)
"""Attributes that 1.36 does not know."""

NEW_METRICS = frozenset({"gen_ai.client.operation.time_to_first_chunk"})
"""Metrics that 1.36 does not know."""


def provider_name(provider: str, conventions: Conventions) -> str:
    """The conventions' word for a provider of the catalog.

    >>> provider_name("mistral", "latest")
    'mistral_ai'
    """
    return _PROVIDERS[conventions].get(provider, provider)
