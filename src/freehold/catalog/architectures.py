"""How open models are built: what their size in memory and their work for a token follow from, one row each."""

from __future__ import annotations

import msgspec


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
    """``full`` (multi-head and grouped alike: `kv_heads` tells), ``latent`` (MLA), or else ``window`` or ``linear``
    mixed with full."""
    latent: int = 0
    """Of MLA: the values that are cached for a token in a layer, in place of keys and values."""
    window: int = 0
    """Tokens that a windowed layer sees."""
    full_layers: int | None = None
    """Layers whose attention sees everything; `None` is all of them."""
    context: int
    """The longest prompt and answer together."""
    licence: str = ""
    date: str
    source: str
