"""Token counts, as various servers give them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.event import Usage
from freehold.wire.openai.usage import read_usage, write_usage


@pytest.mark.parametrize(
    ("server", "body", "usage"),
    [
        (
            "OpenAI",
            {
                "prompt_tokens": 100,
                "completion_tokens": 50,
                "total_tokens": 150,
                "prompt_tokens_details": {"cached_tokens": 80, "audio_tokens": 3},
                "completion_tokens_details": {"reasoning_tokens": 40, "audio_tokens": 2},
            },
            Usage(100, 50, cached_input=80, reasoning=40, input_audio=3, output_audio=2),
        ),
        (
            "xAI",
            {
                "prompt_tokens": 10,
                "completion_tokens": 5,
                "total_tokens": 115,
                "completion_tokens_details": {"reasoning_tokens": 100},
            },
            Usage(10, 105, reasoning=100),
        ),
        (
            "Google",
            {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 40},
            Usage(10, 30, reasoning=25),
        ),
        ("DeepSeek", {"prompt_tokens": 10, "completion_tokens": 5, "prompt_cache_hit_tokens": 8}, Usage(10, 5, 8)),
        ("Moonshot", {"prompt_tokens": 10, "completion_tokens": 5, "cached_tokens": 8}, Usage(10, 5, 8)),
        (
            "OpenRouter",
            {"prompt_tokens": 10, "completion_tokens": 5, "prompt_tokens_details": {"cache_write_tokens": 4}},
            Usage(10, 5, cache_write=4),
        ),
    ],
)
def test_each_server_counts_in_its_own_way(server, body, usage):
    assert read_usage(body, None) == usage


@pytest.mark.parametrize("body", [None, 7, "x", []])
def test_what_is_not_an_object_is_no_usage(body):
    assert read_usage(body, None) is None


@pytest.mark.parametrize("lie", [-5, 1.5, "12", None, True, 2**60, [], {}])
def test_a_count_that_is_none_counts_nothing(lie):
    body = {
        "prompt_tokens": lie,
        "completion_tokens": lie,
        "total_tokens": lie,
        "prompt_tokens_details": lie,
        "completion_tokens_details": {"reasoning_tokens": lie},
    }
    assert read_usage(body, None) == Usage()


def test_a_part_is_never_more_than_the_whole():
    body = {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 99},
        "completion_tokens_details": {"reasoning_tokens": 99},
    }
    assert read_usage(body, None) == Usage(10, 5, cached_input=10, reasoning=5)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.data())
def test_what_is_written_is_read_back(prompt, completion, data):
    usage = Usage(
        prompt,
        completion,
        cached_input=data.draw(st.integers(0, prompt)),
        cache_write=data.draw(st.integers(0, prompt)),
        reasoning=data.draw(st.integers(0, completion)),
        input_audio=data.draw(st.integers(0, prompt)),
        output_audio=data.draw(st.integers(0, completion)),
    )
    assert read_usage(write_usage(usage), None) == usage
