"""Tables in text: CSV and its kin, read as rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from freehold.knowledge.extract.draft import Draft
from freehold.knowledge.extract.text import opened, read_text
from freehold.knowledge.model import Extracted

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 20


def read_separated(data: bytes, media_type: str, characters: int) -> Extracted:
    """One table of the file's rows. What is no table after all is read as plain text, with a note."""
    text, notes = opened(data, characters)
    draft = Draft(characters)
    for note in notes:
        draft.note(note)
    try:
        draft.table(_rows(text))
    except csv.Error as error:
        plain = read_text(text.encode(), media_type, characters)
        return Extracted(
            text=plain.text,
            blocks=plain.blocks,
            media_type=media_type,
            notes=(*notes, f"It could not be read as a table ({error}); it was read as plain text."),
        )
    return draft.finish(media_type)


def _rows(text: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))


def _delimiter(text: str) -> str:
    """What parts the first lines into the most equal, and then the most, cells."""
    sample = [line for line in text[:64_000].split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES] if line.strip()]
    if sample and sample[0].lower().startswith("sep=") and len(sample[0]) == 5:
        return sample[0][4]

    def fitness(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in sample]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(_DELIMITERS, key=fitness)
