"""What the built-in reader quotes of passages, and when it says that they hold no answer."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from freehold.core.passage import Passage
from freehold.core.request import Grounds, Message, TextPart
from freehold.engines.quote import Quote, quote, read_passages, say, summary
from freehold.engines.reader import answer_from
from support.passages import LEAVE, MEALS, a_passage

PULL = """\
# Pull a model

<!-- not run: needs the network -->
Then fetch one. A reference is `hf:OWNER/NAME` with an optional quantisation.

```console
$ freehold models pull hf:OWNER/NAME
```

The block is what to put into `freehold.toml`:

~~~toml
[[target]]
name = "local/mine"
~~~

- [Another page](other.md)

| key | meaning |
| --- | --- |
| `context` | How many tokens a model holds. |
| `clearance` | The highest label that may flow there. |
"""
DAYS = "How many days of paid leave do employees have each year?"
PAGE = a_passage(3, PULL, name="pull.md", title="Pull a local model", heading=("Pull a local model",))


def the(*passages: Passage) -> tuple[Passage, ...]:
    return passages or (a_passage(1), a_passage(2, MEALS, name="expenses.md", title="Expenses", heading=()))


def user(text: str) -> tuple[Message, ...]:
    return (Message("user", (TextPart(text),)),)


def said(question: str, *passages: Passage, chosen: bool = True) -> str:
    return "".join(answer_from(Grounds(question, the(*passages), user(question), chosen)))


def test_the_sentence_that_says_it_is_quoted_with_its_number() -> None:
    assert said(DAYS) == "Employees have 28 days of paid leave each year. [1]"
    assert said("How much is refunded for meals a day?") == "Meals are refunded up to 25 euros a day. [2]"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who designed the opera house of Oslo?", "The documents do not hold the answer."),
        ("Wer hat das Opernhaus von Oslo entworfen und gebaut?", "Die Dokumente enthalten die Antwort nicht."),
        ("How many days does the trial period of a licence last?", "The documents do not hold the answer."),
    ],
)
def test_where_the_passages_do_not_hold_it_that_is_said(question: str, words: str) -> None:
    assert said(question) == words


def test_no_passages_hold_nothing() -> None:
    assert "".join(answer_from(Grounds(DAYS, (), user(DAYS)))) == "The documents do not hold the answer."


def test_how_to_do_something_is_answered_with_the_steps_and_their_commands() -> None:
    assert said("How do I pull a local model?", PAGE) == (
        "A reference is `hf:OWNER/NAME` with an optional quantisation. [3]\n\n"
        "```console\n$ freehold models pull hf:OWNER/NAME\n```\n\n"
        "The block is what to put into `freehold.toml`: [3]\n\n"
        '~~~toml\n[[target]]\nname = "local/mine"\n~~~'
    )


def test_what_is_no_question_how_gets_no_commands() -> None:
    assert said("What is the block for?", PAGE).endswith("`freehold.toml`: [3]")


def test_a_row_of_a_table_is_quoted_by_itself() -> None:
    assert said("What is the meaning of context, in tokens a model holds?", PAGE) == (
        "`context` | How many tokens a model holds. [3]"
    )


def test_headings_links_and_comments_are_never_quoted_and_headings_are_context() -> None:
    sentences = read_passages([PAGE])
    texts = [sentence.text for sentence in sentences]
    assert not any("Pull a" in text or "not run" in text or "Another page" in text or "---" in text for text in texts)
    assert all("pull" in sentence.context for sentence in sentences)


def test_a_long_code_block_is_cut_at_a_line_and_closed() -> None:
    text = "Do it so:\n\n```\n" + "step\n" * 1000 + "```\n"
    (found,) = quote("How do I build the mill?", [a_passage(1, text, heading=("Build the mill step by step",))])
    assert len(found.code) <= 1510
    assert found.code.endswith("\nstep\n```")


def test_a_sentence_that_two_passages_hold_is_quoted_once() -> None:
    twice = (a_passage(1), a_passage(2, LEAVE, name="copy.md"))
    assert [sentence.source for sentence in read_passages(twice)] == [1, 1]


def test_a_summary_has_citations_too() -> None:
    found = said("Summarise the handbook in two sentences.")
    assert found.count("[1]") + found.count("[2]") == 2
    assert [each.number for each in summary(the(), 1, None)] in ([1], [2])


def test_bullets_and_a_count_are_kept_to() -> None:
    found = said("Summarise the handbook in 2 bullet points.")
    assert len(found.splitlines()) == 2
    assert all(line.startswith("- ") for line in found.splitlines())


def test_text_of_the_conversation_is_read_where_the_documents_hold_nothing() -> None:
    asked = user("The tower is 34 metres high.\n\nHow high is the tower?")
    assert "".join(answer_from(Grounds("How high is the tower?", the(), asked))) == "The tower is 34 metres high."


def test_what_quoting_cannot_do_it_does_not_pretend_to() -> None:
    assert said("Write a poem about paid leave").startswith("I can only quote")


@pytest.mark.parametrize("text", ["hello", "Tell me a joke", "Who designed the opera house of Oslo?"])
def test_documents_that_nobody_chose_leave_the_usual_answer(text: str) -> None:
    greeting = a_passage(1, "Hello is what to say.", "public")
    assert said(text, greeting, chosen=False).startswith("I am Freehold's built-in reader")


def test_where_nobody_chose_a_good_answer_is_given_all_the_same() -> None:
    assert said("how do I pull a local model?", PAGE, chosen=False).startswith("A reference is")


def test_pieces_are_joined_as_they_are() -> None:
    quotes = quote("How do I pull a local model?", [PAGE])
    assert "".join(say(quotes)) == said("How do I pull a local model?", PAGE)


def test_the_manual_says_how_to_add_a_local_model() -> None:
    """Over the page as it is: the commands that fetch a model and the block that names it."""
    page = Path(__file__).parents[2] / "docs" / "how-to" / "pull-a-model.md"
    text = page.read_text(encoding="utf-8")
    title = "Add a local model from the Hugging Face Hub"
    found = said("how do I add a local model?", a_passage(1, text, name="pull-a-model.md", title=title, heading=()))
    assert "$ freehold models pull hf:" in found
    assert '[[target]]\nname = "local/' in found
    assert found.count("[1]") == 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Leave is 28 days a year [2].", "Leave is 28 days a year (2)."),
        ("Leave is 28 days[2, 3] a year【4】.", "Leave is 28 days(2, 3) a year(4)."),
        ("[^2] Leave [1-3] is 28 days [passage 7].", "(^2) Leave (1-3) is 28 days (passage 7)."),
        ("Leave is `x[2]`, a[3], [4](there) and [none].", "Leave is `x[2]`, a[3], [4](there) and [none]."),
    ],
)
def test_a_number_that_the_text_has_in_brackets_is_no_citation(text: str, shown: str) -> None:
    assert say([Quote(1, text)]) == [f"{shown} [1]"]


BUDGET = "Department | Budget\nBotany | 900\nZoology | 1200\n"


def test_a_short_row_answers_with_the_first_row_of_its_table() -> None:
    assert said("What is the budget of Zoology?", a_passage(1, BUDGET, heading=())) == "Zoology | 1200 [1]"
    marked = "| Department | Budget |\n| --- | --- |\n| Botany | 900 |\n| Zoology | 1200 |\n"
    assert said("What is the budget of Zoology?", a_passage(1, marked, heading=())) == "Zoology | 1200 [1]"


@pytest.mark.parametrize(
    "question", ["Who is the head of Zoology?", "What is the budget of Physics?", "What is Budget?"]
)
def test_a_row_does_not_answer_what_its_table_does_not_hold(question: str) -> None:
    assert said(question, a_passage(1, BUDGET, heading=(), title="Sums")) == "The documents do not hold the answer."


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        (
            "図書館はいつ建てられましたか？",
            "図書館は1889年に建てられた。入場は無料です。",
            "図書館は1889年に建てられた。",
        ),
        ("动物学系的预算是多少？", "植物学系的预算是900元。动物学系的预算是1200元。", "动物学系的预算是1200元。"),
        (
            "도서관은 언제 지어졌습니까?",
            "도서관은 1889년에 지어졌습니다. 입장은 무료입니다.",
            "도서관은 1889년에 지어졌습니다.",
        ),
    ],
)
def test_what_no_spaces_part_is_read_too(question: str, text: str, answer: str) -> None:
    assert said(question, a_passage(1, text, heading=(), title="")) == f"{answer} [1]"


def test_another_question_in_such_a_script_is_not_answered() -> None:
    text = "図書館は1889年に建てられた。入場は無料です。"
    told = said("水族館の館長は誰ですか？", a_passage(1, text, heading=(), title=""))
    assert told == "The documents do not hold the answer."


def test_what_something_is_is_answered_by_the_sentence_that_begins_with_it() -> None:
    text = "On its label stands the label of a label. A label says how sensitive data is. Labels join upward."
    assert (
        said("What is a label?", a_passage(1, text, heading=("Labels",))) == "A label says how sensitive data is. [1]"
    )


def test_the_steps_of_a_page_come_in_their_order_whichever_was_found_best() -> None:
    def step(number: int, at: int, text: str) -> Passage:
        found = a_passage(number, text, title="Add a local model", heading=())
        return msgspec.structs.replace(found, place=msgspec.structs.replace(found.place, start=at))

    later, first = step(1, 500, "To end it:\n\n```\nstop\n```\n"), step(2, 0, "Begin:\n\n```\npull\n```\n")
    quotes = quote("How do I add a local model?", [later, first])
    assert [(each.number, each.text) for each in quotes] == [(2, "Begin:"), (1, "To end it:")]
