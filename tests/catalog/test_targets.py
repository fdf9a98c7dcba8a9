from decimal import Decimal

import pytest

from freehold.catalog.prices import PriceOverride
from freehold.catalog.rows import ClearanceRow, ProfileRow, TargetRow, TimeoutRow
from freehold.catalog.targets import Surroundings, hosted_elsewhere, make_target
from freehold.core.label import Label
from freehold.core.target import RESERVED_HEADERS

ENV = {"OPENAI_API_KEY": "sk-openai", "ANTHROPIC_API_KEY": "sk-ant", "AZURE_OPENAI_API_KEY": "az", "XAI_API_KEY": "a b"}
TAGS = frozenset({"eu", "health"})


def attempt(tmp_path, **fields):
    faults = []
    row = TargetRow(**{"name": "t", "model": "m", **fields})
    target = make_target(row, Surroundings(ENV, tmp_path, TAGS), lambda *fault: faults.append(fault))
    return target, faults


@pytest.fixture
def make(tmp_path):
    def make(**fields):
        target, faults = attempt(tmp_path, **fields)
        assert faults == []
        return target

    return make


@pytest.fixture
def faults(tmp_path):
    def faults(**fields):
        target, found = attempt(tmp_path, **fields)
        assert target is None
        assert all(mend for _, _, mend in found)
        return [(place, message) for place, message, _ in found]

    return faults


def test_a_provider_gives_address_dialect_and_key(make):
    target = make(provider="anthropic", model="claude-opus-5-5")
    assert target.base_url == "https://api.anthropic.com/v1"
    assert (target.dialect, target.auth) == ("anthropic", "x-api-key")
    assert target.api_key.reveal() == "sk-ant"
    assert "sk-ant" not in repr(target)


def test_the_model_of_a_provider_defaults_to_the_name(make):
    assert make(name="openai/gpt-5-mini", provider="openai", model=None).model == "gpt-5-mini"
    assert make(name="gpt-5-mini", provider="openai", model=None).model == "gpt-5-mini"


def test_an_address_speaks_openai_unless_told_otherwise(make):
    assert make(base_url="http://10.0.0.7:8000/v1/").dialect == "openai"
    other = make(base_url="http://10.0.0.7:8000/v1", dialect="anthropic")
    assert (other.dialect, other.auth) == ("anthropic", "x-api-key")


def test_a_provider_may_stand_at_another_address(make):
    target = make(provider="anthropic", base_url="http://127.0.0.1:9/v1")
    assert (target.base_url, target.dialect) == ("http://127.0.0.1:9/v1", "anthropic")


def test_an_engine_has_no_address_yet(make):
    target = make(engine="llamacpp", model="hf:Qwen/Qwen3-4B-GGUF:Q4_K_M")
    assert (target.base_url, target.engine, target.provider, target.owned) == ("", "llamacpp", "llamacpp", True)
    assert not target.profile.images


def test_the_reader_needs_nothing(make):
    assert make(provider="reader", model=None).model == "extractive-reader"


EVERYTHING = Label.parse("restricted;eu,health")
INTERNAL = Label.parse("internal")


@pytest.mark.parametrize(
    ("fields", "clearance", "owned"),
    [
        ({"engine": "llamacpp"}, EVERYTHING, True),
        ({"provider": "reader"}, EVERYTHING, True),
        ({"provider": "ollama"}, EVERYTHING, True),
        ({"base_url": "http://localhost:8000/v1"}, EVERYTHING, True),
        ({"provider": "ollama", "base_url": "http://10.0.0.7:11434/v1"}, INTERNAL, True),
        ({"base_url": "http://192.168.0.2:8000/v1"}, INTERNAL, True),
        ({"base_url": "https://gpu.example.com/v1"}, INTERNAL, False),
        ({"provider": "vllm", "base_url": "https://gpu.example.com/v1"}, INTERNAL, False),
        ({"provider": "openai"}, INTERNAL, False),
        ({"provider": "openai", "base_url": "http://127.0.0.1:4000/v1"}, INTERNAL, False),
        ({"provider": "ollama", "model": "gpt-oss:120b-cloud"}, INTERNAL, False),
        ({"base_url": "http://127.0.0.1:11434/v1", "model": "deepseek-v3.1:671b-cloud"}, INTERNAL, False),
        ({"provider": "freehold", "base_url": "http://127.0.0.1:9/v1"}, INTERNAL, False),
        ({"base_url": "http://127.0.0.1:4000/v1", "owned": False}, INTERNAL, False),
        ({"base_url": "https://gpu.example.com/v1", "owned": True}, INTERNAL, True),
    ],
)
def test_clearance_fails_closed_and_ownership_follows_the_address(make, fields, clearance, owned):
    target = make(**fields)
    assert (target.clearance, target.owned) == (clearance, owned)


def test_a_clearance_written_out_as_the_default_is_the_default(make):
    assert make(engine="llamacpp", clearance="restricted") == make(engine="llamacpp")
    assert make(provider="openai", clearance="internal") == make(provider="openai")


@pytest.mark.parametrize(
    ("clearance", "expected"),
    [
        ("confidential", "confidential;eu,health"),
        ("confidential;eu", "confidential;eu"),
        (ClearanceRow("confidential"), "confidential;eu,health"),
        (ClearanceRow("confidential", ()), "confidential"),
        (ClearanceRow("confidential", ("health",)), "confidential;health"),
    ],
)
def test_an_engine_of_ours_carries_every_tag_unless_it_is_told_which(make, clearance, expected):
    assert str(make(engine="llamacpp", clearance=clearance).clearance) == expected


def test_an_outside_target_carries_only_the_tags_it_is_given(make):
    assert str(make(provider="openai", clearance="confidential").clearance) == "confidential"
    assert str(make(provider="openai", clearance=ClearanceRow("public", ("eu",))).clearance) == "public;eu"


@pytest.mark.parametrize(
    "clearance", ["secret", "internal;x y", "internal;unknown", ClearanceRow("public", ("helth",))]
)
def test_a_clearance_that_is_none_is_a_fault(faults, clearance):
    assert [place for place, _ in faults(provider="openai", clearance=clearance)] == [("clearance",)]


def test_prices_are_those_of_the_catalog_or_of_the_row(make):
    assert make(provider="openai", model="gpt-5-mini").price.rates.input == 250_000
    override = PriceOverride(Decimal("0.1"), Decimal("0.2"))
    assert make(provider="openai", model="gpt-5-mini", price=override).price.rates.input == 100_000


def test_an_unknown_price_says_so_and_an_owned_one_is_free(make):
    assert make(provider="openai", model="gpt-99-unheard-of").price.source == "unknown"
    assert make(base_url="https://gpu.example.com/v1").price.source == "unknown"
    assert make(engine="llamacpp").price.source == "none"


def test_a_price_needs_both_ways_except_for_embeddings(make, faults):
    assert faults(provider="openai", price=PriceOverride(Decimal(1))) == [(("price",), "the price has no output")]
    assert (
        make(provider="openai", model="text-embedding-3-small", price=PriceOverride(Decimal(1))).price.rates.output == 0
    )


def test_limits_timeouts_and_profile_are_taken_over(make):
    target = make(
        provider="openai",
        concurrency=3,
        queue=0,
        retries=0,
        context=8000,
        timeouts=TimeoutRow(first=2.5),
        profile=ProfileRow(logprobs=False),
        watts=300.0,
        query={"api-version": "1"},
        headers={"X-Team": "blue", "Anthropic-Version": "x"},
    )
    assert (target.limits.concurrency, target.limits.queue, target.limits.retries, target.limits.context) == (
        3,
        0,
        0,
        8000,
    )
    assert (target.timeouts.first, target.timeouts.connect) == (2.5, 10.0)
    assert not target.profile.logprobs
    assert target.profile.developer_role
    assert target.query == (("api-version", "1"),)
    assert target.headers == (("x-team", "blue"), ("anthropic-version", "x"))


@pytest.mark.parametrize(
    ("fields", "place", "says"),
    [
        ({"provider": "opnai"}, ("provider",), "no provider 'opnai'"),
        ({"engine": "llama"}, ("engine",), "no engine 'llama'"),
        ({"engine": "llamacpp", "base_url": "http://h/v1"}, ("engine",), "no base_url"),
        ({}, (), "where it answers"),
        ({"provider": "azure"}, (), "no address"),
        ({"provider": "reader", "base_url": "http://h/v1"}, ("base_url",), "built in"),
        ({"base_url": "http://h/v1", "model": None}, (), "no model"),
        ({"base_url": "http://h/v1", "model": "a\nb"}, ("model",), "printable"),
        ({"base_url": "http://u:hunter2@h/v1"}, ("base_url",), "no user or password"),
        ({"provider": "groq"}, ("provider",), "GROQ_API_KEY is not set"),
        ({"provider": "xai"}, ("provider",), "XAI_API_KEY holds a space"),
        ({"provider": "openai", "api_key": "env:GONE"}, ("api_key",), "GONE is not set"),
        ({"provider": "openai", "name": "a b"}, ("name",), "cannot be a target's name"),
        ({"provider": "openai", "name": "a\x00"}, ("name",), "cannot be a target's name"),
        ({"provider": "openai", "name": ""}, ("name",), "cannot be a target's name"),
        ({"provider": "openai", "price": PriceOverride(Decimal(-1), Decimal(1))}, ("price",), "not a price"),
        ({"provider": "openai", "concurrency": 0}, ("concurrency",), "concurrency is 0"),
        ({"provider": "openai", "retries": 99}, ("retries",), "retries is 99"),
        ({"provider": "openai", "watts": -1.0}, ("watts",), "watts is -1"),
        ({"provider": "openai", "timeouts": TimeoutRow(total=0.0)}, ("timeouts", "total"), "total is 0"),
        ({"provider": "openai", "timeouts": TimeoutRow(total=float("nan"))}, ("timeouts", "total"), "total is nan"),
        ({"provider": "openai", "headers": {"a b": "c"}}, ("headers", "a b"), "not a header"),
        ({"provider": "openai", "headers": {"a": "b\r\nc: d"}}, ("headers", "a"), "not a header"),
        ({"provider": "openai", "headers": {"Authorization": "x"}}, ("headers", "Authorization"), "Freehold's own"),
    ],
)
def test_every_fault_has_its_place(faults, fields, place, says):
    (found,) = faults(**fields)
    assert found[0] == place
    assert says in found[1]
    assert "hunter2" not in found[1]


def test_all_faults_of_a_row_are_told(faults):
    found = faults(name="a b", provider="openai", base_url="nonsense", concurrency=0, clearance="secret", watts=-1.0)
    assert {place[0] for place, _ in found} == {"name", "base_url", "concurrency", "clearance", "watts"}


def test_a_key_is_not_demanded_of_a_server_on_this_machine(make):
    assert make(provider="groq", base_url="http://127.0.0.1:9/v1").api_key is None


def test_no_text_shows_a_key():
    assert "sk-" not in repr(Surroundings(ENV))
    assert "sk-" not in repr(TargetRow(name="t", api_key="sk-1"))


def test_cloud_models_are_told_by_their_tag():
    assert hosted_elsewhere("gpt-oss:120b-cloud")
    assert hosted_elsewhere("glm-4.6:cloud")
    assert not hosted_elsewhere("cloud-expert:7b")


def test_a_scripted_failure_is_one_that_there_is(make, faults):
    assert make(provider="scripted", model="fail:rate_limited").model == "fail:rate_limited"
    assert faults(provider="scripted", model="fail:nonsense") == [
        (("model",), "there is no failure 'nonsense' to play")
    ]
    assert make(provider="openai", model="fail:nonsense").model == "fail:nonsense"


@pytest.mark.parametrize("name", [*sorted(RESERVED_HEADERS), "X-API-Key"])
def test_no_header_may_be_one_of_freeholds_own(faults, name):
    assert [place for place, _ in faults(provider="openai", headers={name: "1"})] == [("headers", name)]
