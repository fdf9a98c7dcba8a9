"""The list of models in both shapes, as the official clients read it."""

from __future__ import annotations

import json

from anthropic.types import ModelInfo
from openai.types import Model

from freehold.wire.models import ListedModel, listing, one

MODELS = [
    ListedModel("auto", details={"kind": "route"}),
    ListedModel("local/x", 1_700_000_000, "team", "X", 4096, 1024),
]


def test_openai():
    body = json.loads(listing(MODELS, "openai"))
    assert body["object"] == "list"
    assert [Model.model_validate(entry).id for entry in body["data"]] == ["auto", "local/x"]
    assert body["data"][0] == {
        "id": "auto",
        "object": "model",
        "created": 0,
        "owned_by": "freehold",
        "freehold": {"kind": "route"},
    }
    assert json.loads(one(MODELS[0], "openai")) == body["data"][0]


def test_anthropic():
    body = json.loads(listing(MODELS, "anthropic"))
    assert (body["has_more"], body["first_id"], body["last_id"]) == (False, "auto", "local/x")
    assert [ModelInfo.model_validate(entry).display_name for entry in body["data"]] == ["auto", "X"]
    assert body["data"][1]["created_at"] == "2023-11-14T22:13:20Z"
    assert (body["data"][1]["max_input_tokens"], body["data"][1]["max_tokens"]) == (4096, 1024)
    assert json.loads(one(MODELS[1], "anthropic")) == body["data"][1]


def test_an_empty_list():
    assert json.loads(listing([], "anthropic")) == {"data": [], "has_more": False, "first_id": None, "last_id": None}
    assert json.loads(listing([], "openai")) == {"object": "list", "data": []}
