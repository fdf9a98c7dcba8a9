from __future__ import annotations

import pytest
from opentelemetry.semconv._incubating.attributes.gen_ai_attributes import GenAiProviderNameValues, GenAiSystemValues

from freehold.catalog.providers import PROVIDERS
from freehold.observe.names import NEW_WITH_LATEST, PROVIDER, Conventions, provider_name

KNOWN = {
    "latest": {each.value for each in GenAiProviderNameValues},
    "1.36": {each.value for each in GenAiSystemValues},
}
COMPANIES = ("openai", "anthropic", "google", "mistral", "groq", "deepseek", "xai", "azure")
"""Rows of the catalog for which the conventions have a word."""


@pytest.mark.parametrize("conventions", ["latest", "1.36"])
def test_each_company_is_called_as_the_conventions_call_it(conventions: Conventions) -> None:
    for name in COMPANIES:
        assert name in PROVIDERS
        assert provider_name(name, conventions) in KNOWN[conventions]


def test_all_others_stand_as_they_are() -> None:
    assert provider_name("llamacpp", "latest") == "llamacpp"
    assert (PROVIDER["latest"], PROVIDER["1.36"]) == ("gen_ai.provider.name", "gen_ai.system")
    assert not {"gen_ai.usage.input_tokens", "gen_ai.tool.name", "gen_ai.conversation.id"} & NEW_WITH_LATEST
