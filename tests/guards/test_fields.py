"""Each text is told once, with its place and who wrote it, and stays the very same object unless it is changed."""

from __future__ import annotations

from freehold.guards.fields import Field, Telling, kept


def test_a_text_is_told_with_its_place_and_its_source() -> None:
    told: list[Field] = []

    def change(field: Field) -> str:
        told.append(field)
        return field.text.upper()

    telling = Telling(change)
    telling.source = "tool"
    assert telling.text("lives here", "messages[0]") == "LIVES HERE"
    assert told == [Field("messages[0]", "lives here", "tool")]


def test_what_is_repeated_is_told_once_and_becomes_the_same_everywhere() -> None:
    told: list[str] = []

    def change(field: Field) -> str:
        told.append(field.where)
        return field.text + "!"

    telling = Telling(change)
    assert [telling.text("Anna", where) for where in "ab"] == ["Anna!", "Anna!"]
    telling.repeating = True
    assert telling.text("Anna", "c") == "Anna!"
    assert telling.text("Berta", "d") == "Berta!"
    assert told == ["a", "b", "d"]


def test_what_stays_is_the_very_same_object() -> None:
    text = "Anna"
    telling = Telling(lambda field: "".join(list(field.text)))

    assert telling.text(text, "a") is text
    telling.repeating = True
    assert telling.text(text, "b") is text


def test_words_of_the_dialects_and_empty_texts_are_not_told() -> None:
    telling = Telling(lambda _: "?")

    assert [telling.text(text, "a") for text in ("", "assistant", "Anna")] == ["", "assistant", "?"]


def test_a_sequence_whose_members_all_stay_is_the_very_same() -> None:
    old = ["a b", "c d"]

    assert kept(old, list(old)) is old
    assert kept(old, ["a b", "e"]) == ["a b", "e"]
