"""What a GPU can do, by its makers' data sheets: one row each, with its date and source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources

import msgspec

from freehold.catalog.words import near
from freehold.core.errors import UnknownRow

MEND = "a GPU of your own is a table [[machines.gpu]] in the scenario"

_MAKERS = frozenset(
    {
        *("nvidia", "geforce", "rtx", "quadro", "tesla"),
        *("amd", "radeon", "instinct", "intel", "habana", "apple"),
        *("gpu", "core"),
    }
)
WITHOUT_CODES = 15 / 16
"""Of the bandwidth of a memory that holds its own codes against errors."""
_WORDS = re.compile(r"\d+(?:gib|gb|g)(?![a-z])|[a-z]+|\d+")
_MEMORY = re.compile(r"(\d+)g")
_UNSIZED = re.compile(r"[\s_-]*\d+\s?gi?b?\b", re.IGNORECASE)


class Gpu(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One accelerator, or one machine whose memory a model shares with its processor."""

    name: str
    """As the field writes it: ``H100 SXM``, ``RTX 4090``, ``Apple M2 Ultra 76-core``."""
    aliases: tuple[str, ...] = ()
    """Other spellings; case, spaces, hyphens and underscores do not matter."""
    maker: str = "NVIDIA"
    kind: str = "gpu"
    """``gpu``, ``apple``, ``unified`` (another chip that shares its memory with a processor) or ``cpu``."""
    memory_gib: float
    """Of unified memory and of a CPU's, the most that is sold with it."""
    bandwidth_gbs: float
    """Of its memory, 10^9 bytes a second."""
    inline_ecc: bool = False
    """Whether it keeps codes against errors in the memory itself, as it ships: they take a sixteenth of the size, which
    `memory_gib` leaves out, and of the bandwidth, which `bandwidth_gbs`, as a data sheet says it, does not."""
    tflops: dict[str, float]
    """Dense, 10^12 operations a second, by arithmetic: ``bf16``, ``fp16`` (of a chip without bf16), ``fp8``, ``int8``,
    ``fp4``, ``fp32`` (of a chip whose 16 bits are no faster). What is absent the chip lacks."""
    units: int = 0
    """Streaming multiprocessors, compute units, or cores; 0 where it is not known."""
    ghz: float = 0.0
    """Their clock, boosted; 0 where it is not known."""
    link_gbs: float
    """To its neighbours in one machine, one direction, 10^9 bytes a second."""
    watts: float
    """The board's power limit; of kinds other than ``gpu``, the machine's or the processor's."""
    released: str = ""
    """Year and month."""
    date: str
    """When this row was read: ISO."""
    source: str

    @property
    def payload_gbs(self) -> float:
        """The bandwidth that is left for data beside codes against errors, 10^9 bytes a second."""
        return self.bandwidth_gbs * (WITHOUT_CODES if self.inline_ecc else 1.0)

    @property
    def half(self) -> float:
        """10^12 operations a second in the 16-bit arithmetic it has, or else in 32 bits."""
        return next((self.tflops[kind] for kind in ("bf16", "fp16", "fp32") if kind in self.tflops), 0.0)


@cache
def gpus() -> tuple[Gpu, ...]:
    """The rows that came with this release, read on first use."""
    data = resources.files("freehold.catalog").joinpath("gpus.json").read_bytes()
    return msgspec.json.decode(data, type=tuple[Gpu, ...])


def gpu(name: str) -> Gpu:
    """The shipped row of a GPU by any of its names; raises `UnknownRow` with the nearest names."""
    return find(name, gpus())


def find(name: str, rows: Iterable[Gpu]) -> Gpu:
    """The row of a GPU by any of its names, among `rows`; a later row wins over an earlier one of the same name.

    A maker's name, and the order of the words, do not matter: ``h100_sxm`` and ``NVIDIA H100-80G-SXM5`` are one. A
    memory in the name must be the row's own, so that ``RTX 4090 48GB`` is not taken for the card of 24; where memory
    is shared with the processor, the name chooses it: ``Apple M1 Max 64GB``.
    """
    rows = tuple(rows)
    index = {spelling(each): row for row in rows for each in (row.name, *row.aliases)}
    wanted = spelling(name)
    if found := index.get(wanted):
        return found
    memory = next((int(size[1]) for word in wanted if (size := _MEMORY.fullmatch(word))), None)
    found = index.get(tuple(word for word in wanted if not _MEMORY.fullmatch(word)))
    if found and memory:
        if abs(memory - found.memory_gib) <= 0.08 * memory:
            return found
        if found.kind != "gpu" and memory < found.memory_gib:
            return msgspec.structs.replace(found, memory_gib=float(memory))
    raise UnknownRow("GPU", name, near(_UNSIZED.sub("", name), [row.name for row in rows]), mend=MEND)


@lru_cache(maxsize=4096)
def spelling(name: str) -> tuple[str, ...]:
    """The words of a name without what spellings differ in, in an order of their own.

    >>> spelling("NVIDIA H100-80G-SXM5") == spelling("h100_sxm 80GB")
    True
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    plain = re.sub(r"sxm\d|hbm\d\w?", lambda found: found[0][:3], plain).replace("hbm", "")
    plain = re.sub(r"(\d)[^a-z0-9]*cores?\b", r"\1c", plain)
    plain = re.sub(r"(\d)\s+(gib|gb)\b", r"\1\2", plain)
    words = (re.sub(r"gi?b$", "g", word) if word[0].isdigit() else word for word in _WORDS.findall(plain))
    return tuple(sorted(word for word in words if word not in _MAKERS))
