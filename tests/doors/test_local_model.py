"""A model on this very machine, run by the real engine: both official clients, streamed and not, tools and schemas.

The model has random weights and makes no sense; what is shown is that every wish reaches the engine and every kind of
answer comes back. One group, so that the engine is started once however many processes the tests share.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import anthropic
import gguf
import openai
import psutil
import pytest

from support import tiny_gguf
from support.household import WEATHER
from support.live import ADMIN_KEY
from support.openai_vendor import KEY, OpenAIVendor
from support.server import PATIENCE, Server, freehold
from support.vendor import in_thread

CONFIG = """
[ledger]
price_per_kwh = 0.3

[[target]]
name = "tiny"
engine = "llamacpp"
model = "{chat}"
watts = 5000.0

[[target]]
name = "embed"
engine = "llamacpp"
model = "{embed}"
profile = {{ embeddings = true, chat = false }}

[[target]]
name = "gpt"
provider = "openai"
model = "gpt"
base_url = "{away}"
api_key = "{key}"

[[route]]
name = "auto"
flow = "cascade"
targets = ["tiny", "gpt"]
accept = {{ score = "confidence", at_least = 0.99 }}
"""

CITY: Any = WEATHER | {"properties": {"city": {"enum": ["Oslo", "Rome"]}}}
TOOL: Any = {"type": "function", "function": {"name": "weather", "parameters": CITY}}
HELLO: Any = [{"role": "user", "content": "hello"}]
SCHEMA: Any = {
    "type": "object",
    "properties": {"colour": {"enum": ["red", "blue"]}, "dark": {"type": "boolean"}},
    "required": ["colour", "dark"],
    "additionalProperties": False,
}
GREEDY = {"temperature": 0}
"""What Anthropic's API takes and its newest client no longer names."""
PUSH = {str(tiny_gguf.token_id("<tool_call>")): 100}
"""A logit bias that makes a model that knows nothing begin a tool call."""
LETTERS = {str(tiny_gguf.token_id(letter)): 60 for letter in "abcdefgh"}
"""One that makes it say letters, where it would else say bytes that are no text."""


@pytest.fixture(scope="module")
def away() -> Iterator[OpenAIVendor]:
    with in_thread(OpenAIVendor()) as vendor:
        yield vendor


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, away: OpenAIVendor) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("home")
    chat = tiny_gguf.build(folder / "tiny-F32.gguf", context=1024)
    embed = tiny_gguf.build(folder / "embed-F32.gguf", pooling=gguf.PoolingType.MEAN)
    with freehold(folder, CONFIG.format(chat=chat, embed=embed, away=away.url, key=KEY)) as server:
        yield server


@pytest.fixture
def gpt(home: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{home.url}/v1", api_key=ADMIN_KEY, max_retries=0, timeout=PATIENCE) as client:
        yield client


@pytest.fixture
def claude(home: Server) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=home.url, api_key=ADMIN_KEY, max_retries=0, timeout=PATIENCE) as client:
        yield client


def prompt_of(message: anthropic.types.Message) -> int:
    """All tokens of its prompt; what came from the engine's own cache is counted apart."""
    return message.usage.input_tokens + (message.usage.cache_read_input_tokens or 0)


def test_it_answers_openais_client(gpt: openai.OpenAI, home: Server) -> None:
    """The first request may come while the model is still being loaded: it waits."""
    raw = gpt.chat.completions.with_raw_response.create(
        model="tiny", messages=HELLO, max_completion_tokens=6, temperature=0
    )
    answer = raw.parse()
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 6
    told = home.record(raw.headers["x-freehold-id"])
    assert told["attempts"][0]["owned"]
    assert float(told["cost"]) > 0  # electricity
    assert told["usage"]["estimated"] is False


def test_it_streams_to_openais_client_what_it_says_whole(gpt: openai.OpenAI) -> None:
    wish: Any = {
        "model": "tiny",
        "messages": HELLO,
        "max_completion_tokens": 12,
        "logit_bias": LETTERS,
        "temperature": 0,
    }
    whole = gpt.chat.completions.create(**wish).choices[0].message.content
    chunks = list(gpt.chat.completions.create(stream=True, stream_options={"include_usage": True}, **wish))
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(pieces) == whole
    assert len([piece for piece in pieces if piece]) == 12
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 12


def test_it_answers_anthropics_client(claude: anthropic.Anthropic) -> None:
    message = claude.messages.create(model="tiny", max_tokens=6, extra_body=GREEDY, system="Be brief.", messages=HELLO)
    assert message.stop_reason in {"max_tokens", "end_turn"}
    assert 1 <= message.usage.output_tokens <= 6
    assert prompt_of(message) > 5
    assert message.content[0].type == "text"


def test_it_streams_to_anthropics_client(claude: anthropic.Anthropic) -> None:
    with claude.messages.stream(model="tiny", max_tokens=12, extra_body=GREEDY, messages=HELLO) as stream:
        pieces = list(stream.text_stream)
        message = stream.get_final_message()
    assert "".join(pieces) == "".join(block.text for block in message.content if block.type == "text")
    assert 1 <= message.usage.output_tokens <= 12


def test_its_output_keeps_to_a_schema_for_openais_client(gpt: openai.OpenAI) -> None:
    form: Any = {"type": "json_schema", "json_schema": {"name": "paint", "schema": SCHEMA, "strict": True}}
    answer = gpt.chat.completions.create(
        model="tiny", messages=HELLO, max_completion_tokens=400, temperature=0, response_format=form
    )
    said = json.loads(answer.choices[0].message.content or "")
    assert said["colour"] in {"red", "blue"}
    assert isinstance(said["dark"], bool)


def test_its_output_keeps_to_a_schema_for_anthropics_client(claude: anthropic.Anthropic) -> None:
    form: Any = {"format": {"type": "json_schema", "schema": SCHEMA}}
    with claude.messages.stream(
        model="tiny", max_tokens=400, extra_body=GREEDY, messages=HELLO, output_config=form
    ) as stream:
        message = stream.get_final_message()
    said = json.loads("".join(block.text for block in message.content if block.type == "text"))
    assert said["colour"] in {"red", "blue"}
    assert isinstance(said["dark"], bool)


@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "weather"}}])
def test_it_calls_a_tool_and_takes_its_result_from_openais_client(gpt: openai.OpenAI, choice: Any) -> None:
    wish: Any = {"model": "tiny", "tools": [TOOL], "temperature": 0, "max_completion_tokens": 300}
    turns: list[Any] = list(HELLO)
    asked = gpt.chat.completions.create(messages=turns, tool_choice=choice, logit_bias=PUSH, **wish)
    call: Any = (asked.choices[0].message.tool_calls or [])[0]
    assert call.function.name == "weather"
    assert json.loads(call.function.arguments)["city"] in {"Oslo", "Rome"}
    turns.append({"role": "assistant", "tool_calls": [call.model_dump()]})
    turns.append({"role": "tool", "tool_call_id": call.id, "content": "rain"})
    told = gpt.chat.completions.create(messages=turns, **(wish | {"max_completion_tokens": 5}))
    assert told.usage is not None
    assert asked.usage is not None
    assert told.usage.prompt_tokens > asked.usage.prompt_tokens


def test_a_tools_result_reaches_it_from_anthropics_client(claude: anthropic.Anthropic) -> None:
    tool: Any = {"name": "weather", "input_schema": WEATHER}
    call = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Oslo"}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "rain"}
    turns: Any = [*HELLO, {"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
    short = claude.messages.create(model="tiny", max_tokens=5, extra_body=GREEDY, messages=HELLO, tools=[tool])
    long = claude.messages.create(model="tiny", max_tokens=5, extra_body=GREEDY, messages=turns, tools=[tool])
    assert prompt_of(long) > prompt_of(short) + 10


def test_it_tells_how_likely_its_tokens_were(gpt: openai.OpenAI) -> None:
    answer = gpt.chat.completions.create(
        model="tiny",
        messages=HELLO,
        max_completion_tokens=3,
        temperature=0,
        logprobs=True,
        top_logprobs=2,
        logit_bias=LETTERS,
    )
    assert answer.choices[0].logprobs is not None
    tokens = answer.choices[0].logprobs.content or []
    assert len(tokens) == 3
    assert all(token.logprob <= 0 for token in tokens)


def test_several_choices_at_once(gpt: openai.OpenAI) -> None:
    answer = gpt.chat.completions.create(model="tiny", messages=HELLO, max_completion_tokens=4, temperature=0, n=2)
    assert [choice.index for choice in answer.choices] == [0, 1]


def test_it_stops_where_it_is_told_to(gpt: openai.OpenAI) -> None:
    wish: Any = {
        "model": "tiny",
        "messages": HELLO,
        "max_completion_tokens": 40,
        "logit_bias": LETTERS,
        "temperature": 0,
    }
    said = gpt.chat.completions.create(**wish).choices[0].message.content or ""
    stopped = gpt.chat.completions.create(stop=[said[20:24]], **wish).choices[0]
    assert stopped.message.content == said[: said.index(said[20:24])]
    assert stopped.finish_reason == "stop"


@pytest.mark.parametrize("encoding", [None, "float"])
def test_it_embeds(gpt: openai.OpenAI, encoding: Any) -> None:
    wish = {"encoding_format": encoding} if encoding else {}
    answer = gpt.embeddings.create(model="embed", input=["a cat", "a cat", "quite another thing"], **wish)
    first, same, other = (each.embedding for each in answer.data)
    assert len(first) == tiny_gguf.WIDTH
    assert first == pytest.approx(same, abs=1e-4)
    assert first != pytest.approx(other, abs=1e-2)


def test_its_doubts_are_escalated_and_its_secrets_are_not(home: Server, away: OpenAIVendor) -> None:
    """Random weights are never sure, so a cascade goes on from it, unless the label keeps the data at home."""
    answer = home.chat("hello", "auto", max_tokens=5)
    assert answer.headers["x-freehold-target"] == "gpt"
    first = home.record(answer.headers["x-freehold-id"])["attempts"][0]
    assert (first["target"], first["score"]["kept"]) == ("tiny", False)
    assert 0 < first["score"]["value"] < 0.99
    away.requests.clear()
    answer = home.chat("hello", "auto", max_tokens=5, headers={"x-freehold-label": "restricted"})
    assert (answer.status, answer.headers["x-freehold-target"]) == (200, "tiny")
    assert away.requests == []


def test_what_it_cannot_do_is_said_by_name(home: Server) -> None:
    long = home.chat("word " * 3000, "tiny", max_tokens=5)
    assert long.status in {400, 413}
    assert "context" in long.json["error"]["message"]


def test_it_ends_with_freehold(home: Server) -> None:
    """Runs last, with the module's server: the engine's processes leave when it does, even by force."""
    family = psutil.Process(home.process.pid).children(recursive=True)
    assert len(family) >= 2
    home.process.kill()
    home.process.wait(PATIENCE)
    _, alive = psutil.wait_procs(family, PATIENCE)
    assert alive == []
