"""What a stranger asks in the first minute, answered from Freehold's own documentation by the reader alone.

Over the real chain: the pages as they are, read into a library, searched, grounded and quoted. A question counts as
answered when one of the pages is cited that tell it, and the words stand in the answer by which one can act on it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from freehold.assemble import Stack, build
from freehold.config import load
from freehold.core.exchange import Exchange
from freehold.core.label import Label
from freehold.core.request import TextPart
from freehold.engines import minilm
from freehold.engines.reader import answer_from
from freehold.knowledge.library.sqlite import SqliteLibrary
from support.decisions import ANYONE, a_permit, a_request, a_target

QUESTIONS = (
    ("How do I add a local model?", "how-to/pull-a-model.md README.md tutorial.md", "freehold models pull"),
    ("how do I make a key for a colleague?", "how-to/keys.md", "freehold keys create"),
    ("How do I keep documents in PostgreSQL?", "how-to/postgresql.md", 'database = "postgresql'),
    ("What is a label?", "explanation/labels.md", "how sensitive data is"),
    ("How do I add a closed provider?", "how-to/add-a-closed-provider.md", "OPENAI_API_KEY"),
    ("How do I back up?", "how-to/back-up.md", "freehold backup"),
    ("How do I start Freehold?", "README.md tutorial.md", "make up"),
    ("What does an answer cost?", "explanation/money.md", "what its attempts cost together"),
    ("How do I ask my own documents?", "ask-your-own-folder.md", "freehold docs sync"),
    ("how do I run it as a service?", "how-to/run-as-a-service.md", "systemd"),
    ("which models can I use?", "how-to/choose-a-model.md", "which models you can use"),
    ("How do I use Ollama?", "how-to/use-a-server-that-runs.md", "ollama"),
    ("How do I run a GGUF file?", "how-to/run-a-local-model.md", 'engine = "llamacpp"'),
    ("How do I connect OpenAI?", "how-to/add-a-closed-provider.md", "OPENAI_API_KEY"),
    ("How do I see what a request cost?", "how-to/usage-and-costs.md", "freehold usage"),
    ("How do I add documents?", "how-to/add-documents.md ask-your-own-folder.md", "freehold docs"),
    ("How do I keep a folder in sync?", "how-to/add-documents.md", "freehold docs sync"),
    ("How can I change the configuration without a restart?", "how-to/reload.md", "freehold"),
    ("Why was my request refused?", "how-to/debug-a-refusal.md", "because a rule said no"),
    ("How do I set up a cascade?", "how-to/cascades.md", 'flow = "cascade"'),
    ("What is a cascade?", "explanation/cascades.md", "asks the targets of a route in order"),
    ("What is stored about my requests?", "explanation/privacy.md", "a record is stored"),
    ("How do I revoke a key?", "how-to/keys.md", "freehold keys revoke"),
    ("I lost the admin key", "how-to/keys.md", "freehold keys create --name admin --admin"),
    ("How do I rerank the passages?", "how-to/rerank.md", "rerank"),
    ("How do I use OpenAI's vector stores?", "how-to/vector-stores.md", "vector_stores"),
    ("How do I remove a document?", "ask-your-own-folder.md reference/commands.md", "freehold docs remove"),
    ("Who may read a document?", "how-to/add-documents.md", "said by its groups"),
    ("How do I put Freehold behind nginx?", "how-to/run-as-a-service.md", "proxy_pass"),
    ("Which port does Freehold use?", "how-to/run-as-a-service.md", "port 8080"),
    ("Does Freehold need a GPU?", "README.md", "no GPU"),
    ("Does anything leave my machine?", "explanation/privacy.md", "Nothing leaves your machine"),
    ("How do I check a citation?", "how-to/ground-answers.md", "citations/check"),
    ("How do I label a confidential request?", "how-to/labels.md", "x-freehold-label"),
    ("How do I write a test without a model?", "how-to/test-with-the-scripted-provider.md", "scripted"),
    ("Where is the data directory?", "how-to/back-up.md", "~/.local/share/freehold"),
    ("How do I keep the text of prompts?", "how-to/capture.md", "capture = true"),
    ("How can I cite my documents in answers?", "how-to/ground-answers.md explanation/citations.md", "documents"),
    ("Can I use vLLM on another machine?", "how-to/use-a-server-that-runs.md", "vLLM"),
    (
        "How do I download a model from Hugging Face?",
        "how-to/pull-a-model.md README.md tutorial.md",
        "freehold models pull",
    ),
    ("How do I give my team access?", "how-to/keys.md", "each colleague"),
    ("What happens to confidential data?", "README.md explanation/labels.md tutorial.md how-to/labels.md", "confiden"),
    ("Which file formats can I add?", "ask-your-own-folder.md", "PDF, Word"),
    ("How do I see who asked what?", "how-to/usage-and-costs.md reference/commands.md", "freehold usage"),
    ("How do I use the Anthropic API?", "how-to/add-a-closed-provider.md README.md", "nthropic"),
)
FLOOR = 38
"""Of the questions above. More are answered; the margin is for the next sentence that somebody writes better."""


@asynccontextmanager
async def running(folder: Path, embedding: str) -> AsyncIterator[Stack]:
    settings = {"SERVER_DATA_DIR": str(folder), "DISCOVER_ENABLED": "false", "KNOWLEDGE_EMBEDDING": embedding}
    stack = build(load(None, {f"FREEHOLD_{name}": value for name, value in settings.items()}), {})
    try:
        await stack.start()
        yield stack
    finally:
        await stack.stop()


async def missed(stack: Stack) -> list[str]:
    """The questions that are not answered as they should be, with what is said instead."""
    found = []
    for question, pages, words in QUESTIONS:
        exchange = Exchange(a_request(TextPart(question)), ANYONE)
        exchange.label, exchange.permit = Label.parse("internal"), a_permit(a_target("reader", provider="reader"))
        grounded = await stack.wing.ground(exchange)
        assert grounded is not None, question
        assert grounded.request.grounds is not None
        said = "".join(answer_from(grounded.request.grounds))
        cited = {each.place.name for each in grounded.passages if f"[{each.number}]" in said}
        if not cited & set(pages.split()) or words not in " ".join(said.split()):
            found.append(f"{question} {sorted(cited)} {said[:200]!r}")
    return found


def check(wrong: list[str]) -> None:
    assert len(QUESTIONS) - len(wrong) >= FLOOR, "\n".join(wrong)


async def test_they_are_answered_by_words_alone_and_at_once(tmp_path: Path) -> None:
    async with asyncio.timeout(120), running(tmp_path / "data", "off") as stack:
        check(await missed(stack))


@pytest.mark.skipif(minilm.sources() is None, reason="the weights of MiniLM are not installed")
async def test_they_are_answered_by_words_and_meaning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # No question asks for these, and a fifth of all that has to be embedded stands in them.
    lists = ("configuration", "evaluation-json", "http", "machines", "scenario")
    monkeypatch.setattr("freehold.knowledge.documentation._LISTS", tuple(f"reference/{name}.md" for name in lists))
    async with asyncio.timeout(500), running(tmp_path / "data", "minilm") as stack:
        await missed(stack)
        beside = SqliteLibrary(tmp_path / "data" / "knowledge" / "library")
        try:
            while (space := beside.space()) is None or beside.unembedded(space, 1):  # noqa: ASYNC110  # from outside
                await asyncio.sleep(0.1)
        finally:
            beside.close()
        check(await missed(stack))
