"""How often the built-in reader answers where the documents hold the answer, and says so where they do not.

    python -m benchmarks.knowledge.answering [--data FOLDER]

Each question is asked three times over what the library finds by words, as the reader is asked in service: of the
documents that hold its answer; of the same without the passages that hold it (near misses, the hard case); of other
documents (far misses). The odd questions show what each threshold does, the even ones what the one in use does.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.goals import DATA
from freehold.core.label import PUBLIC
from freehold.core.passage import Passage
from freehold.engines.quote import ENOUGH, quote
from freehold.knowledge.chunk import chunk
from freehold.knowledge.extract import extract
from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.model import Extracted, Hit, NewDocument, Query, Reader

THRESHOLDS = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)
PASSAGES = 8
_SHARED = 40
"""Characters of the beginning or the end of a span that a hit must hold, to count as holding some of it."""


@dataclass(frozen=True)
class Question:
    """A question, the collection that holds its answer, and whether a hit holds it."""

    text: str
    collection: str
    holds: Callable[[Hit, str], bool]
    """Takes a hit, and the words of it that were quoted."""


@dataclass(frozen=True)
class Asked:
    """One question with its three sets of passages."""

    question: Question
    there: tuple[Passage, ...]
    near: tuple[Passage, ...]
    far: tuple[Passage, ...]


@dataclass(frozen=True)
class Score:
    """What became of the questions, as shares from 0 to 1."""

    answered: float
    """Of those whose answer was among the passages."""
    right: float
    """Of the answers given there, those that quote a sentence of the answer."""
    near: float
    """Of the near misses, those for which it said that the documents hold no answer."""
    far: float
    """The same of the far misses."""

    @property
    def balance(self) -> float:
        """What a threshold may be chosen by: right answers where there is one, and silence where there is none."""
        return (self.answered * self.right + (self.near + self.far) / 2) / 2


def score(asked: Sequence[Asked], enough: float) -> Score:
    """The reader's answers at this threshold."""
    given = [quote(each.question.text, each.there, enough=enough) for each in asked]
    quoted = [(each, quotes) for each, quotes in zip(asked, given, strict=True) if quotes]
    right = [
        any(each.question.holds(_hit(each.there[one.number - 1]), one.text) for one in quotes)
        for each, quotes in quoted
    ]
    return Score(
        len(quoted) / len(asked),
        sum(right) / max(1, len(right)),
        _silent(asked, lambda each: each.near, enough),
        _silent(asked, lambda each: each.far, enough),
    )


def _silent(asked: Sequence[Asked], passages: Callable[[Asked], Sequence[Passage]], enough: float) -> float:
    return sum(not quote(each.question.text, passages(each), enough=enough) for each in asked) / len(asked)


def _hit(passage: Passage) -> Hit:
    return Hit(passage.text, passage.place, passage.label, passage.score)


def ask(library: SqliteLibrary, questions: Sequence[Question]) -> list[Asked]:
    """The questions whose answer is among what is found for them, each with what is found."""
    collections = sorted({question.collection for question in questions})
    asked = []
    for question in questions:
        hits = _search(library, question.text, question.collection, 2 * PASSAGES)
        if not any(question.holds(hit, hit.text) for hit in hits[:PASSAGES]):
            continue
        near = [hit for hit in hits if not question.holds(hit, hit.text)]
        other = collections[(collections.index(question.collection) + 1) % len(collections)]
        far = _search(library, question.text, other, PASSAGES) if other != question.collection else []
        asked.append(Asked(question, *(_passages(each[:PASSAGES]) for each in (hits, near, far))))
    return asked


def _search(library: SqliteLibrary, text: str, collection: str, limit: int) -> list[Hit]:
    return library.search(Query(text, (collection,), Reader(everything=True), limit=limit), None)


def _passages(hits: Sequence[Hit]) -> tuple[Passage, ...]:
    return tuple(Passage(number, hit.text, hit.place, hit.label, hit.score) for number, hit in enumerate(hits, 1))


def chroma(library: SqliteLibrary, folder: Path) -> list[Question]:
    """The questions of ``chroma-chunking`` over its prose, whose answers are spans of one text a collection."""
    texts = {}
    for path in sorted((folder / "corpora").glob("*.md.gz")):
        name = path.name.removesuffix(".md.gz")
        texts[name] = gzip.decompress(path.read_bytes()).decode()
        _add_text(library, name, texts[name])
    with (folder / "questions.csv").open(encoding="utf-8", newline="") as rows:
        return [
            Question(row["question"], row["corpus_id"], _overlaps([each["content"] for each in _spans(row)]))
            for row in csv.DictReader(rows)
            if row["corpus_id"] in texts
        ]


def _spans(row: dict[str, str]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(row["references"])
    return found


def _overlaps(spans: Sequence[str]) -> Callable[[Hit, str], bool]:
    """Whether words lie within a span, or hold its beginning or its end; white space apart."""
    wanted = [" ".join(span.split()) for span in spans]

    def holds(hit: Hit, quoted: str) -> bool:  # noqa: ARG001 - its kind takes both
        words = " ".join(quoted.split())
        return any(words in span or span[:_SHARED] in words or span[-_SHARED:] in words for span in wanted)

    return holds


def scifact(library: SqliteLibrary, folder: Path) -> list[Question]:
    """The claims of SciFact's training set over its abstracts; one is held by the documents that are judged for it."""
    judged: dict[str, set[str]] = {}
    with (folder / "qrels.train.tsv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            judged.setdefault(row["query-id"], set()).add(row["corpus-id"])
    for line in gzip.decompress((folder / "corpus.jsonl.gz").read_bytes()).decode().splitlines():
        row = json.loads(line)
        _add(library, "scifact", row["_id"], Extracted(f"{row['title']}\n\n{row['text']}", (), "text/plain"))
    claims = [json.loads(line) for line in (folder / "queries.train.jsonl").read_text().splitlines()]
    return [Question(each["text"], "scifact", _of(judged[each["_id"]])) for each in claims if each["_id"] in judged]


def _of(documents: set[str]) -> Callable[[Hit, str], bool]:
    return lambda hit, _: hit.place.name in documents


def _add_text(library: SqliteLibrary, name: str, text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.md"
        path.write_text(text, encoding="utf-8")
        for found in _read(path):
            _add(library, name, path.name, found)


def _read(path: Path) -> Iterator[Extracted]:
    for found in extract(path, path.name):
        if isinstance(found.outcome, Extracted):
            yield found.outcome


def _add(library: SqliteLibrary, collection: str, name: str, extracted: Extracted) -> None:
    size = len(extracted.text.encode())
    library.put(NewDocument(collection, name, PUBLIC, frozenset(), name, size, extracted, chunk(extracted)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 0, or 1 where the data is not there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.knowledge.answering")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder that holds knowledge/")
    parser.add_argument("--only", choices=("chroma", "scifact"), help="one of the two")
    given = parser.parse_args(arguments)
    folder = given.data / "knowledge"
    if not folder.is_dir():
        print(f"there is no {folder}; name the folder of the data with --data", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        library = SqliteLibrary(Path(scratch))
        for name, load, where in (("chroma", chroma, "chroma-chunking"), ("scifact", scifact, "scifact")):
            if given.only in {None, name}:
                _report(name, ask(library, load(library, folder / where)))
        library.close()
    return 0


def _report(name: str, asked: Sequence[Asked]) -> None:
    odd, even = asked[1::2], asked[::2]
    print(f"\n{name}: {len(asked)} questions with their answer among {PASSAGES} passages")
    print("threshold  answered  right  silent near  silent far   (odd questions)")
    for enough in THRESHOLDS:
        print(_row(enough, score(odd, enough)))
    best = max(THRESHOLDS, key=lambda enough: score(odd, enough).balance)
    print(f"best of the odd: {best}; in use: {ENOUGH}. Even questions:")
    print(_row(ENOUGH, score(even, ENOUGH)))


def _row(enough: float, found: Score) -> str:
    return f"{enough:9.2f} {found.answered:9.3f} {found.right:6.3f} {found.near:12.3f} {found.far:11.3f}"


if __name__ == "__main__":
    sys.exit(main())
