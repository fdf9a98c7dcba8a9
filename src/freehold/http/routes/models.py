"""The paths by which models are asked, in the dialects that programs already speak."""

from __future__ import annotations

from freehold.http.routes.operation import Operation

MODELS = (
    Operation("POST", "/v1/chat/completions", "models", "chat", "key", "Answer a chat, as OpenAI's API does."),
    Operation("POST", "/v1/embeddings", "models", "embeddings", "key", "Embed texts, as OpenAI's API does."),
    Operation("POST", "/v1/rerank", "models", "rerank", "key", "Judge texts by how well each answers a query."),
    Operation("GET", "/v1/models", "models", "list", "key", "List what this key may ask for."),
    Operation("GET", "/v1/models/{}", "models", "one", "key", "Describe one of them."),
    Operation("POST", "/v1/messages", "models", "messages", "key", "Answer a chat, as Anthropic's API does."),
    Operation(
        "POST",
        "/v1/messages/count_tokens",
        "models",
        "count_tokens",
        "key",
        "Estimate a prompt's tokens.",
    ),
)
