import pytest

from freehold.catalog import providers, targets
from freehold.catalog.address import Reach, checked, reach
from freehold.catalog.prices import known
from freehold.catalog.providers import PROVIDERS, ProviderRow
from freehold.catalog.rows import TargetRow
from freehold.catalog.targets import Surroundings, make_target

ROWS = pytest.mark.parametrize("row", PROVIDERS.values(), ids=PROVIDERS.keys())


@ROWS
def test_addresses_are_ones_that_a_user_could_have_written(row):
    if row.base_url:
        assert checked(row.base_url) == row.base_url


@ROWS
def test_only_servers_of_this_machine_are_reached_without_tls(row):
    if row.base_url:
        assert row.local == (reach(row.base_url) is Reach.HERE)
        assert row.local or row.base_url.startswith("https://")


@ROWS
def test_outside_providers_have_a_key_and_a_way_to_send_it(row):
    if row.base_url and not row.local:
        assert row.keys
        assert row.auth != "none"


@ROWS
def test_models_on_offer_have_a_price(row):
    if row.addressed:
        for model in (*row.models, *row.embeddings):
            assert known(row.prices, model), model


def test_names_are_the_keys():
    assert all(name == row.name for name, row in PROVIDERS.items())


def test_every_provider_promised_is_there():
    promised = (
        "openai anthropic google mistral groq together fireworks openrouter deepseek xai cerebras azure huggingface "
        "ollama vllm sglang tgi lmstudio llama-server freehold reader scripted"
    )
    assert set(promised.split()) <= PROVIDERS.keys()


def test_an_openai_shaped_provider_is_one_row_and_nothing_else(monkeypatch):
    row = ProviderRow(
        name="acme", title="Acme", docs="https://acme.test", base_url="https://api.acme.test/v1", keys=("ACME_API_KEY",)
    )
    monkeypatch.setitem(providers.PROVIDERS, "acme", row)
    assert targets.PROVIDERS is providers.PROVIDERS

    faults = []
    made = make_target(
        TargetRow(name="acme/large", provider="acme"),
        Surroundings({"ACME_API_KEY": "k"}),
        lambda *fault: faults.append(fault),
    )

    assert faults == []
    assert (made.base_url, made.model, made.dialect, made.auth) == (
        "https://api.acme.test/v1",
        "large",
        "openai",
        "bearer",
    )
    assert made.api_key.reveal() == "k"
    assert str(made.clearance) == "internal"


def test_the_first_variable_that_is_set_and_not_empty_has_the_key():
    google = PROVIDERS["google"]
    assert google.key_in({"GEMINI_API_KEY": "", "GOOGLE_API_KEY": "g"}) == "GOOGLE_API_KEY"
    assert google.key_in({}) is None
