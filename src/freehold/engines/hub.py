"""Fetches a model from the Hugging Face Hub: the files of one quantisation, checked before they are put in place.

Files are gathered in a folder of their own, where an interrupted fetch goes on next time, and moved only when size and
SHA-256 are what the hub states. ``HF_ENDPOINT`` and ``HF_TOKEN`` are respected, as by the hub's own client.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from freehold.core.errors import SetupError
from freehold.engines.metadata import read_metadata
from freehold.engines.weights import HubRef, choose, quant_of

if TYPE_CHECKING:
    from huggingface_hub import HfApi

_MARGIN = 64 * 2**20
"""Bytes to leave free beside the model, for everything else that writes."""
_CHUNK = 2**20


class RemoteFile(msgspec.Struct, frozen=True):
    """A file as the hub states it. `size` in bytes; `sha256` in hexadecimal digits."""

    name: str
    size: int
    sha256: str


class Progress(msgspec.Struct, frozen=True):
    """How far a fetch is: bytes of all files together."""

    file: str
    done: int
    total: int


class Pulled(msgspec.Struct, frozen=True):
    """A model that is now on this machine. `path` is its file, or first shard."""

    ref: HubRef
    path: Path
    size: int
    licence: str | None = None

    def target(self) -> str:
        """The ``[[target]]`` block that makes Freehold run it."""
        name = self.ref.repo.rpartition("/")[2].lower().removesuffix("-gguf")
        return f'[[target]]\nname = "local/{name}"\nengine = "llamacpp"\nmodel = "{self.ref}"\n'


def free_space(folder: Path) -> int:
    """Bytes that may be written where `folder` is."""
    return shutil.disk_usage(folder).free


def pull(
    ref: HubRef,
    models: Path,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    endpoint: str | None = None,
    token: str | None = None,
    free: Callable[[Path], int] = free_space,
) -> Pulled:
    """Fetch a model into the directory of models, and return where it is. Blocks until done; safe to repeat.

    `endpoint` and `token` come from the environment when not given. Raises `SetupError` for a repository that is
    absent, private or without the quantisation, for too little disk, for a connection that broke (what came is kept),
    and for a file that is not what the hub said.
    """
    # The hub's client takes a third of a second to import, and only this command needs it.
    from huggingface_hub import HfApi  # noqa: PLC0415

    api = HfApi(endpoint=endpoint, token=token, library_name="freehold")
    commit, files, licence = _listing(api, ref)
    folder, incoming = ref.folder(models), models / ".incoming" / ref.repo
    incoming.mkdir(parents=True, exist_ok=True)
    missing = [file for file in files if not _is_there(folder / file.name, file)]
    _check_space(missing, incoming, free)
    meter = _Meter(progress, sum(file.size for file in files), sum(f.size for f in files if f not in missing))
    fetched = [_fetch(api, ref, commit, file, incoming, meter) for file in missing]
    for file, path in zip(missing, fetched, strict=True):
        (folder / file.name).parent.mkdir(parents=True, exist_ok=True)
        path.replace(folder / file.name)
    shutil.rmtree(incoming)
    first = folder / files[0].name
    named = HubRef(ref.repo, ref.quant or quant_of(files[0].name))
    return Pulled(named, first, meter.total, licence or read_metadata(first).licence)


def _listing(api: HfApi, ref: HubRef) -> tuple[str, list[RemoteFile], str | None]:
    """The commit, the files to fetch and the licence; raises `SetupError`."""
    from huggingface_hub import errors  # noqa: PLC0415  # as above

    try:
        info = api.model_info(ref.repo, files_metadata=True)
    except errors.GatedRepoError as error:
        raise SetupError(
            f"{ref.repo} wants its terms accepted first, on its page at the hub; then set HF_TOKEN"
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise SetupError(f"there is no {ref.repo}, or it is private; correct the name, or set HF_TOKEN") from error
    except _failures() as error:
        raise SetupError(f"the hub at {api.endpoint} did not answer ({_brief(error)}); try again later") from error
    siblings = {sibling.rfilename: sibling for sibling in info.siblings or []}
    names = choose([name for name in siblings if _is_confined(name)], ref)
    licence = info.card_data.get("license") if info.card_data is not None else None
    return str(info.sha), [_remote(siblings[name]) for name in names], licence


def _remote(sibling: Any) -> RemoteFile:
    if sibling.lfs is None or sibling.size is None:
        raise SetupError(
            f"the hub states no SHA-256 for {sibling.rfilename}, so it cannot be checked; choose another model"
        )
    return RemoteFile(sibling.rfilename, sibling.size, sibling.lfs.sha256)


def _is_confined(name: str) -> bool:
    """Whether a name from the hub stays within the folder it is put into."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _is_there(path: Path, file: RemoteFile) -> bool:
    return path.is_file() and path.stat().st_size == file.size and _sha256(path) == file.sha256


def _check_space(files: Sequence[RemoteFile], incoming: Path, free: Callable[[Path], int]) -> None:
    here = sum(path.stat().st_size for path in incoming.rglob("*") if path.is_file())
    needed = max(0, sum(file.size for file in files) - here) + (_MARGIN if files else 0)
    available = free(incoming)
    if files and available < needed:
        raise SetupError(
            f"{incoming.parent.parent} has {available / 2**30:.1f} GiB free and {needed / 2**30:.1f} GiB are needed;"
            " make room, choose a smaller QUANT, or move the data directory with --data-dir"
        )


def _fetch(api: HfApi, ref: HubRef, commit: str, file: RemoteFile, incoming: Path, meter: _Meter) -> Path:
    """One file, whole and checked, still in the folder of what is incoming."""
    meter.file = file.name
    # Named by its hash, so that a file which has changed at the hub does not go on from the old one.
    part = incoming / f"{PurePosixPath(file.name).name}.{file.sha256[:16]}.part"
    if part.is_file() and part.stat().st_size > file.size:
        part.unlink()
    try:
        _download(api, ref, commit, file, part, meter)
    except _failures() as error:
        raise SetupError(
            f"{file.name} was not fetched whole ({_brief(error)}); what came is kept: repeat the command to go on"
        ) from error
    if part.stat().st_size != file.size or _sha256(part) != file.sha256:
        part.unlink()
        raise SetupError(f"{file.name} is not what the hub says it is (its SHA-256 differs) and was deleted; try again")
    return part


def _download(api: HfApi, ref: HubRef, commit: str, file: RemoteFile, part: Path, meter: _Meter) -> None:
    """Add to `part` what it lacks.

    The client's own download of a file begins anew in each process (since huggingface_hub 2), which is no way to fetch
    twenty gigabytes over a bad line; hence its lower function, which asks for a range.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url  # noqa: PLC0415  # as above
    from huggingface_hub.file_download import http_get  # noqa: PLC0415
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # noqa: PLC0415  # it is documented

    url = hf_hub_url(ref.repo, file.name, revision=commit, endpoint=api.endpoint)
    headers = build_hf_headers(token=api.token, library_name="freehold")
    location = get_hf_file_metadata(url, token=api.token, endpoint=api.endpoint).location
    if urlsplit(location).netloc != urlsplit(url).netloc:
        headers.pop("authorization", None)  # a signed address elsewhere; the token is the hub's alone
    with part.open("ab") as target:
        http_get(
            location,
            target,
            resume_size=target.tell(),
            headers=headers,
            expected_size=file.size,
            displayed_filename=file.name,
            tqdm_class=meter.bar(),
        )


def _failures() -> tuple[type[Exception], ...]:
    """What the hub's client raises when the other side fails or the connection does."""
    from huggingface_hub import errors  # noqa: PLC0415  # as above

    # Its transport's own base error, by the name under which every version of the client has it.
    transport: type[Exception] = errors.HTTPError  # type: ignore[attr-defined]
    return transport, errors.LocalEntryNotFoundError, OSError


def _brief(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


class _Meter:
    """Adds up what has come, over all files, and tells."""

    def __init__(self, tell: Callable[[Progress], None], total: int, done: int) -> None:
        self.total = total
        self.file = ""
        self._tell = tell
        self._done = done

    def add(self, count: int) -> None:
        self._done += count
        self._tell(Progress(self.file, self._done, self.total))

    def bar(self) -> Any:
        """A class that looks to the hub's client like a tqdm progress bar, and feeds this meter."""
        meter = self

        class Bar:
            def __init__(self, *_: Any, initial: int = 0, **__: Any) -> None:
                meter.add(initial)

            def update(self, count: float | None = 1) -> None:
                meter.add(int(count or 0))

            def __enter__(self) -> Bar:
                return self

            def __exit__(self, *_: object) -> None:
                return

            def close(self) -> None:
                return

        return Bar
