import pytest

from freehold.catalog.profiles import FAMILIES, profile_for
from freehold.catalog.providers import PROVIDERS
from freehold.core.target import Profile


def of(provider, model):
    return profile_for(PROVIDERS[provider], model)


@pytest.mark.parametrize(
    "model", ["o1", "o3-mini", "o4-mini-2025-04-16", "gpt-5-mini", "gpt-5.4", "gpt-6.1-sol", "gpt-10"]
)
def test_openai_reasoning_models_refuse_sampling(model):
    profile = of("openai", model)
    assert not profile.sampling
    assert not profile.logprobs
    assert profile.max_tokens_field == "max_completion_tokens"


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4.1-mini", "gpt-4-turbo", "gpt-5-chat-latest"])
def test_openai_chat_models_take_sampling(model):
    assert of("openai", model).sampling


def test_the_same_family_has_the_same_quirks_behind_openrouter():
    assert not of("openrouter", "openai/o3").sampling
    assert of("openrouter", "openai/gpt-oss-120b").sampling


def test_open_weights_are_not_taken_for_openai_models():
    assert of("vllm", "openai/gpt-oss-20b") == PROVIDERS["vllm"].profile
    assert of("ollama", "gpt-5-lookalike").sampling


@pytest.mark.parametrize(
    ("model", "takes"),
    [
        ("claude-haiku-4-5", True),
        ("claude-sonnet-4-6", True),
        ("claude-opus-4-1-20250805", True),
        ("claude-3-7-sonnet-latest", True),
        ("claude-opus-4-7", False),
        ("claude-sonnet-5", False),
        ("claude-haiku-5-5", False),
        ("claude-fable-5", False),
    ],
)
def test_later_claude_models_refuse_sampling(model, takes):
    assert of("anthropic", model).sampling is takes


def test_claude_thinks_from_3_7_on():
    assert not of("anthropic", "claude-3-5-sonnet-20241022").reasoning
    assert of("anthropic", "claude-3-7-sonnet-latest").reasoning


@pytest.mark.parametrize(
    "model", ["text-embedding-3-small", "nomic-embed-text", "BAAI/bge-m3", "Qwen/Qwen3-Embedding-0.6B", "mistral-embed"]
)
def test_embedding_models_embed_and_do_not_chat(model):
    profile = of("vllm", model)
    assert profile.embeddings
    assert not profile.chat


@pytest.mark.parametrize("model", ["BAAI/bge-reranker-v2-m3", "rerank-v3.5", "jina-reranker-v2", "qwen3-reranker:0.6b"])
def test_rerankers_rerank_and_do_nothing_else(model):
    profile = of("vllm", model)
    assert profile.rerank
    assert not profile.embeddings
    assert not profile.chat


@pytest.mark.parametrize("model", ["Qwen/Qwen3-32B", "llama-3.3-70b", "embedded-systems-tutor", "gemma-3-27b-it"])
def test_chat_models_are_not_taken_for_embedders(model):
    assert of("vllm", model).chat


def test_the_providers_own_quirks_stay_under_the_familys():
    assert not of("mistral", "mistral-small-latest").stream_options
    assert not of("mistral", "mistral-embed").stream_options
    assert not of("groq", "llama-3.3-70b-versatile").logprobs


def test_rows_change_only_flags_that_exist_and_name_their_source():
    for family in FAMILIES:
        assert family.changes.keys() <= set(Profile.__struct_fields__)
        assert family.source
