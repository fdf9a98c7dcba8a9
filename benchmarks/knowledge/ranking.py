"""How well passages are found: by words, by meaning, and by both made one.

Every row is the real chain: documents are put into a library, embedded and searched. Judgements come with the corpora:
SciFact's claims (its training half), Cranfield, CISI and MEDLINE by nDCG@10, and the questions on code of Anthropic's
study of contextual retrieval by the share of the golden passages among the first 20.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from benchmarks.goals import Row
from benchmarks.knowledge.minilm import opened
from freehold.core.label import PUBLIC
from freehold.knowledge.library.open import open_library
from freehold.knowledge.model import Chunk, Extracted, Hit, NewDocument, Query, Reader, Weights
from freehold.knowledge.ports import Library, Vectors
from freehold.knowledge.rank.tune import ndcg

Embed = Callable[[Sequence[str]], Vectors]

SPACE = "minilm@ranking"
_OPENING = 160
"""Characters of a file's beginning that stand before each of its passages."""
_BATCH = 256

METHODS: dict[str, Weights | None] = {
    "BM25": Weights(dense=0.0),
    "dense": Weights(dense=1.0),
    "plain fusion": Weights(dense=0.5, k=60, method="ranks"),
    "Freehold": None,
}


class Passage(msgspec.Struct, frozen=True):
    """What is put in as one document of one chunk."""

    name: str
    context: str
    text: str


class Question(msgspec.Struct, frozen=True):
    """A question, and what it gains to find each passage."""

    text: str
    gains: Mapping[str, float]


class Corpus(msgspec.Struct, frozen=True):
    """Passages, questions, and how a ranking of names is scored (0..1)."""

    name: str
    measure: str
    goal: float
    cut: int
    passages: tuple[Passage, ...]
    questions: tuple[Question, ...]

    def value(self, found: Sequence[str], question: Question) -> float:
        if self.measure.startswith("nDCG"):
            return ndcg([question.gains.get(name, 0.0) for name in found], list(question.gains.values()), self.cut)
        return len(question.gains.keys() & set(found)) / len(question.gains)


def run(data: Path, cache: Path | None = None, database: str = "sqlite") -> Iterator[list[Row]]:
    """The rows of one corpus after another. Raises `FileNotFoundError` where `data` has none of them.

    `database`: ``sqlite``, or the URL of a PostgreSQL database that is free to be filled and emptied.
    `cache`: a folder that keeps vectors from one run to the next. Without the weights of MiniLM, words alone.
    """
    with opened() as model:
        for read in (_scifact, _code, _cranfield, _cisi, _medline):
            yield measure(read(data / "knowledge"), cached(model, cache) if model else None, database)


def measure(corpus: Corpus, embed: Embed | None, database: str = "sqlite") -> list[Row]:
    """The rows of one corpus: each method's mean over the questions."""
    with (
        tempfile.TemporaryDirectory(prefix="freehold-ranking-") as folder,
        closing(open_library(database, Path(folder))) as library,
    ):
        library.remove_collection(corpus.name)
        for passage in corpus.passages:
            library.put(_document(corpus.name, passage))
        if embed is not None:
            _embed(library, embed)
        vectors = embed([question.text for question in corpus.questions]) if embed else None
        methods = METHODS if embed else {"BM25": METHODS["BM25"]}
        rows = []
        for method, weights in methods.items():
            values = [
                corpus.value(
                    _names(
                        _search(library, corpus, question, None if vectors is None else vectors[at : at + 1], weights)
                    ),
                    question,
                )
                for at, question in enumerate(corpus.questions)
            ]
            rows.append((f"{corpus.name} {corpus.measure}", method, sum(values) / len(values), corpus.goal))
        return rows


def cached(embed: Embed, folder: Path | None) -> Embed:
    """The same embedding, which reads from `folder` what it has embedded before."""
    if folder is None:
        return embed
    folder.mkdir(parents=True, exist_ok=True)

    def look_up(texts: Sequence[str]) -> Vectors:
        path = folder / f"{hashlib.sha256(json.dumps(list(texts)).encode()).hexdigest()[:32]}.npy"
        if not path.exists():
            np.save(path, embed(texts))
        return np.asarray(np.load(path, allow_pickle=False), np.float32)

    return look_up


def _embed(library: Library, embed: Embed) -> None:
    while waiting := library.unembedded(SPACE, _BATCH):
        library.embed(SPACE, [chunk for chunk, _, _ in waiting], embed([text for _, text, _ in waiting]))
    library.use_space(SPACE)


def _search(
    library: Library, corpus: Corpus, question: Question, vector: Vectors | None, weights: Weights | None
) -> list[Hit]:
    query = Query(question.text, (corpus.name,), Reader(everything=True), limit=corpus.cut)
    return library.search(query, vector, weights=weights)


def _names(hits: Sequence[Hit]) -> list[str]:
    return [hit.place.name for hit in hits]


def _document(collection: str, passage: Passage) -> NewDocument:
    text = passage.text
    digest = hashlib.sha256(text.encode()).hexdigest()
    return NewDocument(
        collection=collection,
        name=passage.name,
        label=PUBLIC,
        groups=frozenset(),
        digest=digest,
        size=len(text.encode()),
        extracted=Extracted(text, (), "text/plain"),
        chunks=(Chunk(0, 0, len(text), digest, context=passage.context),),
    )


def _scifact(folder: Path) -> Corpus:
    return _judged(folder / "scifact", "scifact", 0.72, ".train")


def _cranfield(folder: Path) -> Corpus:
    return _judged(folder / "cranfield", "cranfield", 0.404)


def _cisi(folder: Path) -> Corpus:
    return _judged(folder / "cisi", "cisi", 0.446)


def _medline(folder: Path) -> Corpus:
    return _judged(folder / "medline", "medline", 0.795)


def _judged(folder: Path, name: str, goal: float, split: str = "") -> Corpus:
    """A corpus in the form of BEIR: documents and queries as JSON lines, judgements as a table."""
    gains: dict[str, dict[str, float]] = {}
    with (folder / f"qrels{split}.tsv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            if float(row["score"]) > 0:
                gains.setdefault(row["query-id"], {})[row["corpus-id"]] = float(row["score"])
    passages = [Passage(each["_id"], each["title"], each["text"]) for each in _lines(folder / "corpus.jsonl.gz")]
    asked = _lines(folder / f"queries{split}.jsonl")
    questions = [Question(each["text"], gains[each["_id"]]) for each in asked if each["_id"] in gains]
    return Corpus(name, "nDCG@10", goal, 10, tuple(passages), tuple(questions))


def _code(folder: Path) -> Corpus:
    folder /= "anthropic-contextual"
    with gzip.open(folder / "codebase_chunks.json.gz", "rt", encoding="utf-8") as text:
        files = json.load(text)
    passages = [
        Passage(
            f"{file['original_uuid']}/{chunk['original_index']}", file["content"].strip()[:_OPENING], chunk["content"]
        )
        for file in files
        for chunk in file["chunks"]
    ]
    questions = [
        Question(each["query"], {f"{file}/{index}": 1.0 for file, index in each["golden_chunk_uuids"]})
        for each in _lines(folder / "evaluation_set.even.jsonl.gz")
    ]
    return Corpus("code", "Pass@20", 0.92, 20, tuple(passages), tuple(questions))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    opened_as = gzip.open if path.suffix == ".gz" else open
    with opened_as(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
