"""What the built-in reader can do, as a small examination: passages, questions, and what the answer must hold."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.event import Answer, Finished, Text, gather
from freehold.core.label import PUBLIC
from freehold.core.ports import Provider
from freehold.core.record import Attempt
from freehold.core.request import (
    AnyRequest,
    EmbeddingRequest,
    FilePart,
    ImagePart,
    Message,
    OutputFormat,
    Request,
    Sampling,
    TextPart,
    Tool,
    ToolChoice,
    ToolResult,
)
from freehold.core.target import Target
from freehold.engines.asked import LONGEST_MATERIAL, Asked, understand
from freehold.engines.reader import MODEL_NAME, reader

TARGET = Target(MODEL_NAME, MODEL_NAME, "", "openai", PUBLIC, provider="reader", owned=True)

LIGHTHOUSE = """\
The Skerry Point lighthouse was built in 1857 by the engineer Margaret Doyle. It stands 34 metres high on a reef two
kilometres west of the village of Ansby. The tower was painted white until 1921, when the harbour board ordered red
bands so that it could be seen against snow. Its lamp burned whale oil at first and was converted to electricity in
1934. The last keeper, Tomas Reyn, left in 1988 because the light had become automatic. Visitors may climb the tower
on Saturdays from May to September; a ticket costs 6 euros."""

HANDBOOK = """\
# Leave
Employees have 28 days of paid leave each year. Up to five unused days may be carried over until 31 March.
# Expenses
Receipts must be handed in within 30 days. Meals are refunded up to 25 euros a day, and hotels up to 140 euros a night.
# Remote work
Staff may work from home three days a week. Requests to work from abroad go to the personnel office at least four weeks
ahead, since tax rules differ between countries.
# Security
Passwords must have at least 14 characters. A lost laptop must be reported to the help desk within one hour."""

GERMAN = """\
Die Stadtbücherei Lindenau wurde 1963 eröffnet und nach der Dichterin Klara Wendt benannt. Sie besitzt rund 120.000
Bücher und 3.000 Filme. Montags bleibt die Bücherei geschlossen. Ein Ausweis kostet für Erwachsene 18 Euro im Jahr;
Kinder zahlen nichts. Die Leihfrist beträgt vier Wochen und kann zweimal verlängert werden. Der Umbau im Jahr 2015
dauerte elf Monate, weil im Keller ein alter Brunnen gefunden wurde."""

FRENCH = """\
Le marché couvert de Valmont a été inauguré en 1892 par le maire Étienne Garnier. Il compte 64 étals et ouvre tous les
jours sauf le lundi. La charpente en fer vient des ateliers de Lyon. Le marché a fermé pendant deux ans en raison d'une
inondation survenue en 1930. Chaque samedi, un potier y tient un atelier gratuit pour les enfants."""


async def ask(request: AnyRequest, attempt: Attempt | None = None) -> Answer:
    async with reader(TARGET, request, attempt or Attempt(MODEL_NAME, 1)) as events:
        return gather([event async for event in events])


def user(text: str) -> Message:
    return Message("user", (TextPart(text),))


def chat(*messages: Message, **changes: object) -> Request:
    return Request("reader", messages, "openai", **changes)  # type: ignore[arg-type]


async def said(*messages: Message | str, **changes: object) -> str:
    turns = [user(message) if isinstance(message, str) else message for message in messages]
    return (await ask(chat(*turns, **changes))).choices[0].text


QUESTIONS = [
    (LIGHTHOUSE, "Who built the lighthouse?", "Margaret Doyle"),
    (LIGHTHOUSE, "When was the lamp converted to electricity?", "1934"),
    (LIGHTHOUSE, "How much does a ticket cost?", "6 euros"),
    (LIGHTHOUSE, "Why did the last keeper leave?", "automatic"),
    (LIGHTHOUSE, "How high is the tower?", "34 metres"),
    (LIGHTHOUSE, "What colour was the tower painted?", "white"),
    (HANDBOOK, "How many days of paid leave do employees have?", "28 days"),
    (HANDBOOK, "How long must passwords be?", "14 characters"),
    (HANDBOOK, "How much is refunded for a hotel?", "140 euros"),
    (HANDBOOK, "What must I do about a lost laptop?", "help desk"),
    (HANDBOOK, "How many days a week may staff work from home?", "three days"),
    (GERMAN, "Wann wurde die Bücherei eröffnet?", "1963"),
    (GERMAN, "Was kostet ein Ausweis für Erwachsene?", "18 Euro"),
    (GERMAN, "Warum dauerte der Umbau elf Monate?", "Brunnen"),
    (GERMAN, "Wie lang ist die Leihfrist?", "vier Wochen"),
    (FRENCH, "Qui a inauguré le marché couvert ?", "Étienne Garnier"),
    (FRENCH, "Combien d'étals compte le marché ?", "64"),
    (FRENCH, "Pourquoi le marché a-t-il fermé ?", "inondation"),
]

NOT_THERE = [
    (LIGHTHOUSE, "Who designed the lens of the lamp?", "does not hold"),
    (LIGHTHOUSE, "How many ships were wrecked on the reef?", "does not hold"),
    (LIGHTHOUSE, "What is the population of Berlin?", "does not hold"),
    (LIGHTHOUSE, "What happened in 1999?", "does not hold"),
    (HANDBOOK, "What is the dress code at customer meetings?", "does not hold"),
    (HANDBOOK, "When does the canteen open?", "does not hold"),
    (GERMAN, "Wie heißt der Direktor der Sparkasse?", "enthält die Antwort nicht"),
    (FRENCH, "Quel est le prix d'une chambre d'hôtel ?", "ne contient pas"),
]


@pytest.mark.parametrize(("passage", "question", "wanted"), QUESTIONS)
async def test_a_question_before_its_passage(passage: str, question: str, wanted: str) -> None:
    assert wanted in await said(f"{question}\n\n{passage}")


@pytest.mark.parametrize(("passage", "question", "wanted"), QUESTIONS)
async def test_a_question_after_its_passage(passage: str, question: str, wanted: str) -> None:
    assert wanted in await said(f"Context:\n{passage}\n\nQuestion: {question}\nAnswer:")


@pytest.mark.parametrize(("passage", "question", "wanted"), QUESTIONS)
async def test_material_in_the_system_message(passage: str, question: str, wanted: str) -> None:
    system = f"You are a helpful assistant. Answer only from the document.\n<document>\n{passage}\n</document>"
    assert wanted in await said(Message("system", (TextPart(system),)), question)


@pytest.mark.parametrize(("passage", "question", "wanted"), NOT_THERE)
async def test_what_the_material_does_not_hold_is_said_to_be_missing(passage: str, question: str, wanted: str) -> None:
    assert wanted in await said(f"{passage}\n\n{question}")


@pytest.mark.parametrize(("passage", "question", "wanted"), QUESTIONS)
async def test_every_sentence_of_an_answer_is_a_quotation(passage: str, question: str, wanted: str) -> None:
    request = chat(user(f"{passage}\n\n{question}"))
    async with reader(TARGET, request, Attempt(MODEL_NAME, 1)) as events:
        pieces = [event.text async for event in events if isinstance(event, Text)]
    flat = " ".join(passage.split())
    assert pieces
    assert all(piece.strip() in flat for piece in pieces)
    assert len("".join(pieces)) < len(flat) / 2


async def test_a_follow_up_leans_on_the_turn_before() -> None:
    text = await said(
        f"{LIGHTHOUSE}\n\nWho built the lighthouse?",
        Message("assistant", (TextPart("It was built by the engineer Margaret Doyle."),)),
        "And when was it painted?",
    )
    assert "1921" in text


async def test_what_an_assistant_said_is_no_source() -> None:
    text = await said(
        f"{LIGHTHOUSE}\n\nWho built the lighthouse?",
        Message("assistant", (TextPart("Otto Frank built it. The anchor chain weighs nine tonnes."),)),
        "How much does the anchor chain weigh?",
    )
    assert "does not hold" in text


async def test_documents_and_tool_results_are_material() -> None:
    document = Message("user", (FilePart(text=HANDBOOK), TextPart("How many days of paid leave do employees have?")))
    result = Message("tool", (ToolResult("call_1", (TextPart(LIGHTHOUSE),)),))
    assert "28 days" in await said(document)
    assert "1934" in await said("When was the lamp converted to electricity?", result)


SUMMARIES = [
    ("Summarise the following in two sentences: {}", 2),
    ("Summarize this text in 3 sentences.\n\n{}", 3),
    ("{}\n\nTL;DR in one sentence", 1),
    ("{}\n\nGive me a summary of the above in exactly two sentences.", 2),
]


@pytest.mark.parametrize(("template", "count"), SUMMARIES)
async def test_a_summary_has_as_many_sentences_as_were_asked_for(template: str, count: int) -> None:
    request = chat(user(template.format(" ".join(LIGHTHOUSE.split()))))
    async with reader(TARGET, request, Attempt(MODEL_NAME, 1)) as events:
        pieces = [event.text async for event in events if isinstance(event, Text)]
    assert len(pieces) == count
    assert "lighthouse was built in 1857" in "".join(pieces)


async def test_summaries_in_other_languages() -> None:
    german = await said(f"Fasse den folgenden Text in zwei Sätzen zusammen:\n\n{GERMAN}")
    french = await said(f"Résume ce texte en une phrase :\n\n{FRENCH}")
    assert "Stadtbücherei Lindenau" in german
    assert "Le marché couvert de Valmont" in french
    assert french.count(".") == 1


async def test_a_summary_as_bullets_and_within_words() -> None:
    bullets = await said(f"Summarise as three bullet points:\n\n{LIGHTHOUSE}")
    short = await said(f"Summarise in at most 30 words:\n\n{LIGHTHOUSE}")
    assert [line[:2] for line in bullets.splitlines()] == ["- "] * 3
    assert 5 < len(short.split()) <= 30


async def test_a_long_text_is_summarised_without_repetition() -> None:
    chapters = [
        "The river project began in spring. The river project was started in spring by the council.",
        "Engineers widened the river bed near the mill. Farmers lent their tractors for a month.",
        "The cost rose to nine million crowns. Most of the cost was paid by the river fund.",
        "Otters returned to the river in the second year. Biologists counted forty otters at the mill.",
        "Critics say that the river project harmed fishing. The fishing club lost half of its members.",
        "In the end the council called the river project a success. A second project is planned upstream.",
    ]
    text = await said("Summarise:\n\n" + "\n\n".join(chapter for chapter in chapters))
    assert 2 <= text.count(".") <= 5
    assert not ("began in spring" in text and "started in spring" in text)


@pytest.mark.parametrize("greeting", ["Hello!", "What is the capital of France?", "Tell me about whales", ""])
async def test_with_nothing_to_read_it_says_how_to_add_a_model(greeting: str) -> None:
    text = await said(greeting)
    assert "freehold models pull" in text
    assert "Ollama" in text
    assert "key" in text


async def test_it_does_not_pretend_to_write_or_translate() -> None:
    assert "cannot write, translate" in await said(f"Translate the following into Danish: {LIGHTHOUSE}")
    assert "cannot write, translate" in await said("Write a poem about the sea. Make it long. It must rhyme.")


REFUSED = [
    ({"output": OutputFormat("schema", "x", {"type": "object"})}, "response_format"),
    ({"tools": (Tool("f", {}),), "tool_choice": ToolChoice("required")}, "tool_choice"),
]


@pytest.mark.parametrize(("changes", "param"), REFUSED)
async def test_what_quoting_cannot_give_is_left_to_another(changes: dict[str, object], param: str) -> None:
    with pytest.raises(AttemptFailed) as refused:
        await ask(chat(user("Who?"), **changes))
    assert refused.value.fault is Fault.UNTRANSLATABLE
    assert refused.value.param == param


@pytest.mark.parametrize(
    "request_",
    [
        EmbeddingRequest("reader", ("a",)),
        Request("reader", (Message("user", (TextPart("What is this?"), ImagePart(url="https://x"))),), "openai"),
    ],
)
async def test_pictures_and_embeddings_are_left_to_another(request_: AnyRequest) -> None:
    with pytest.raises(AttemptFailed) as refused:
        await ask(request_)
    assert refused.value.fault is Fault.UNTRANSLATABLE


async def test_what_has_no_effect_is_listed_as_dropped() -> None:
    attempt = Attempt(MODEL_NAME, 1)
    await ask(chat(user("Hi"), tools=(Tool("f", {}),), sampling=Sampling(temperature=0.0, seed=1)), attempt)
    assert attempt.dropped == ("temperature", "seed", "tools")


async def test_the_token_limit_cuts_and_says_so() -> None:
    answer = await ask(chat(user(f"{LIGHTHOUSE}\n\nWho built the lighthouse?"), sampling=Sampling(max_tokens=4)))
    assert answer.choices[0].text == "The Skerry Point lighthouse"
    assert answer.choices[0].finish == "length"
    assert answer.usage is not None
    assert (answer.usage.output, answer.usage.estimated) == (4, False)


async def test_a_stop_sequence_ends_the_answer() -> None:
    answer = await ask(chat(user(f"{LIGHTHOUSE}\n\nWho built the lighthouse?"), sampling=Sampling(stop=(" by ",))))
    assert answer.choices[0].text == "The Skerry Point lighthouse was built in 1857"
    assert (answer.choices[0].finish, answer.choices[0].stop_sequence) == ("stop_sequence", " by ")


async def test_each_choice_is_finished_and_the_model_is_named_for_what_it_is() -> None:
    answer = await ask(chat(user(f"{LIGHTHOUSE}\n\nWho built it?"), sampling=Sampling(n=2)))
    assert answer.opened.model == "freehold-reader-extractive"
    assert len(answer.choices) == 2
    assert answer.whole


async def test_it_is_a_provider() -> None:
    provider: Provider = reader
    async with provider(TARGET, chat(user("Hi")), Attempt(MODEL_NAME, 1)) as events:
        assert [event async for event in events if isinstance(event, Finished)]


HOSTILE = {
    "abbreviations": "A. " * 30_000,
    "ordinals": "3. " * 30_000,
    "empty lines": "\n" * 100_000,
    "spaces": " " * 100_000,
    "one letter": "a" * 100_000,
    "quotes": '."' * 50_000,
    "a heading over many sentences": " ".join(f"word{n}" for n in range(20_000)) + "\n\n" + "It has one. " * 3000,
    "many sentences": "".join(f"Alpha{n} is beta{n} of gamma{n}. " for n in range(3000)),
    "one long sentence": "The word is " + "again and " * 20_000 + "once.",
}
GENEROUS = 10.0
"""Seconds, some ten times what any of these texts takes; work that grows with the square of a text takes minutes."""


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("question", ["", "What is the word?", "Summarise this in 9999 words."])
async def test_no_text_takes_longer_than_its_length(text: str, question: str) -> None:
    began = time.monotonic()
    answer = await ask(chat(user(f"{question}\n\n{text}"), sampling=Sampling(max_tokens=15_000)))
    assert answer.whole
    assert time.monotonic() - began < GENEROUS


async def test_other_work_goes_on_while_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = threading.Event()
    going_on = threading.Event()

    def understand_slowly(messages: tuple[Message, ...]) -> Asked:
        reading.set()
        assert going_on.wait(GENEROUS), "the loop stood still"
        return understand(messages)

    monkeypatch.setattr("freehold.engines.reader.understand", understand_slowly)
    asking = asyncio.create_task(said("Hello"))
    assert await asyncio.to_thread(reading.wait, GENEROUS)
    going_on.set()
    assert await asking


async def test_it_says_where_it_has_not_read_everything() -> None:
    filling = "".join(f"Alpha{n} is beta{n} of gamma{n}. " for n in range(1000))
    question = "Who built the lighthouse?"
    assert "not read everything" not in await said(f"{LIGHTHOUSE}\n\n{filling}\n\n{question}")
    many = await said(f"{LIGHTHOUSE}\n\n{filling * 3}\n\n{question}")
    long = await said(f"{LIGHTHOUSE}\n\n{'x' * LONGEST_MATERIAL}\n\n{question}")
    for answer in (many, long):
        assert "Margaret Doyle" in answer
        assert "not read everything" in answer


async def test_a_name_behind_the_end_of_what_is_read_is_not_found_and_that_is_said() -> None:
    answer = await said(f"{'Alpha is beta. ' * 3000}\n\nMargaret Doyle built it.", "Who is Margaret Doyle?")
    assert answer.startswith("The material does not hold the answer.")
    assert "not read everything" in answer
