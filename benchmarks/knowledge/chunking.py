"""How much of what a question is about stands in the five passages found for it.

The measure is the recall of gold characters: of the characters that a person marked as holding the answer, the share
that lies in at least one of five passages, each of at most 1,200 characters; the mean over all questions. The corpora
and questions are those of Chroma's study of chunking
(https://github.com/brandonstarxel/chunking_evaluation, the general set). Every row is the real chain: the file is
extracted, chunked, put into a library and searched, each question within its own corpus, and within all of them; rows
that say "widened" go through the retriever, which fills up what the library has found.
"""

from __future__ import annotations

import asyncio
import csv
import gzip
import hashlib
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from benchmarks.goals import Row
from benchmarks.knowledge.minilm import MiniLM, opened
from freehold.core.caller import Caller
from freehold.core.label import PUBLIC, Label
from freehold.knowledge.chunk import Limits, chunk
from freehold.knowledge.extract import extract
from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.model import Chunk, Collection, Extracted, Hit, NewDocument, Query, Reader, Weights
from freehold.knowledge.ports import Vectors
from freehold.knowledge.retrieve import Retriever

ASKER = Caller("benchmark", "benchmark")
PASSAGES = 5
GOAL = 0.90
SPACE = "minilm@chunking"
LIMITS = Limits()

Span = tuple[int, int]


class Question(msgspec.Struct, frozen=True):
    """A question, its corpus, and the spans of that corpus that hold the answer."""

    text: str
    corpus: str
    gold: tuple[Span, ...]


class Corpus(msgspec.Struct, frozen=True):
    """A corpus as it was extracted and cut."""

    extracted: Extracted
    chunks: tuple[Chunk, ...]


def run(data: Path) -> list[Row]:
    """All rows. `data`: the folder that holds ``knowledge/chroma-chunking``. Raises `FileNotFoundError` without it."""
    folder = data / "knowledge" / "chroma-chunking"
    with tempfile.TemporaryDirectory(prefix="freehold-chunking-") as scratch:
        corpora = {path.name.removesuffix(".md.gz"): _read(path, Path(scratch)) for path in _files(folder)}
        questions = [each for each in read_questions(folder / "questions.csv") if each.corpus in corpora]
        library = SqliteLibrary(Path(scratch) / "library")
        try:
            _fill(library, corpora)
            with opened() as model:
                if model is not None:
                    _embed(library, model)
                return [row for method in _methods(model) for row in _rows(library, corpora, questions, model, method)]
        finally:
            library.close()


class Method(msgspec.Struct, frozen=True):
    """One way to search. `weights`: `None` for words alone. `widened`: passages are filled up with what is beside."""

    name: str
    weights: Weights | None
    widened: bool = False


def _methods(model: MiniLM | None) -> list[Method]:
    words = [Method("words", None), Method("words, widened", None, widened=True)]
    if model is None:
        return words
    shares = (1.0, 0.5, 0.3)
    fused = [Method(f"fused, meaning {share:.1f}", Weights(dense=share), widened=False) for share in shares]
    return [
        *words,
        *fused,
        *(msgspec.structs.replace(each, name=f"{each.name}, widened", widened=True) for each in fused),
    ]


def _rows(
    library: SqliteLibrary,
    corpora: Iterable[str],
    questions: Sequence[Question],
    model: MiniLM | None,
    method: Method,
) -> list[Row]:
    every = tuple(corpora)
    for name in every:
        library.save_collection(Collection(name, weights=method.weights))
    embedder = None if model is None or method.weights is None else Embeds(model)
    rows = []
    for scope in ("its corpus", "all corpora"):
        queries = [
            Query(
                question.text,
                (question.corpus,) if scope == "its corpus" else every,
                Reader(everything=True),
                limit=PASSAGES,
            )
            for question in questions
        ]
        found = asyncio.run(_found(library, embedder, queries, widened=method.widened))
        shares = [
            covered(question.gold, _spans(hits, question)) for question, hits in zip(questions, found, strict=True)
        ]
        rows.append((f"recall of gold characters at 5, within {scope}", method.name, sum(shares) / len(shares), GOAL))
    return rows


async def _found(
    library: SqliteLibrary, embedder: Embeds | None, queries: Sequence[Query], *, widened: bool
) -> list[list[Hit]]:
    """The passages for each query: through the retriever, or straight from the library, as they were cut."""
    if widened:
        retriever = Retriever(library, embedder)
        return [await retriever.find(query, PUBLIC, ASKER) for query in queries]
    return [
        library.search(query, None if embedder is None else await embedder([query.text], label=PUBLIC))
        for query in queries
    ]


class Embeds:
    """The model as an `Embedder`."""

    space = SPACE

    def __init__(self, model: MiniLM) -> None:
        self._model = model

    async def __call__(self, texts: Sequence[str], *, label: Label, caller: Caller | None = None) -> Vectors:
        assert (label, caller) in ((PUBLIC, None), (PUBLIC, ASKER))
        return self._model(texts)


def covered(gold: Sequence[Span], spans: Sequence[Span]) -> float:
    """The share of the characters of `gold` that lie in at least one of the spans."""
    wanted = {at for start, end in gold for at in range(start, end)}
    found = {at for at in wanted if any(start <= at < end for start, end in spans)}
    return len(found) / len(wanted)


def _spans(hits: Sequence[Hit], question: Question) -> list[Span]:
    """What was found of the question's corpus."""
    return [(hit.place.start, hit.place.end) for hit in hits if hit.place.collection == question.corpus]


def _files(folder: Path) -> list[Path]:
    if not (folder / "questions.csv").is_file():
        raise FileNotFoundError(f"{folder} is not there; set FREEHOLD_BENCH_DATA to the folder that holds knowledge/")
    return sorted((folder / "corpora").glob("*.md.gz"))


def read_questions(path: Path) -> list[Question]:
    """The questions of a file of the columns ``question``, ``references`` (JSON) and ``corpus_id``."""
    with path.open(encoding="utf-8", newline="") as rows:
        return [
            Question(
                row["question"],
                row["corpus_id"],
                tuple((each["start_index"], each["end_index"]) for each in json.loads(row["references"])),
            )
            for row in csv.DictReader(rows)
        ]


def _read(path: Path, scratch: Path) -> Corpus:
    """A corpus through extraction and chunking. Gold spans count the characters of the file, which must come whole."""
    text = gzip.decompress(path.read_bytes()).decode()
    plain = scratch / path.name.removesuffix(".gz")
    plain.write_text(text, encoding="utf-8", newline="")
    (found,) = extract(plain, plain.name)
    if not isinstance(found.outcome, Extracted) or found.outcome.text != text:
        raise RuntimeError(f"{path.name} was not extracted as it stands, so its gold spans cannot be compared")
    return Corpus(found.outcome, chunk(found.outcome, LIMITS))


def _fill(library: SqliteLibrary, corpora: dict[str, Corpus]) -> None:
    for name, corpus in corpora.items():
        body = corpus.extracted.text.encode()
        digest = hashlib.sha256(body).hexdigest()
        library.put(NewDocument(name, name, PUBLIC, frozenset(), digest, len(body), corpus.extracted, corpus.chunks))


def _embed(library: SqliteLibrary, model: MiniLM) -> None:
    while waiting := library.unembedded(SPACE, 64):
        library.embed(SPACE, [number for number, _, _ in waiting], model([text for _, text, _ in waiting]))
    library.use_space(SPACE)
