"""The OpenAPI description of every path."""

from __future__ import annotations

import msgspec

from freehold.http.routes.operation import Operation
from freehold.http.routes.table import OPERATIONS


def openapi(version: str) -> dict[str, object]:
    """The OpenAPI 3.1 document of `OPERATIONS`."""
    bodies = [operation.body for operation in OPERATIONS if operation.body is not None]
    _, components = msgspec.json.schema_components(bodies, ref_template="#/components/schemas/{name}")
    paths: dict[str, dict[str, object]] = {}
    for operation in OPERATIONS:
        paths.setdefault(described_path(operation.path), {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Freehold", "version": version, "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "x-api-key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "freehold"},
            },
        },
    }


def described_path(path: str) -> str:
    """A path with its names told apart, as in ``/v1/vector_stores/{name}/files/{member}``."""
    return path.replace("{}", "{name}", 1).replace("{}", "{member}", 1)


def _described(operation: Operation) -> dict[str, object]:
    found: dict[str, object] = {
        "operationId": f"{operation.part}_{operation.handler}",
        "summary": operation.summary,
        "x-freehold-who": operation.who,
        "responses": {"200": {"description": "Done."}, "default": {"description": "An error in the caller's dialect."}},
    }
    parameters: list[dict[str, object]] = [
        {"name": name, "in": "query", "schema": {"type": "string"}} for name in operation.query
    ]
    parameters += [
        {"name": hole, "in": "path", "required": True, "schema": {"type": "string"}}
        for hole in ("name", "member")[: operation.path.count("{}")]
    ]
    if parameters:
        found["parameters"] = parameters
    if operation.who != "anyone":
        found["security"] = [{"bearer": []}, {"x-api-key": []}, {"cookie": []}]
    if operation.body is not None:
        reference = {"$ref": f"#/components/schemas/{operation.body.__name__}"}
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": reference}}}
    elif operation.upload:
        form = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
        found["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    elif operation.method == "POST" and operation.part == "models":
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    return found
