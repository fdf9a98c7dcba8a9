"""What can be counted of a prompt: its length, its signs and its build.

Nothing here knows a language or a task: no list of words, no kind of question. A list of answers to choose from is told
by its build, a letter or a number before each line, which most prompts do not have and then counts as nothing.
"""

from __future__ import annotations

import math
import re
import statistics
import zlib
from collections.abc import Iterator, Sequence

from freehold.core.request import Request, TextPart

MOST = 8_000
"""Characters of a text that are looked at."""
_BEGINNING, _END = 270, 130
"""Characters of a prompt that are embedded: together some 100 tokens, which is about what a request can wait for."""
_LONG_WORD = 8
_MOST_CHOICES = 12
"""Choices of a list that are compared with one another; their pairs grow with the square."""

_CHOICE = re.compile(r"^[ \t]*\(?(?:[^\W\d_]|\d{1,2})[.):][ \t]+(\S.*)$", re.MULTILINE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SIGN = re.compile(r"[=+*/^<>\\|_{}\[\]$%]")
_SENTENCE = re.compile(r"[.!?;。！？؟।](?:\s|$)")  # what ends a sentence in other scripts
_AROUND_WORDS = ".,;:?!()\"'"
_CHOSEN_FROM_NUMBERS = 0.3
"""The share of digits from which a choice counts as a number."""

NAMES: tuple[str, ...] = (
    "characters",
    "words",
    "characters before the choices",
    "numbers",
    "numbers a word",
    "length of a choice",
    "spread of the choices' lengths",
    "length of the longest choice",
    "choices",
    "choices that are numbers",
    "words that choices share",
    "words of choices that are asked with",
    "share of signs",
    "signs",
    "sentences",
    "has a blank",
    "ends with a question mark",
    "ends with a colon",
    "length of a word",
    "length of the longest word",
    "share of long words",
    "share of different words",
    "share of capital letters",
    "share of capitalised words",
    "share of words in capitals",
    "lines",
    "has a quotation",
    "share of characters outside ASCII",
    "brackets a word",
    "commas a word",
    "share of digits",
    "how far it can be compressed",
    "length of a sentence",
)
"""What `features` gives, in its order."""


def prompt(request: Request) -> str:
    """The text that is forecast from: what users say in a request, its last `MOST` characters.

    Instructions of the system are left out: an application gives the same every time, and they would hide the rest.
    So are passages that were found for it, as it was taught prompts without them.
    """
    parts = [part for message in request.written if message.role == "user" for part in message.parts]
    return "\n".join(part.text for part in parts if isinstance(part, TextPart))[-MOST:]


def gist(text: str) -> str:
    """What of a prompt is embedded: all of a short one; of a longer one its beginning and its end, with a line between.

    An embedding takes longer the longer its text is, and a request waits for it.
    """
    return text if len(text) <= _BEGINNING + _END else f"{text[:_BEGINNING]}\n{text[-_END:]}"


def features(text: str) -> tuple[float, ...]:
    """The figures of `NAMES` for one text; all are finite."""
    text = text[:MOST]
    choices = _CHOICE.findall(text)
    first = _CHOICE.search(text)
    stem = text[: first.start()] if first is not None else text
    found = (*_sizes(text, stem, choices), *_choices(stem, choices), *_signs(text, stem), *_words(text, stem))
    return tuple(float(value) for value in found)


def _sizes(text: str, stem: str, choices: Sequence[str]) -> Iterator[float]:
    words = len(text.split()) + 1
    numbers = len(_NUMBER.findall(stem))
    lengths = [math.log1p(len(choice)) for choice in choices] or [0.0]
    yield math.log1p(len(text))
    yield math.log(words)
    yield math.log1p(len(stem))
    yield math.log1p(numbers)
    yield numbers / words
    yield math.log1p(sum(map(len, choices)) / max(1, len(choices)))
    yield statistics.pstdev(lengths)
    yield max(lengths)
    yield len(choices) / 5


def _choices(stem: str, choices: Sequence[str]) -> Iterator[float]:
    """Of how many choices are numbers, how much they share with one another, and how much with the question."""
    many = max(1, len(choices))
    yield sum(_is_number(choice) for choice in choices) / many
    sets = [set(choice.lower().split()) for choice in choices[:_MOST_CHOICES]]
    pairs = [(one, other) for place, one in enumerate(sets) for other in sets[:place]]
    yield sum(len(one & other) / max(1, min(len(one), len(other))) for one, other in pairs) / max(1, len(pairs))
    asked = {word.lower().strip(_AROUND_WORDS) for word in stem.split()}
    yield sum(len(each & asked) / max(1, len(each)) for each in sets) / max(1, len(sets))


def _is_number(choice: str) -> bool:
    digits = sum(character.isdigit() for character in choice)
    return digits / (len(choice) + 1) > _CHOSEN_FROM_NUMBERS or len(choice) <= 2  # one sign and its unit


def _signs(text: str, stem: str) -> Iterator[float]:
    signs = len(_SIGN.findall(text))
    ending = stem.rstrip()
    yield signs / (len(text) + 1) * 100
    yield math.log1p(signs)
    yield math.log1p(len(_SENTENCE.findall(stem)))
    yield "__" in stem
    yield ending.endswith(("?", "？", "؟"))  # as above
    yield ending.endswith((":", "："))  # as above


def _words(text: str, stem: str) -> Iterator[float]:
    words = text.split()
    plain = [word.lower().strip(_AROUND_WORDS) for word in words]
    lengths = [len(word) for word in plain] or [0]
    many, size = len(words) + 1, len(text) + 1
    yield sum(lengths) / len(lengths)
    yield max(lengths)
    yield sum(length >= _LONG_WORD for length in lengths) / len(lengths)
    yield len(set(plain)) / many
    yield sum(character.isupper() for character in text) / size
    yield sum(word[:1].isupper() for word in words) / max(1, len(words))
    yield sum(word.isupper() and len(word) > 1 for word in words) / many
    yield math.log1p(stem.count("\n"))
    yield any(sign in text for sign in '"“„«')
    yield sum(not character.isascii() for character in text) / size
    yield text.count("(") / many
    yield text.count(",") / many
    yield sum(character.isdigit() for character in text) / size
    encoded = text.encode(errors="surrogatepass")
    yield len(zlib.compress(encoded)) / (len(encoded) + 1)
    yield many / (len(_SENTENCE.findall(stem)) + 1) / 20
