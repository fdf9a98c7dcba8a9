"""The model's name, and metadata."""

from __future__ import annotations

import pytest

from freehold.core.errors import BadRequest
from freehold.wire.fields import check_model, read_metadata, strip_directions


@pytest.mark.parametrize("name", ["", "x" * 257, "a\r\nx-evil: 1", "a\x00", "a\x85b"])
def test_a_name_that_could_harm_a_header_is_refused(name):
    with pytest.raises(BadRequest) as caught:
        check_model(name)
    assert caught.value.param == "model"


@pytest.mark.parametrize("name", ["auto", "x" * 256, "Qwen/Qwen3-4B:Q4_K_M", "modèle"])
def test_other_names_are_fine(name):
    check_model(name)


def test_directions_become_text_whether_object_or_text():
    assert read_metadata({"a": "b", "freehold": {"label": "public"}}) == {"a": "b", "freehold": '{"label":"public"}'}
    assert read_metadata({"freehold": "{}"}) == {"freehold": "{}"}
    assert read_metadata(None) == {}


def test_other_metadata_must_be_text():
    with pytest.raises(BadRequest) as caught:
        read_metadata({"a": 1})
    assert caught.value.param == "metadata.a"


def test_directions_are_taken_out_without_touching_the_callers_own_object():
    metadata = {"a": "b", "freehold": {}}
    body = {"metadata": metadata}
    strip_directions(body)
    assert body == {"metadata": {"a": "b"}}
    assert metadata == {"a": "b", "freehold": {}}


def test_metadata_of_directions_alone_goes_altogether():
    body = {"metadata": {"freehold": "{}"}, "x": 1}
    strip_directions(body)
    assert body == {"x": 1}
