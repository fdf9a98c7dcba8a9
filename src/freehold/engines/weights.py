"""Which file a configured ``model`` means: a path, a directory, or ``hf:REPO[:QUANT]`` fetched earlier.

Knows names and folders only: fetching is `engines.hub`, reading is `engines.metadata`. Models from the hub lie under
``DATA_DIR/models/OWNER/NAME/``, as they are named in the repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from freehold.core.errors import SetupError

DEFAULT_QUANT = "Q4_K_M"

_REPO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
_QUANT = re.compile(
    r"(?:UD-)?(?:I?Q\d(?:_[A-Z0-9]{1,4}){0,3}|TQ\d_\d|BF16|F16|F32|MXFP4(?:_MOE)?|NVFP4)", re.IGNORECASE
)
_TOKEN = re.compile(rf"(?:^|[-._/])({_QUANT.pattern})(?=$|[-._/])", re.IGNORECASE)
_SHARD = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$", re.IGNORECASE)


class HubRef(msgspec.Struct, frozen=True):
    """A model on the hub: ``OWNER/NAME``, and the quantisation wanted, `None` for the default."""

    repo: str
    quant: str | None = None

    @classmethod
    def parse(cls, text: str) -> HubRef:
        """Read ``hf:OWNER/NAME[:QUANT]``, with or without ``hf:``; raises `SetupError` that shows the shape."""
        repo, _, quant = text.removeprefix("hf:").partition(":")
        if not _REPO.fullmatch(repo) or ".." in repo or (quant and not _QUANT.fullmatch(quant)):
            raise SetupError(f"{text!r} does not name a model; write hf:OWNER/NAME or hf:OWNER/NAME:{DEFAULT_QUANT}")
        return cls(repo, quant.upper() or None)

    def __str__(self) -> str:
        return f"hf:{self.repo}:{self.quant}" if self.quant else f"hf:{self.repo}"

    def folder(self, models: Path) -> Path:
        """Where its files lie under the directory of models."""
        return models / self.repo


def quant_of(name: str) -> str | None:
    """The quantisation a file's name tells, in capitals: its last word that looks like one.

    >>> quant_of("Qwen3-4B-Q4_K_M.gguf")
    'Q4_K_M'
    """
    found = _TOKEN.findall(_SHARD.sub("", name).removesuffix(".gguf"))
    return found[-1].upper() if found else None


def is_weights(name: str) -> bool:
    """Whether a file holds a language model: GGUF, and no vision projector or importance matrix."""
    base = name.rsplit("/", 1)[-1].lower()
    return base.endswith(".gguf") and not base.startswith(("mmproj", "imatrix")) and "-mmproj" not in base


def quants(names: Iterable[str]) -> list[str]:
    """The quantisations there are among these files, in order of name."""
    return sorted({quant for name in names if is_weights(name) and (quant := quant_of(name))})


def choose(names: Iterable[str], ref: HubRef) -> list[str]:
    """The files of the wanted quantisation, all shards in order; raises `SetupError` that lists what there is.

    With no quantisation asked for: `DEFAULT_QUANT`, else the only one that there is.
    """
    weights = sorted(name for name in names if is_weights(name))
    if not weights:
        raise SetupError(f"{ref.repo} holds no GGUF file; look for a repository whose name ends in -GGUF")
    kinds = {quant_of(name) for name in weights}
    wanted = ref.quant or (DEFAULT_QUANT if DEFAULT_QUANT in kinds or len(kinds) > 1 else None)
    chosen = [name for name in weights if wanted is None or quant_of(name) == wanted]
    if not chosen:
        there = ", ".join(quants(weights)) or ", ".join(weights)
        raise SetupError(f"{ref.repo} has no {wanted}; it has {there}; name one as hf:{ref.repo}:QUANT")
    return _one_model(chosen, ref)


def _one_model(names: Sequence[str], ref: HubRef) -> list[str]:
    """All shards of the first model among files of one quantisation; raises `SetupError` if some are missing."""
    first = names[0]
    shard = _SHARD.search(first)
    if shard is None:
        return [first]
    stem = first[: shard.start()]
    shards = [name for name in names if (found := _SHARD.search(name)) and name[: found.start()] == stem]
    if len(shards) != int(shard[2]):
        raise SetupError(f"{ref.repo} holds {len(shards)} of the {int(shard[2])} parts of {stem}; choose another QUANT")
    return shards


def locate(model: str, models: Path) -> Path:
    """The GGUF file, or first shard, that `model` means; raises `SetupError` with the mend."""
    if model.startswith("hf:"):
        return _fetched(HubRef.parse(model), models)
    try:
        path = Path(model).expanduser()
    except RuntimeError as error:
        raise SetupError(f"{model} is in the home of nobody known; write the whole path") from error
    if path.is_dir():
        return _only_model(path)
    if not path.is_file():
        raise SetupError(
            f"there is no model at {path}; correct the path, or fetch one with 'freehold models pull hf:...'"
        )
    return path


def _fetched(ref: HubRef, models: Path) -> Path:
    folder = ref.folder(models)
    names = [str(path.relative_to(folder)) for path in folder.rglob("*.gguf")]
    pull = f"fetch it with 'freehold models pull {ref}'"
    if not names:
        raise SetupError(f"{ref} is not on this machine; {pull}")
    try:
        return folder / choose(names, ref)[0]
    except SetupError as error:
        raise SetupError(
            f"{ref} is not on this machine, though {ref.repo} is ({', '.join(quants(names))}); {pull}"
        ) from error


def _only_model(folder: Path) -> Path:
    """The one model in a directory: a single GGUF file, or the first of one set of shards."""
    names = sorted(path.name for path in folder.glob("*.gguf") if is_weights(path.name))
    firsts = [name for name in names if not (shard := _SHARD.search(name)) or int(shard[1]) == 1]
    if len(firsts) != 1:
        what = f"{len(firsts)} models ({', '.join(firsts)})" if firsts else "no GGUF model"
        raise SetupError(f"{folder} holds {what}; name the file itself")
    return folder / firsts[0]


def weight_bytes(path: Path) -> int:
    """The size of a model on disk, all its shards together."""
    shard = _SHARD.search(path.name)
    if shard is None:
        return path.stat().st_size
    stem = path.name[: shard.start()]
    return sum(part.stat().st_size for part in path.parent.glob(f"{glob_safe(stem)}-*-of-{shard[2]}.gguf"))


def glob_safe(text: str) -> str:
    """The text with what a glob would read as a pattern put in brackets."""
    return re.sub(r"([*?[])", r"[\1]", text)
