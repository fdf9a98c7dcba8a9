"""Answers from documents, as the official clients of both APIs and two frameworks over them read them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import anthropic
import openai
import pytest

from support.live import ADMIN_KEY
from support.server import Server, freehold

CONFIG = """
[knowledge]
embedding = "off"
documentation = false

[[target]]
name = "home"
provider = "scripted"
model = "say:Employees have 27 days of paid leave in each calendar year. [1] Pets may come too [9]. Ask first."
clearance = "restricted"

[[target]]
name = "reader"
provider = "reader"

[[route]]
name = "grounded"
flow = "fallback"
targets = ["home"]
collections = ["handbook"]
"""
SAID = "Employees have 27 days of paid leave in each calendar year. [1] Pets may come too [9]. Ask first."
SENTENCE = "Employees have 27 days of paid leave in each calendar year."
DOCUMENT = f"# Leave\n\n{SENTENCE}\n"
QUESTION = "How many days of paid leave do employees have in each calendar year?"
ASKED: Any = [{"role": "user", "content": QUESTION}]
FROM_HANDBOOK = {"x-freehold-collections": "handbook"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with freehold(tmp_path_factory.mktemp("citations"), CONFIG) as running:
        made = running.ask(
            "POST", "/api/documents?collection=handbook&name=leave.md&label=confidential&wait=1", DOCUMENT.encode()
        )
        assert made.status in (200, 201), made.body
        yield running


def holds(server: Server, cited: Any) -> None:
    """Whether a citation's address opens the very words that it quotes, and its digest is theirs."""
    assert cited.quote == SENTENCE
    assert hashlib.sha256(cited.quote.encode()).hexdigest() == cited.digest
    assert server.ask("GET", cited.url).json["text"] == SENTENCE
    asked = "&".join(f"{name}={getattr(cited, name)}" for name in ("document", "version", "start", "end", "digest"))
    assert server.ask("GET", f"/api/citations/check?{asked}").json["state"] == "holds"


def test_openais_client_reads_annotations(server: Server, gpt: openai.OpenAI) -> None:
    reply = gpt.chat.completions.with_raw_response.create(model="home", messages=ASKED, extra_headers=FROM_HANDBOOK)
    message = reply.parse().choices[0].message
    assert message.content == SAID
    assert reply.headers["x-freehold-label"] == "confidential"
    good, bad = (note.url_citation for note in message.annotations or [])
    assert SAID[good.start_index : good.end_index] == SENTENCE
    holds(server, good)
    assert (good.title, bad.url) == ("Leave", "")
    assert SAID[bad.start_index : bad.end_index] == "Pets may come too"
    assert (good.valid, bad.valid) == (True, False)  # type: ignore[attr-defined]


def test_a_body_may_name_the_collections_and_a_route_its_own(gpt: openai.OpenAI) -> None:
    bodies: list[Any] = [
        {"model": "home", "metadata": {"freehold": '{"collections": ["handbook"]}'}},
        {"model": "home", "extra_body": {"metadata": {"freehold": {"collections": "handbook"}}}},
        {"model": "grounded"},
    ]
    for body in bodies:
        answer = gpt.chat.completions.create(messages=ASKED, **body)
        assert len(answer.choices[0].message.annotations or []) == 2
    opted_out = gpt.chat.completions.create(
        model="grounded", messages=ASKED, extra_headers={"x-freehold-collections": ""}
    )
    assert not opted_out.choices[0].message.annotations


def test_openais_client_reads_them_streamed(server: Server, gpt: openai.OpenAI) -> None:
    text, notes = "", []
    for chunk in gpt.chat.completions.create(model="home", messages=ASKED, stream=True, extra_headers=FROM_HANDBOOK):
        for choice in chunk.choices:
            text += choice.delta.content or ""
            notes += getattr(choice.delta, "annotations", None) or []
    assert text == SAID
    assert [note["url_citation"]["valid"] for note in notes] == [True, False]
    with gpt.chat.completions.stream(model="home", messages=ASKED, extra_headers=FROM_HANDBOOK) as stream:
        message = stream.get_final_completion().choices[0].message
    assert message.content == SAID
    assert [note.url_citation.number for note in message.annotations or []] == [1, 9]  # type: ignore[attr-defined]
    holds(server, (message.annotations or [])[0].url_citation)


def blocks_of(message: anthropic.types.Message) -> list[tuple[str, list[Any]]]:
    return [(block.text, list(block.citations or [])) for block in message.content if block.type == "text"]


@pytest.mark.parametrize("streamed", [False, True])
def test_anthropics_client_reads_citations(server: Server, claude: anthropic.Anthropic, streamed: bool) -> None:
    asked: Any = {"model": "home", "max_tokens": 99, "messages": ASKED, "extra_headers": FROM_HANDBOOK}
    if streamed:
        with claude.messages.stream(**asked) as stream:
            seen = [event for event in stream if event.type == "citation"]
            message = stream.get_final_message()
        assert len(seen) == 2
    else:
        message = claude.messages.create(**asked)
    blocks = blocks_of(message)
    assert [text for text, _ in blocks] == [f"{SENTENCE} [1] ", "Pets may come too [9]. ", "Ask first."]
    (good,), (bad,), none = (cited for _, cited in blocks)
    assert (good.type, good.cited_text, good.document_index, good.document_title) == (
        "char_location",
        SENTENCE,
        0,
        "Leave",
    )
    assert DOCUMENT[good.start_char_index : good.end_char_index] == SENTENCE
    assert server.ask("GET", good.url).json["text"] == SENTENCE
    assert (bad.cited_text, bad.valid, none) == ("", False, [])


def test_the_built_in_reader_quotes_with_the_same_citations(server: Server, gpt: openai.OpenAI) -> None:
    answer = gpt.chat.completions.create(model="reader", messages=ASKED, extra_headers=FROM_HANDBOOK)
    message = answer.choices[0].message
    assert message.content == f"{SENTENCE} [1]"
    (note,) = message.annotations or []
    holds(server, note.url_citation)
    asked: Any = [{"role": "user", "content": "Who is the president of the chess club of Ansby?"}]
    answer = gpt.chat.completions.create(model="reader", messages=asked, extra_headers=FROM_HANDBOOK)
    assert answer.choices[0].message.content == "The documents do not hold the answer."
    assert not answer.choices[0].message.annotations


def test_the_record_has_places_and_no_words(server: Server, gpt: openai.OpenAI) -> None:
    reply = gpt.chat.completions.with_raw_response.create(model="home", messages=ASKED, extra_headers=FROM_HANDBOOK)
    record = server.ask("GET", f"/api/requests/{reply.headers['x-freehold-id']}")
    grounding = record.json["grounding"]
    assert grounding["collections"] == ["handbook"]
    assert [each["label"] for each in grounding["passages"]] == ["confidential"]
    assert [each["place"] is None for each in grounding["citations"]] == [False, True]
    assert "27 days" not in str(grounding)
    assert {source["origin"] for source in record.json["label"]["sources"]} == {"default", "passage handbook/leave.md"}


def test_a_collection_that_is_not_there_is_a_404(gpt: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="'nowhere' does not exist, or holds no document"):
        gpt.chat.completions.create(model="home", messages=ASKED, extra_headers={"x-freehold-collections": "nowhere"})


def test_langchain_is_answered_from_a_collection(server: Server) -> None:
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    chat = ChatOpenAI(
        base_url=f"{server.url}/v1",
        api_key=SecretStr(ADMIN_KEY),
        model="home",
        default_headers=FROM_HANDBOOK,
        max_retries=0,
    )
    assert chat.invoke(QUESTION).content == SAID
    assert "".join(str(piece.content) for piece in chat.stream(QUESTION)) == SAID


def test_llamaindex_is_answered_from_a_collection(server: Server) -> None:
    from llama_index.core.llms import ChatMessage
    from llama_index.llms.openai_like import OpenAILike

    llm = OpenAILike(
        api_base=f"{server.url}/v1",
        api_key=ADMIN_KEY,
        model="home",
        is_chat_model=True,
        context_window=8192,
        max_retries=0,
        default_headers=FROM_HANDBOOK,
    )
    asked = [ChatMessage(role="user", content=QUESTION)]
    reply = llm.chat(asked)
    assert reply.message.content == SAID
    assert len(reply.raw.choices[0].message.annotations) == 2
    *_, last = llm.stream_chat(asked)
    assert last.message.content == SAID
