"""Where answers can come from: one row a provider or server.

An OpenAI-shaped provider is one more row here and nothing else. Addresses, key variables and headers are from each
provider's own documentation, linked in its row. Quirks of a model family stand in `profiles`, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from freehold.core.request import Dialect
from freehold.core.target import Profile

Auth = Literal["bearer", "x-api-key", "api-key", "none"]


class ProviderRow(msgspec.Struct, frozen=True):
    """One provider. `base_url` carries the version segment; empty where only the user can know it."""

    name: str
    title: str
    docs: str
    base_url: str = ""
    dialect: Dialect = "openai"
    keys: tuple[str, ...] = ()
    """Environment variables that hold its key, the usual one first."""
    auth: Auth = "bearer"
    headers: tuple[tuple[str, str], ...] = ()
    profile: Profile = Profile()
    prices: str | None = None
    """Its name in the price table; `None`: not priced there."""
    local: bool = False
    """A server that teams run on their own machines; without an address it is looked for on loopback."""
    addressed: bool = True
    """Has an address; the built-in ones have none."""
    concurrency: int = 64
    """How many requests at once are polite, or useful, where the user does not say."""
    models: tuple[str, ...] = ()
    """Chat models to offer when only its key is known: a small one first, then a strong one. All are priced. None: a
    key in the environment is not taken as leave to use it."""
    embeddings: tuple[str, ...] = ()

    def key_in(self, env: Mapping[str, str]) -> str | None:
        """The first of its variables that is set and not empty."""
        return next((name for name in self.keys if env.get(name)), None)


_OUTSIDE = (
    ProviderRow(
        name="openai",
        title="OpenAI",
        docs="https://developers.openai.com/api/reference",
        base_url="https://api.openai.com/v1",
        keys=("OPENAI_API_KEY",),
        # max_tokens is deprecated in favour of max_completion_tokens, which every chat model there takes.
        profile=Profile(max_tokens_field="max_completion_tokens", developer_role=True),
        prices="openai",
        models=("gpt-6-luna", "gpt-6.1-sol"),
        embeddings=("text-embedding-3-small",),
    ),
    ProviderRow(
        name="anthropic",
        title="Anthropic",
        docs="https://platform.claude.com/docs/en/api/overview",
        base_url="https://api.anthropic.com/v1",
        dialect="anthropic",
        keys=("ANTHROPIC_API_KEY",),
        auth="x-api-key",
        profile=Profile(logprobs=False),
        prices="anthropic",
        models=("claude-haiku-5-5", "claude-opus-5-5"),
    ),
    ProviderRow(
        name="google",
        title="Google Gemini (its OpenAI-shaped API)",
        docs="https://ai.google.dev/gemini-api/docs/openai",
        base_url="https://generativelanguage.googleapis.com/v1beta/openai",
        keys=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        profile=Profile(logprobs=False),
        prices="google",
        models=("gemini-3.5-flash-lite", "gemini-3.8-flash"),
        embeddings=("gemini-embedding-001",),
    ),
    ProviderRow(
        name="mistral",
        title="Mistral",
        docs="https://docs.mistral.ai/api",
        base_url="https://api.mistral.ai/v1",
        keys=("MISTRAL_API_KEY",),
        # Refuses unknown fields with 422, stream_options among them; its last chunk has the usage unasked.
        profile=Profile(stream_options=False, logprobs=False),
        prices="mistral",
        models=("mistral-small-latest", "mistral-medium-latest"),
        embeddings=("mistral-embed",),
    ),
    ProviderRow(
        name="groq",
        title="Groq",
        docs="https://console.groq.com/docs/openai",
        base_url="https://api.groq.com/openai/v1",
        keys=("GROQ_API_KEY",),
        profile=Profile(logprobs=False, max_tokens_field="max_completion_tokens"),
        prices="groq",
        models=("openai/gpt-oss-20b", "openai/gpt-oss-120b"),
    ),
    ProviderRow(
        name="together",
        title="Together AI",
        docs="https://docs.together.ai/docs/openai-api-compatibility",
        base_url="https://api.together.xyz/v1",
        keys=("TOGETHER_API_KEY",),
        prices="together",
        models=("openai/gpt-oss-120b", "zai-org/GLM-5.3"),
    ),
    ProviderRow(
        name="fireworks",
        title="Fireworks",
        docs="https://docs.fireworks.ai/tools-sdks/openai-compatibility",
        base_url="https://api.fireworks.ai/inference/v1",
        keys=("FIREWORKS_API_KEY",),
        prices="fireworks",
        models=("accounts/fireworks/models/gpt-oss-20b", "accounts/fireworks/models/gpt-oss-120b"),
    ),
    ProviderRow(
        name="openrouter",
        title="OpenRouter",
        docs="https://openrouter.ai/docs/api/reference/overview",
        base_url="https://openrouter.ai/api/v1",
        keys=("OPENROUTER_API_KEY",),
        prices="openrouter",
        models=("openai/gpt-oss-20b", "openai/gpt-oss-120b"),
    ),
    ProviderRow(
        name="deepseek",
        title="DeepSeek",
        docs="https://api-docs.deepseek.com",
        base_url="https://api.deepseek.com/v1",
        keys=("DEEPSEEK_API_KEY",),
        # response_format knows text and json_object only.
        profile=Profile(json_schema=False),
        prices="deepseek",
        models=("deepseek-v4-flash", "deepseek-v4-pro"),
    ),
    ProviderRow(
        name="xai",
        title="xAI",
        docs="https://docs.x.ai/docs/api-reference",
        base_url="https://api.x.ai/v1",
        keys=("XAI_API_KEY",),
        profile=Profile(max_tokens_field="max_completion_tokens"),
        prices="x-ai",
        models=("grok-4-1-fast-non-reasoning", "grok-4.7"),
    ),
    ProviderRow(
        name="cerebras",
        title="Cerebras",
        docs="https://inference-docs.cerebras.ai/resources/openai",
        base_url="https://api.cerebras.ai/v1",
        keys=("CEREBRAS_API_KEY",),
        profile=Profile(max_tokens_field="max_completion_tokens"),
        prices="cerebras",
        models=("gpt-oss-120b",),
    ),
    ProviderRow(
        name="azure",
        title="Azure OpenAI",
        docs="https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle",
        # base_url is https://RESOURCE.openai.azure.com/openai/v1, which needs no api-version; `model` names the
        # deployment.
        keys=("AZURE_OPENAI_API_KEY",),
        auth="api-key",
        profile=Profile(max_tokens_field="max_completion_tokens", developer_role=True),
        prices="azure",
    ),
    ProviderRow(
        name="huggingface",
        title="Hugging Face Inference Providers",
        docs="https://huggingface.co/docs/inference-providers",
        base_url="https://router.huggingface.co/v1",
        keys=("HF_TOKEN",),
        # The table prices each provider behind the router; a model says which by its suffix, as in "org/model:groq".
        # No models to offer unasked: the token is often there only to download weights.
        prices="huggingface",
    ),
)

_LOCAL = (
    ProviderRow(
        name="ollama",
        title="Ollama",
        docs="https://docs.ollama.com/api/openai-compatibility",
        base_url="http://127.0.0.1:11434/v1",
        local=True,
        concurrency=8,
    ),
    ProviderRow(
        name="vllm",
        title="vLLM",
        docs="https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
        base_url="http://127.0.0.1:8000/v1",
        keys=("VLLM_API_KEY",),
        local=True,
        concurrency=256,
    ),
    ProviderRow(
        name="sglang",
        title="SGLang",
        docs="https://docs.sglang.ai/basic_usage/openai_api.html",
        base_url="http://127.0.0.1:30000/v1",
        local=True,
        concurrency=256,
    ),
    ProviderRow(
        name="tgi",
        title="Text Generation Inference",
        docs="https://huggingface.co/docs/text-generation-inference/messages_api",
        base_url="http://127.0.0.1:3000/v1",
        local=True,
        concurrency=128,
    ),
    ProviderRow(
        name="lmstudio",
        title="LM Studio",
        docs="https://lmstudio.ai/docs/developer/openai-compat",
        base_url="http://127.0.0.1:1234/v1",
        profile=Profile(logprobs=False),
        local=True,
        concurrency=4,
    ),
    ProviderRow(
        name="llama-server",
        title="llama.cpp server",
        docs="https://github.com/ggml-org/llama.cpp/tree/master/tools/server",
        base_url="http://127.0.0.1:8080/v1",
        keys=("LLAMA_API_KEY",),
        local=True,
        concurrency=8,
    ),
    ProviderRow(
        name="freehold",
        title="Another Freehold",
        docs="",
        # Not local, wherever it runs: it may ask providers of its own.
        profile=Profile(developer_role=True, labels=True),
        concurrency=128,
    ),
)

_BUILT_IN = (
    ProviderRow(
        name="llamacpp",
        title="llama.cpp, run by Freehold",
        docs="https://github.com/xorbitsai/xllamacpp",
        # It is started without a model's vision projector, and answers an image with an error.
        profile=Profile(images=False),
        local=True,
        addressed=False,
        concurrency=4,
    ),
    ProviderRow(
        name="reader",
        title="The built-in reader: quotes the best sentences of the material it is given",
        docs="",
        profile=Profile(logprobs=False, images=False, tools=False, json_schema=False, reasoning=False),
        local=True,
        addressed=False,
        models=("extractive-reader",),
    ),
    ProviderRow(
        name="scripted",
        title="A test double that says what its script tells it to",
        docs="",
        local=True,
        addressed=False,
        models=("scripted",),
    ),
)

PROVIDERS: dict[str, ProviderRow] = {row.name: row for row in (*_OUTSIDE, *_LOCAL, *_BUILT_IN)}

ENGINES = ("llamacpp",)
"""Local engines that Freehold runs itself, as `engine` in a target's row names them."""
