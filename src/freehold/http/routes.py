"""Every path that Freehold serves, as rows: the application, the OpenAPI description and the reference read them."""

from __future__ import annotations

from typing import Literal

import msgspec

Who = Literal["anyone", "key", "admin"]


class KeyBody(msgspec.Struct, forbid_unknown_fields=True):
    """A key to make. `label`: its default label. `models`: the aliases it may ask for; absent, all.

    `groups`: whose documents it may read. `collections`: what grounds its answers where neither the request nor its
    route names any.
    """

    name: str
    label: str | None = None
    models: list[str] | None = None
    groups: list[str] = []
    collections: list[str] = []
    team: str | None = None
    admin: bool = False
    may_declare: bool = False
    capture: bool = False
    days: int | None = None


class ExplainBody(msgspec.Struct, forbid_unknown_fields=True):
    """A question about routing. Nothing is sent to any target."""

    text: str
    model: str = "auto"
    label: str | None = None


class Operation(msgspec.Struct, frozen=True):
    """One method of one path. `handler` names a method of the API object ``part``; ``{}`` in a path is one name.

    `who` may call it: the application sees to that before it calls the handler.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    part: Literal["models", "admin", "operations"]
    handler: str
    who: Who
    summary: str
    body: type[msgspec.Struct] | None = None
    query: tuple[str, ...] = ()


OPERATIONS = (
    Operation("POST", "/v1/chat/completions", "models", "chat", "key", "Answer a chat, as OpenAI's API does."),
    Operation("POST", "/v1/embeddings", "models", "embeddings", "key", "Embed texts, as OpenAI's API does."),
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
    Operation(
        "GET",
        "/api/requests",
        "admin",
        "requests",
        "key",
        "List recent requests, newest first: an admin's key sees all, another its own.",
        query=("limit", "cursor", "key", "model", "target", "label", "ending", "since", "until"),
    ),
    Operation(
        "GET",
        "/api/requests/{}",
        "admin",
        "request",
        "key",
        "Why a request was answered as it was: label and sources, targets refused, attempts, scores, cost.",
    ),
    Operation(
        "GET",
        "/api/usage",
        "admin",
        "usage",
        "admin",
        "Requests, tokens and money, in groups.",
        query=("by", "since", "until"),
    ),
    Operation("GET", "/api/keys", "admin", "keys", "admin", "List keys; never their secrets."),
    Operation("POST", "/api/keys", "admin", "create_key", "admin", "Make a key; it is shown once.", body=KeyBody),
    Operation("POST", "/api/keys/{}/rotate", "admin", "rotate_key", "admin", "Replace a key's secret, at once."),
    Operation("DELETE", "/api/keys/{}", "admin", "revoke_key", "admin", "Revoke a key, at once."),
    Operation("GET", "/api/targets", "admin", "targets", "admin", "What can answer, its health, what went out."),
    Operation(
        "POST",
        "/api/explain",
        "admin",
        "explain",
        "key",
        "Which target would answer, which may not and why; sends nothing.",
        body=ExplainBody,
    ),
    Operation("POST", "/api/reload", "admin", "reload", "admin", "Read the configuration again: whole, or not at all."),
    Operation("GET", "/api/openapi.json", "operations", "openapi", "anyone", "This description."),
    Operation("GET", "/healthz", "operations", "healthz", "anyone", "Whether the process lives."),
    Operation("GET", "/readyz", "operations", "readyz", "anyone", "Whether it can take requests."),
    Operation("GET", "/", "operations", "front", "anyone", "Where to go from here."),
)


def openapi(version: str) -> dict[str, object]:
    """The OpenAPI 3.1 document of `OPERATIONS`."""
    bodies = [operation.body for operation in OPERATIONS if operation.body is not None]
    _, components = msgspec.json.schema_components(bodies, ref_template="#/components/schemas/{name}")
    paths: dict[str, dict[str, object]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path.replace("{}", "{name}"), {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Freehold", "version": version, "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "x-api-key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
            },
        },
    }


def _described(operation: Operation) -> dict[str, object]:
    found: dict[str, object] = {
        "operationId": f"{operation.part}_{operation.handler}",
        "summary": operation.summary,
        "responses": {"200": {"description": "Done."}, "default": {"description": "An error in the caller's dialect."}},
    }
    parameters: list[dict[str, object]] = [
        {"name": name, "in": "query", "schema": {"type": "string"}} for name in operation.query
    ]
    if "{}" in operation.path:
        parameters.append({"name": "name", "in": "path", "required": True, "schema": {"type": "string"}})
    if parameters:
        found["parameters"] = parameters
    if operation.who != "anyone":
        found["security"] = [{"bearer": []}, {"x-api-key": []}]
    if operation.body is not None:
        reference = {"$ref": f"#/components/schemas/{operation.body.__name__}"}
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": reference}}}
    elif operation.method == "POST" and operation.part == "models":
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    return found
