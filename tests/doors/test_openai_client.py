"""OpenAI's own client, against a model of either dialect: what it asks for is what it gets."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import openai
import pydantic
import pytest

from support.household import PICTURE, WEATHER, Vendors
from support.live import ADMIN_KEY
from support.openai_vendor import vector
from support.server import Server
from support.vendor import CACHED, THOUGHT

TOOL: Any = {"type": "function", "function": {"name": "weather", "description": "It rains?", "parameters": WEATHER}}

either = pytest.mark.parametrize("model", ["gpt", "claude"])


def user(text: str) -> Any:
    return {"role": "user", "content": text}


@either
def test_a_chat_is_answered_with_its_usage(gpt: openai.OpenAI, model: str) -> None:
    answer = gpt.chat.completions.create(model=model, messages=[user("Good morning to you")])
    assert answer.choices[0].message.content == "You said: Good morning to you"
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.object == "chat.completion"
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 6
    assert answer.usage.prompt_tokens >= 7
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert answer.usage.prompt_tokens_details is not None
    assert answer.usage.prompt_tokens_details.cached_tokens == CACHED


@either
def test_a_stream_says_the_same_in_pieces(gpt: openai.OpenAI, model: str) -> None:
    chunks = list(gpt.chat.completions.create(model=model, messages=[user("Good morning to you")], stream=True))
    pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices[0].delta.content]
    assert "".join(pieces) == "You said: Good morning to you"
    assert len(pieces) == 6
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices[0].finish_reason] == ["stop"]
    assert all(chunk.usage is None for chunk in chunks)
    assert len({chunk.id for chunk in chunks}) == 1


@either
def test_a_stream_ends_with_its_usage_where_that_is_asked_for(gpt: openai.OpenAI, model: str) -> None:
    whole = gpt.chat.completions.create(model=model, messages=[user("Good morning")])
    options: Any = {"include_usage": True}
    chunks = list(
        gpt.chat.completions.create(model=model, messages=[user("Good morning")], stream=True, stream_options=options)
    )
    assert [chunk.usage for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert whole.usage is not None
    assert chunks[-1].usage.prompt_tokens == whole.usage.prompt_tokens
    assert chunks[-1].usage.completion_tokens == whole.usage.completion_tokens


@either
async def test_the_asynchronous_client_gets_the_same(server: Server, model: str) -> None:
    async with openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key=ADMIN_KEY, max_retries=0) as client:
        whole = await client.chat.completions.create(model=model, messages=[user("Hello")])
        stream = await client.chat.completions.create(model=model, messages=[user("Hello")], stream=True)
        pieces = [chunk.choices[0].delta.content or "" async for chunk in stream]
    assert whole.choices[0].message.content == "".join(pieces) == "You said: Hello"


@either
def test_tools_are_called_side_by_side_and_their_results_taken(gpt: openai.OpenAI, model: str) -> None:
    turns: list[Any] = [user("What is the weather in Oslo and Rome?")]
    asked = gpt.chat.completions.create(model=model, messages=turns, tools=[TOOL]).choices[0]
    calls: list[Any] = asked.message.tool_calls or []
    assert asked.finish_reason == "tool_calls"
    assert [(call.function.name, json.loads(call.function.arguments)["city"]) for call in calls] == [
        ("weather", "Oslo"),
        ("weather", "Rome"),
    ]
    assert len({call.id for call in calls}) == 2
    turns.append(asked.message.model_dump(exclude_none=True))
    turns += [{"role": "tool", "tool_call_id": call.id, "content": f"rain {place}"} for place, call in enumerate(calls)]
    told = gpt.chat.completions.create(model=model, messages=turns, tools=[TOOL]).choices[0]
    assert told.message.content == "Reported: rain 0; rain 1"


@either
def test_streamed_tool_calls_come_together_again(gpt: openai.OpenAI, model: str) -> None:
    turns = [user("What is the weather in Oslo and Rome?")]
    names: dict[int, str] = {}
    arguments: dict[int, str] = defaultdict(str)
    finish = None
    for chunk in gpt.chat.completions.create(model=model, messages=turns, tools=[TOOL], stream=True):
        for piece in chunk.choices[0].delta.tool_calls or []:
            assert piece.function is not None
            if piece.function.name:
                assert piece.id
                names[piece.index] = piece.function.name
            arguments[piece.index] += piece.function.arguments or ""
        finish = chunk.choices[0].finish_reason or finish
    assert names == {0: "weather", 1: "weather"}
    assert [json.loads(arguments[place]) for place in (0, 1)] == [{"city": "Oslo"}, {"city": "Rome"}]
    assert finish == "tool_calls"


@either
@pytest.mark.parametrize(
    ("choice", "called"),
    [("none", 0), ("required", 1), ({"type": "function", "function": {"name": "weather"}}, 1)],
)
def test_a_tool_choice_is_kept_to(gpt: openai.OpenAI, model: str, choice: Any, called: int) -> None:
    answer = gpt.chat.completions.create(model=model, messages=[user("Hello")], tools=[TOOL], tool_choice=choice)
    assert len(answer.choices[0].message.tool_calls or []) == called


@either
def test_one_call_at_a_time_where_that_is_asked_for(gpt: openai.OpenAI, model: str) -> None:
    turns = [user("What is the weather in Oslo and Rome?")]
    answer = gpt.chat.completions.create(model=model, messages=turns, tools=[TOOL], parallel_tool_calls=False)
    assert len(answer.choices[0].message.tool_calls or []) == 1


@either
def test_output_keeps_to_a_json_schema(gpt: openai.OpenAI, model: str) -> None:
    form: Any = {"type": "json_schema", "json_schema": {"name": "city", "schema": WEATHER, "strict": True}}
    answer = gpt.chat.completions.create(model=model, messages=[user("A city?")], response_format=form)
    assert json.loads(answer.choices[0].message.content or "") == {"city": "text"}


class Mill(pydantic.BaseModel):
    name: str
    built: int
    standing: bool


@either
def test_the_clients_own_parser_gets_an_object(gpt: openai.OpenAI, model: str) -> None:
    answer = gpt.chat.completions.parse(model=model, messages=[user("Describe a mill.")], response_format=Mill)
    assert answer.choices[0].message.parsed == Mill(name="text", built=7, standing=True)


@either
def test_the_clients_own_stream_helper_gathers_a_whole_answer(gpt: openai.OpenAI, model: str) -> None:
    with gpt.chat.completions.stream(model=model, messages=[user("Describe a mill.")], response_format=Mill) as stream:
        for _ in stream:
            pass
        whole = stream.get_final_completion()
    assert whole.choices[0].message.parsed == Mill(name="text", built=7, standing=True)


@either
def test_images_and_system_messages_reach_the_model(gpt: openai.OpenAI, vendors: Vendors, model: str) -> None:
    image: Any = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}}
    turns: list[Any] = [
        {"role": "system", "content": "Be brief."},
        {"role": "developer", "content": "Be kind."},
        {"role": "user", "content": [{"type": "text", "text": "Look:"}, image]},
    ]
    answer = gpt.chat.completions.create(model=model, messages=turns)
    kind = "image_url" if model == "gpt" else "image"
    assert answer.choices[0].message.content == f"You said: Look: <{kind}>"
    vendor = vendors.away if model == "gpt" else vendors.claude
    sent = vendor.requests[0].body.decode()
    assert "Be brief." in sent
    assert "Be kind." in sent
    assert PICTURE in sent


@either
def test_stop_and_length_end_an_answer(gpt: openai.OpenAI, model: str) -> None:
    stopped = gpt.chat.completions.create(model=model, messages=[user("one two three")], stop=["two"]).choices[0]
    assert stopped.message.content == "You said: one "
    assert stopped.finish_reason == "stop"
    cut = gpt.chat.completions.create(model=model, messages=[user("one two")], max_completion_tokens=3).choices[0]
    assert cut.message.content == "You said: one"
    assert cut.finish_reason == "length"


@either
def test_thinking_is_asked_for_by_its_effort(gpt: openai.OpenAI, model: str) -> None:
    answer = gpt.chat.completions.create(
        model=model, messages=[user("Why?")], reasoning_effort="low", max_completion_tokens=4000
    )
    assert answer.choices[0].message.content == "You said: Why?"
    assert answer.choices[0].message.to_dict()["reasoning_content"] == THOUGHT


def test_token_probabilities_and_several_choices(gpt: openai.OpenAI) -> None:
    answer = gpt.chat.completions.create(
        model="gpt", messages=[user("Hello")], logprobs=True, top_logprobs=2, n=2, seed=7
    )
    assert [choice.message.content for choice in answer.choices] == ["You said: Hello"] * 2
    assert answer.choices[1].logprobs is not None
    tokens = answer.choices[1].logprobs.content or []
    assert "".join(token.token for token in tokens) == "You said: Hello"
    assert all(token.logprob < 0 and len(token.top_logprobs) == 2 for token in tokens)


def test_several_choices_stream_side_by_side(gpt: openai.OpenAI) -> None:
    texts: dict[int, str] = defaultdict(str)
    for chunk in gpt.chat.completions.create(model="gpt", messages=[user("Hello")], n=2, stream=True):
        for choice in chunk.choices:
            texts[choice.index] += choice.delta.content or ""
    assert texts == {0: "You said: Hello", 1: "You said: Hello"}


@pytest.mark.parametrize(("field", "value"), [("logprobs", True), ("n", 2)])
def test_what_the_other_dialect_cannot_say_is_refused_by_name(
    gpt: openai.OpenAI, vendors: Vendors, field: str, value: Any
) -> None:
    wish: dict[str, Any] = {field: value}
    with pytest.raises(openai.BadRequestError) as caught:
        gpt.chat.completions.create(model="claude", messages=[user("Hello")], **wish)
    assert caught.value.param == field
    assert vendors.claude.requests == []


def test_fields_of_tomorrow_travel_to_a_model_of_the_same_dialect(gpt: openai.OpenAI, vendors: Vendors) -> None:
    gpt.chat.completions.create(model="gpt", messages=[user("Hello")], extra_body={"x_tomorrow": {"deep": [1]}})
    assert vendors.away.requests[0].json["x_tomorrow"] == {"deep": [1]}


def test_fields_that_are_harmless_to_lose_are_listed_in_the_record(
    gpt: openai.OpenAI, vendors: Vendors, server: Server
) -> None:
    raw = gpt.chat.completions.with_raw_response.create(
        model="claude", messages=[user("Hello")], extra_body={"x_tomorrow": 1}, seed=7
    )
    told = server.record(str(raw.parse()._request_id))
    assert told["attempts"][0]["dropped"] == ["seed", "x_tomorrow"]
    assert "x_tomorrow" not in vendors.claude.requests[0].json


@pytest.mark.parametrize("encoding", [None, "float", "base64"])
def test_texts_are_embedded(gpt: openai.OpenAI, encoding: Any) -> None:
    """Without a word about it, the client asks for base64 and decodes it."""
    wish = {"encoding_format": encoding} if encoding else {}
    answer = gpt.embeddings.create(model="embed", input=["a cat", "a dog"], **wish)
    found: list[Any] = [each.embedding for each in answer.data]
    if encoding == "base64":
        assert all(isinstance(each, str) for each in found)
    else:
        assert found == [vector("a cat"), vector("a dog")]
    assert answer.usage.prompt_tokens == 4


def test_what_can_be_asked_for_is_listed(gpt: openai.OpenAI) -> None:
    names = [model.id for model in gpt.models.list()]
    assert names[:4] == ["auto", "spare", "both", "shared"]
    assert {"gpt", "claude", "home", "embed"} <= set(names)
    assert gpt.models.retrieve("gpt").id == "gpt"
    with pytest.raises(openai.NotFoundError):
        gpt.models.retrieve("no-such-model")


def test_each_refusal_is_the_clients_own_class_of_error(server: Server, gpt: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as unknown:
        gpt.chat.completions.create(model="gtp", messages=[user("Hello")])
    assert unknown.value.code == "model_not_found"
    assert "gpt" in unknown.value.message
    with pytest.raises(openai.BadRequestError) as wrong:
        gpt.chat.completions.create(model="gpt", messages=[user("Hello")], temperature=9)
    assert wrong.value.param == "temperature"
    with pytest.raises(openai.AuthenticationError):
        gpt.with_options(api_key="fh-nobody").models.list()
    with pytest.raises(openai.PermissionDeniedError) as forbidden:
        gpt.chat.completions.create(
            model="gpt", messages=[user("Hello")], extra_headers={"x-freehold-label": "restricted"}
        )
    assert forbidden.value.code == "label_forbidden"


@either
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, openai.RateLimitError),
        (400, openai.BadRequestError),
        (401, openai.InternalServerError),
        (500, openai.InternalServerError),
    ],
)
def test_a_models_refusal_is_told_as_it_concerns_the_caller(
    gpt: openai.OpenAI, server: Server, model: str, status: int, kind: type[openai.APIStatusError]
) -> None:
    """A model that refuses Freehold's own key is no fault of the caller's key: 502, not 401."""
    with pytest.raises(kind) as caught:
        gpt.chat.completions.create(model=model, messages=[user(f"Please answer with status {status}")])
    assert caught.value.status_code == (502 if status in {401, 500} else status)
    assert caught.value.response.headers["x-freehold-id"].startswith("fh_")
