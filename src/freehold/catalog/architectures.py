"""How open models are built: what their size in memory and their work for a token follow from, one row each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

import msgspec

from freehold.catalog.words import near
from freehold.core.errors import UnknownRow


class Architecture(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One open model, as its published configuration says."""

    name: str
    """As on the model hub: ``meta-llama/Llama-3.1-8B-Instruct``."""
    aliases: tuple[str, ...] = ()
    """Other spellings; case, spaces, hyphens and underscores do not matter."""
    parameters: float
    """All of them, in 10^9."""
    active: float
    """Those that one token passes, in 10^9; a dense model's are all of them."""
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate: int
    """Of a dense layer's feed-forward part, or of one expert's where `experts` is more than one."""
    vocabulary: int
    experts: int = 1
    experts_active: int = 1
    """Routed to, for a token."""
    experts_shared: int = 0
    dense_layers: int = 0
    """Of a mixture of experts: the layers, at the start, that are dense all the same."""
    attention: str = "full"
    """``full`` (multi-head and grouped alike: `kv_heads` tells), ``latent`` (MLA), ``sparse`` (MLA that caches every
    token and reads `window` of them), or ``window`` or ``linear`` mixed with full."""
    latent: int = 0
    """Of MLA: the values that are cached for a token in a layer, in place of keys and values."""
    window: int = 0
    """Tokens that a windowed or sparse layer sees."""
    full_layers: int | None = None
    """Layers whose attention sees everything; `None` is all of them."""
    state: int = 0
    """Of a linear layer: the values that it keeps for a request, however long."""
    context: int
    """The longest prompt and answer together."""
    licence: str = ""
    date: str
    """When this row was read: ISO."""
    source: str

    @property
    def full(self) -> int:
        """Layers whose attention sees everything."""
        return self.layers if self.full_layers is None else self.full_layers

    @property
    def moe_layers(self) -> int:
        """Layers whose feed-forward part is a mixture of experts."""
        return self.layers - self.dense_layers if self.experts > 1 else 0

    @property
    def expert_parameters(self) -> float:
        """Of the routed experts of all layers, in 10^9: three matrices each, gate, up and down."""
        return 3 * self.hidden * self.intermediate * self.experts * self.moe_layers / 1e9

    @property
    def head_parameters(self) -> float:
        """Of the matrix that turns a hidden state into a word, in 10^9; the embedding has as many."""
        return self.vocabulary * self.hidden / 1e9


def plain(name: str) -> str:
    """A name as it is compared: lower case, without spaces, hyphens, underscores and colons.

    >>> plain("Llama-3.1 8B")
    'llama3.18b'
    """
    return name.lower().translate(_IGNORED)


def spellings(row: Architecture) -> Iterable[str]:
    """All names that mean `row`, plain: its own, with and without its owner, and its aliases."""
    return {plain(name) for name in (row.name, row.name.rpartition("/")[2], *row.aliases)}


@cache
def architectures() -> tuple[Architecture, ...]:
    """The shipped rows."""
    text = resources.files("freehold.catalog").joinpath("architectures.json").read_bytes()
    return tuple(msgspec.json.decode(text, type=list[Architecture]))


def architecture(name: str) -> Architecture:
    """The shipped row of a model by any of its names; raises `UnknownRow` with the nearest names."""
    return find(name, architectures())


def find(name: str, rows: Iterable[Architecture]) -> Architecture:
    """The row of a model by any of its names, among `rows`; a later row wins over an earlier one of the same name.

    A quantisation at a name's end does not change how a model is built: ``Llama-3.3-70B-Instruct-FP8-dynamic``.

    Raises:
        UnknownRow: none is called so; it names the nearest.
    """
    rows = tuple(rows)
    index = {spelling: row for row in rows for spelling in spellings(row)}
    short = name.rpartition("/")[2]
    for called in (name, short, _QUANTISED.sub("", short)):
        if found := index.get(plain(called)):
            return found
    raise UnknownRow("model", name, near(short, [row.name.rpartition("/")[2] for row in rows]), mend=MEND)


MEND = "a row of your own can say its shape: layers, heads, experts and so on, from its config.json"

_IGNORED = str.maketrans("", "", " -_:")
_QUANTISED = re.compile(
    r"([-_.:](nvfp4|mxfp4|fp4|fp8|bf16|fp16|awq|gptq|gguf|mlx|bnb|int[48]|w\d+a\d+|i?q\d\w*|[48]bit|dynamic|block|kv))+$",
    re.IGNORECASE,
)
