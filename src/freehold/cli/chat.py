"""``freehold chat``: one answer, or a conversation. The answer goes to stdout, how it came about to stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated

import msgspec
import typer

from freehold.cli import say
from freehold.cli.answers import PATH, Answer, Message, Question, whole
from freehold.cli.client import Client
from freehold.cli.errors import CommandFailed
from freehold.cli.options import ConfigOption, DataDirOption, JsonOption, LabelOption, new_app
from freehold.cli.reach import Where, reach

app = new_app()

_LEAVE = frozenset({"/exit", "/quit"})


class Manner(msgspec.Struct, frozen=True):
    """How to ask, the same for every question of a conversation."""

    model: str
    label: str | None
    stream: bool

    def question(self, messages: list[Message]) -> Question:
        """The question that these messages come to."""
        return Question(messages, self.model, self.label)


@app.command()
def chat(
    text: Annotated[str | None, typer.Argument(help="What to ask; else standard input, or a conversation.")] = None,
    *,
    model: Annotated[str, typer.Option(metavar="NAME", help="The route or target to ask.")] = "auto",
    label: LabelOption = None,
    system: Annotated[str | None, typer.Option(metavar="TEXT", help="What the model is told to be.")] = None,
    stream: Annotated[bool, typer.Option(help="Show the answer as it comes.")] = True,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask for one answer, or hold a conversation on a terminal, which /exit or Ctrl-D ends.

    Asks the Freehold that runs here; without one, starts its own for as long as it takes.

    Example: freehold chat --model auto "What is a lattice?"
    """
    given = text if text is not None or _at_terminal() else _piped()
    if given is not None and not given.strip():
        raise typer.BadParameter("there is nothing to ask; give TEXT, or something on standard input")
    if given is None and as_json:
        raise typer.BadParameter("--json is for one answer; give TEXT")
    messages: list[Message] = [{"role": "system", "content": system}] if system else []
    manner = Manner(model, label, stream)
    with reach(Where(config, data_dir), "answer") as client:
        if given is None:
            _converse(client, manner, messages)
        elif as_json:
            answer, facts = whole(client, manner.question([*messages, _user(given)]))
            say.json({"answer": answer, **msgspec.to_builtins(facts)})
        else:
            _answer(client, manner, [*messages, _user(given)])


def _at_terminal() -> bool:
    return sys.stdin.isatty()


def _piped() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise typer.BadParameter("standard input is not UTF-8 text") from error


def _answer(client: Client, manner: Manner, messages: list[Message]) -> str:
    """Show one answer and then how it came about; returns its text."""
    question = manner.question(messages)
    if not manner.stream:
        answer, facts = whole(client, question)
        say.line(answer)
        say.aside(facts.sentence())
        return answer
    with client.ask(PATH, question.body(stream=True), question.headers) as reply:
        return _stream(Answer(client, reply))


def _stream(answer: Answer) -> str:
    shown: list[str] = []
    try:
        for piece in answer.pieces():
            shown.append(piece)
            say.piece(piece)
    finally:
        # Also where it broke off: what is said of that begins on a line of its own.
        if shown:
            say.piece("\n")
    say.aside(answer.facts().sentence())
    return "".join(shown)


def _converse(client: Client, manner: Manner, messages: list[Message]) -> None:
    """Ask what the user types, with all that was said before, until they leave."""
    say.aside(f"Talking with {manner.model}. /exit or Ctrl-D ends it.")
    for asked in _typed():
        messages.append(_user(asked))
        try:
            messages.append({"role": "assistant", "content": _answer(client, manner, messages)})
        except CommandFailed as error:
            say.fail(str(error))
            messages.pop()
        except KeyboardInterrupt:
            say.aside("stopped; this question and its answer are left out of the conversation")
            messages.pop()


def _typed() -> Iterator[str]:
    """What the user types, line by line, editable as on a shell."""
    _edit_lines()
    while True:
        try:
            typed = input("> ").strip()
        except EOFError:
            say.aside("")
            return
        if typed in _LEAVE:
            return
        if typed:
            yield typed


def _edit_lines() -> None:
    # Importing it is what turns line editing on, and some builds of Python lack it.
    with suppress(ImportError):
        import readline  # noqa: F401, PLC0415


def _user(text: str) -> Message:
    return {"role": "user", "content": text}
