"""What stands in for an original of each kind, and by which pairs the one becomes the other and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import msgspec

from freehold.guards.dress import dress_compact
from freehold.guards.letters import folded, squeezed
from freehold.guards.pseudonyms import dates, numbers, plans
from freehold.guards.pseudonyms.cast import Cast
from freehold.guards.pseudonyms.coined import coin
from freehold.guards.pseudonyms.conversation import Draw
from freehold.guards.pseudonyms.phrases import COMMON, OF_NAMES, OF_PLACES, ORDINARY, renamed
from freehold.guards.swap import Form, Pair


class StandIn(msgspec.Struct, frozen=True):
    """`text` in place of an original; `hide` puts it there, `show` takes it and its parts out again.

    `key` is the original as it compares: two ways of writing one number have one key.
    """

    text: str
    key: str
    hide: tuple[Pair, ...]
    show: tuple[Pair, ...]

    def __repr__(self) -> str:
        return f"StandIn({self.text!r})"


Maker = Callable[[str, str, Cast], StandIn]
"""From kind and original."""


def stand_in(kind: str, original: str, cast: Cast) -> StandIn:
    """The stand-in for an original of a kind; of a kind that is not known, by what the original looks like.

    So is one that does not look like its kind, such as half a number.
    """
    make, form = _MAKERS.get(kind, (_shaped, _ANY))
    return (make if form.match(original) else _shaped)(kind, original.strip(), cast)


def _exchanged(original: str, text: str, key: str, form: Form) -> StandIn:
    return StandIn(text, key, (Pair(original, text, form),), (Pair(text, original, form),))


def _person(kind: str, original: str, cast: Cast) -> StandIn:
    """Each telling word of a name has a stand-in of its own, so that a part of the name used alone finds its way."""
    text, words = renamed(original, OF_NAMES, cast.word)
    if not words:
        return _bracketed(kind, original, cast)
    hide = [Pair(original, text, "words", proper=original[0].isupper() and _is_ordinary(original))]
    for word, new in words.items():
        if folded(word) in COMMON:
            hide += [Pair(f"{title} {word}", f"{title} {new}", "words") for title in _TITLES]
        else:
            hide.append(Pair(word, new, "words", proper=_is_ordinary(word)))
    show = [*_words_back(words)]
    first, *later = words.items()
    for word, new in later:
        # A model, and whoever wrote the text, may leave an initial of the first name.
        short, other = f"{first[0][0]}. {word}", f"{first[1][0]}. {new}"
        hide.append(Pair(short, other, "words"))
        show.append(Pair(other, short, "words"))
    return StandIn(text, squeezed(original), tuple(hide), tuple(show))


def _is_ordinary(word: str) -> bool:
    """Whether a word in small letters is more likely just a word than the name."""
    return folded(word) in ORDINARY or folded(word) in COMMON or (word.isascii() and len(word) <= _SHORT_WORD)


def _phrase(kind: str, original: str, cast: Cast) -> StandIn:
    """A place or an organisation: found only as a whole, since its words say little alone."""
    text, words = renamed(original, OF_PLACES, cast.word)
    if not words:
        return _bracketed(kind, original, cast)
    return StandIn(text, squeezed(original), (Pair(original, text, "words"),), _words_back(words))


def _address(kind: str, original: str, cast: Cast) -> StandIn:
    """A postal address: its lines are found alone too, where one says more than the name of a town."""
    named, words = renamed(original, OF_PLACES, cast.word)
    text = cast.give(kind, squeezed(original), lambda draw: _other_digits(named, draw))
    hide, show = [Pair(original, text, "words")], [Pair(text, original, "words")]
    old, new = _LINES.split(original), _LINES.split(text)
    if len(old) == len(new) > 1:
        for line, other in zip(old, new, strict=True):
            if " " in line and any(map(str.isdecimal, line)):
                hide.append(Pair(line, other, "words"))
                show.append(Pair(other, line, "words"))
    return StandIn(text, squeezed(original), tuple(hide), (*show, *_words_back(words)))


def _email(kind: str, original: str, cast: Cast) -> StandIn:
    """Its words are those of the names in the text; its domain is coined under ``.example`` (RFC 2606)."""
    local, at, domain = original.rpartition("@")
    if not at or not local or " " in original:
        return _exchanged(
            original, cast.give(kind, folded(original), lambda draw: f"{_small(draw)}@{_small(draw)}.example"),
            folded(original), "literal",
        )  # fmt: skip
    named, words = renamed(local, frozenset(), cast.word)
    house = cast.give("domain", folded(domain), lambda draw: f"{_small(draw)}.example")

    def make(draw: Draw) -> str:
        # A mailbox of initials and digits alone would stay what it is.
        return f"{_other_digits(named, draw) if words else numbers.scrambled(local, draw)}@{house}"

    text = cast.give(kind, folded(original), make)
    mailbox = text.rpartition("@")[0]
    hide = [Pair(original, text)]
    if len(local) >= 6 and not local.isalpha():
        hide.append(Pair(local, mailbox))
    # Nobody's address ends in this domain, so that what it is glued to does not matter.
    show = [
        Pair(text, original, loose=True),
        Pair(text.replace("@", "%40"), quote(original)),
        *_words_back(words),
    ]
    if domain:
        show.append(Pair(house, domain))
    return StandIn(text, folded(original), tuple(hide), tuple(show))


def _profile(kind: str, original: str, cast: Cast) -> StandIn:
    """The address of somebody's page: all after the host has stand-ins."""
    head = _HOST.match(original)
    host = head[0] if head else ""
    named, words = renamed(original[len(host) :], _PATHS, cast.word)
    text = cast.give(kind, folded(original), lambda draw: host + _other_digits(named, draw))
    return StandIn(text, folded(original), (Pair(original, text),), (Pair(text, original), *_words_back(words)))


def _phone(_kind: str, original: str, cast: Cast) -> StandIn:
    extension = _EXTENSION.search(original)
    number = original[: extension.start()] if extension else original
    old = plans.taken_apart(number)
    key = old.code + old.national
    national = cast.give("phone", key, lambda draw: plans.fictional(old, draw).national)
    if not national.isdecimal():
        return _exchanged(number, national, key, "compact")
    new = msgspec.structs.replace(old, national=national)
    text = plans.written(new, number)
    pairs = [(number, text), *zip(old.forms(), new.forms(), strict=True)]
    return StandIn(
        text + (extension[0] if extension else ""),
        key,
        tuple(Pair(one, other, "compact") for one, other in pairs),
        tuple(Pair(other, one, "compact") for one, other in pairs),
    )


def _date(kind: str, original: str, cast: Cast) -> StandIn:
    if dates.moved(original, Draw.idle()) is None:
        return _shaped(kind, original, cast)
    key = next(iter(dates.forms(original)), "")
    if key:
        # However it is written, one day has one stand-in.
        day = cast.give("date", key, lambda draw: dates.moved(key, draw) or "")
        text = dates.like(original, day)
    else:
        key = folded(original)
        text = cast.give(kind, key, lambda draw: dates.moved(original, draw) or "")
    pairs = [(original, text), *zip(dates.forms(original), dates.forms(text), strict=False)]
    return StandIn(
        text,
        key,
        tuple(Pair(one, other, _form_of_date(one)) for one, other in pairs),
        tuple(Pair(other, one, _form_of_date(other)) for one, other in pairs),
    )


def _form_of_date(date: str) -> Form:
    """With or without what parts its words; but 1.11.1985 without it could be 11.1.1985 as well."""
    return "words" if any(map(str.isalpha, date)) or sum(map(str.isdecimal, date)) == _DIGITS_OF_DATE else "literal"


def _made(make: Callable[[str, Draw], str], form: Form) -> Maker:
    """A maker for what is a number in some form."""

    def maker(kind: str, original: str, cast: Cast) -> StandIn:
        key = squeezed(original) if form == "compact" else folded(original)
        text = cast.give(kind, key, lambda draw: make(original, draw))
        # However a number is written elsewhere, here it is written as it stands here.
        return _exchanged(original, dress_compact(original, "", text) if form == "compact" else text, key, form)

    return maker


def _shaped(kind: str, original: str, cast: Cast) -> StandIn:
    """Digits for digits and letters for letters; words for words; too short to be known again: a word in brackets."""
    if sum(map(str.isalnum, original)) < _SHORTEST:
        return _bracketed(kind, original, cast)
    if any(map(str.isdecimal, original)):
        return _made(numbers.scrambled, "compact")(kind, original, cast)
    return _phrase(kind, original, cast)


def _bracketed(kind: str, original: str, cast: Cast) -> StandIn:
    return _exchanged(original, cast.bracketed(kind, folded(original)), folded(original), "literal")


def _words_back(words: dict[str, str]) -> tuple[Pair, ...]:
    return tuple(Pair(new, word, "words") for word, new in words.items())


def _other_digits(text: str, draw: Draw) -> str:
    """Other digits for digits; a piece that mixes them with letters, such as a postcode, changes whole."""
    return _MIXED.sub(lambda found: numbers.scrambled(found[0], draw), text)


def _small(draw: Draw) -> str:
    return coin(draw).lower()


_SHORTEST = 5
_SHORT_WORD = 2
_DIGITS_OF_DATE = 8
_TITLES = ("Mr", "Mrs", "Ms", "Miss", "Dr", "Prof", "Sir")
_LINES = re.compile(r"[,;\n]\s*")
_MIXED = re.compile(r"\b(?=[A-Za-z]{0,4}[0-9])[A-Za-z0-9]+\b")
_HOST = re.compile(r"(?:https?://)?[A-Za-z0-9.-]+/")
_PATHS = frozenset({"in", "pub", "user", "users", "people", "profile", "u", "com", "www"})
_EXTENSION = re.compile(r" ?(?:x|ext\.?|extension) ?[0-9]{1,6}$", re.IGNORECASE)

_ANY = re.compile("")
_WORDY = re.compile(r"(?s).*[^\W\d_]")
_NUMBERED = re.compile(r"(?:[^0-9]{0,9}[0-9]){7}")

_MAKERS: dict[str, tuple[Maker, re.Pattern[str]]] = {
    "person": (_person, _WORDY),
    "email": (_email, re.compile(r"(?s)(?:.*\w){4}")),
    "phone": (_phone, _NUMBERED),
    "card": (_made(numbers.card, "compact"), _NUMBERED),
    "iban": (_made(numbers.iban, "compact"), re.compile(r"\s*[A-Za-z]{2}[0-9]{2}(?:[^0-9A-Za-z]{0,2}[0-9A-Za-z]){8}")),
    "ip": (
        _made(numbers.address, "literal"),
        re.compile(r"\s*(?:[0-9]{1,3}\.){3}[0-9]|\s*[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*"),
    ),
    "mac": (_made(numbers.hardware, "compact"), re.compile(r"\s*(?:[^0-9A-Fa-f]?[0-9A-Fa-f]){12}")),
    "wallet": (_made(numbers.scrambled, "literal"), re.compile(r"\s*[0-9A-Za-z]{20}")),
    "birth-date": (_date, _ANY),
    "date": (_date, _ANY),
    "address": (_address, _WORDY),
    "place": (_phrase, _WORDY),
    "organisation": (_phrase, _WORDY),
    "profile": (_profile, re.compile(r"(?s).*/.*\w{2}")),
}
"""By kind, who makes the stand-in, and what an original has to look like for it."""
