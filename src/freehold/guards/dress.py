"""Puts one text in another's place the way that other was written there: its case, its hyphens and its spaces."""

from __future__ import annotations

from freehold.guards.letters import is_mark, words_of


def dress_words(written: str, source: str, target: str) -> str:
    """`target` in place of `source`, which stands as `written`: word for word where they have as many.

    >>> dress_words("OKAFOR, Chidi", "Okafor Chidi", "Merrick Tolan")
    'MERRICK, Tolan'
    """
    if written == source:
        return target
    old, new = words_of(source), words_of(target)
    if len(old) != len(new) or sum(map(str.isalnum, written)) != sum(map(len, old)):
        return in_case(written, source, target)
    result, place = [], 0
    for word, other in zip(old, new, strict=True):
        gap, piece, place = _next(written, place, len(word))
        result += [gap, in_case(piece, word, other)]
    return "".join(result) + written[place:]


def dress_compact(written: str, source: str, target: str) -> str:
    """`target` with the punctuation of `written`, where they have as many letters and digits.

    >>> dress_compact("4111-1111", "4111 1111", "5500 0055")
    '5500-0055'
    """
    if written == source:
        return target
    signs = [char for char in target if char.isalnum()]
    if sum(map(str.isalnum, written)) != len(signs):
        return target
    if written.islower() and not source.islower():
        signs = [char.lower() for char in signs]
    fresh = iter(signs)
    return "".join(next(fresh) if char.isalnum() else char for char in written)


def dress_literal(written: str, source: str, target: str) -> str:
    """`target` in the case of `written`; a word in brackets is nobody's word, and stays."""
    return target if target.startswith("[") else in_case(written, source, target)


def in_case(written: str, source: str, target: str) -> str:
    """`target` in capitals, small letters or with a capital first, as `written` has it where `source` had not."""
    if written == source or not written:
        return target
    if written.isupper() and sum(map(str.isalpha, written)) > 1:
        return target.upper()
    if written.islower():
        return target.lower()
    if written[0].isupper() and written[1:].islower():
        if target.isupper():
            return target.capitalize()
        return target[:1].upper() + target[1:]
    return target


def _next(text: str, place: int, letters: int) -> tuple[str, str, int]:
    """What stands before the next so many letters and digits, they and what is among them, and the place after."""
    start = place
    while start < len(text) and not text[start].isalnum():
        start += 1
    end, left = start, letters
    while end < len(text) and left:
        left -= text[end].isalnum()
        end += 1
    while end < len(text) and is_mark(text[end]):
        end += 1
    return text[place:start], text[start:end], end
