"""BERT in numpy, read from the weights as they were published: what the engine's vectors are held against.

The tokenizer is BERT's own (https://github.com/google-research/bert/blob/master/tokenization.py): clean the text, put
spaces around ideographs, lower it, strip accents, part punctuation, then greedily the longest piece. The forward pass
is Devlin et al. (2019) with the mean over all tokens, as sentence-transformers pools this model.
"""

from __future__ import annotations

import json
import math
import struct
import unicodedata
from typing import Any

import numpy as np

from freehold.engines.bert import Shape

Array = Any

IDEOGRAPHS = (
    *((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F)),
    *((0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)),
)
LONGEST_WORD = 100


class WordPiece:
    """Text to token ids."""

    def __init__(self, vocabulary: str) -> None:
        self.ids = {token: number for number, token in enumerate(vocabulary.splitlines())}

    def __call__(self, text: str) -> list[int]:
        pieces = [piece for word in words(text) for piece in self.pieces(word)]
        return [self.ids[token] for token in ("[CLS]", *pieces, "[SEP]")]

    def pieces(self, word: str) -> list[str]:
        found: list[str] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            ends = (end for end in range(len(word), start, -1) if prefix + word[start:end] in self.ids)
            end = next(ends, None)
            if end is None or len(word) > LONGEST_WORD:
                return ["[UNK]"]
            found.append(prefix + word[start:end])
            start = end
        return found


def words(text: str) -> list[str]:
    spaced = "".join(around(character) for character in text if not is_dropped(character))
    plain = unicodedata.normalize("NFD", spaced.lower())
    plain = "".join(character for character in plain if unicodedata.category(character) != "Mn")
    return "".join(f" {character} " if is_punctuation(character) else character for character in plain).split()


def around(character: str) -> str:
    if any(first <= ord(character) <= last for first, last in IDEOGRAPHS):
        return f" {character} "
    return " " if character in "\t\n\r" or unicodedata.category(character) == "Zs" else character


def is_dropped(character: str) -> bool:
    control = unicodedata.category(character).startswith("C") and character not in "\t\n\r"
    return control or character in "\0\ufffd"


def is_punctuation(character: str) -> bool:
    ascii_symbol = character.isascii() and character.isprintable() and not character.isalnum() and character != " "
    return ascii_symbol or unicodedata.category(character).startswith("P")


class Bert:
    """Token ids to one vector of length 1."""

    def __init__(self, tensors: dict[str, Array], *, layers: int, heads: int) -> None:
        self.tensors = tensors
        self.layers = layers
        self.heads = heads

    def __call__(self, ids: list[int]) -> Array:
        names = ("word_embeddings", "position_embeddings", "token_type_embeddings")
        word, position, kind = (self.tensors[f"embeddings.{name}.weight"] for name in names)
        state = self.norm("embeddings.LayerNorm", word[ids] + position[: len(ids)] + kind[0])
        for layer in range(self.layers):
            state = self.layer(f"encoder.layer.{layer}", state)
        mean = state.mean(axis=0)
        return mean / np.linalg.norm(mean)

    def layer(self, name: str, state: Array) -> Array:
        seen = self.norm(f"{name}.attention.output.LayerNorm", state + self.attend(f"{name}.attention", state))
        wide = gelu(self.dense(f"{name}.intermediate.dense", seen))
        return self.norm(f"{name}.output.LayerNorm", seen + self.dense(f"{name}.output.dense", wide))

    def attend(self, name: str, state: Array) -> Array:
        query, key, value = (self.split(self.dense(f"{name}.self.{part}", state)) for part in ("query", "key", "value"))
        scores = query @ key.swapaxes(1, 2) / math.sqrt(query.shape[-1])
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        joined = (weights @ value).swapaxes(0, 1).reshape(state.shape)
        return self.dense(f"{name}.output.dense", joined)

    def split(self, state: Array) -> Array:
        """Shape ``(heads, tokens, width of a head)``."""
        return state.reshape(len(state), self.heads, -1).swapaxes(0, 1)

    def dense(self, name: str, state: Array) -> Array:
        return state @ self.tensors[f"{name}.weight"].T + self.tensors[f"{name}.bias"]

    def norm(self, name: str, state: Array) -> Array:
        centred = state - state.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        return scaled * self.tensors[f"{name}.weight"] + self.tensors[f"{name}.bias"]


def gelu(values: Array) -> Array:
    return 0.5 * values * (1 + erf(values / math.sqrt(2)))


def erf(values: Array) -> Array:
    """The error function to 1.5e-7: Abramowitz and Stegun (1964), 7.1.26."""
    t = 1 / (1 + 0.3275911 * np.abs(values))
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.sign(values) * (1 - series * np.exp(-(values**2)))


TINY = Shape(
    name="tiny", licence="apache-2.0", layers=2, heads=4, width=64, feed_forward=128, positions=128, epsilon=1e-12
)
TINY_VOCABULARY = """\
[PAD] [UNK] [CLS] [SEP] [MASK] the committee com ##it ##tee met in march un ##heard - of ; ! 未""".replace(" ", "\n")


def random_tensors(shape: Shape = TINY, vocabulary: str = TINY_VOCABULARY, seed: int = 7) -> dict[str, Array]:
    """A BERT of random weights, by the names under which such models are published."""
    random = np.random.default_rng(seed)
    width, wide = shape.width, shape.feed_forward
    shapes = {
        "embeddings.word_embeddings.weight": (len(vocabulary.splitlines()), width),
        "embeddings.position_embeddings.weight": (shape.positions, width),
        "embeddings.token_type_embeddings.weight": (2, width),
        **_linear("pooler.dense", width, width),
        **_norm("embeddings.LayerNorm", width),
    }
    for number in range(shape.layers):
        layer = f"encoder.layer.{number}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            shapes |= _linear(f"{layer}.attention.{part}", width, width)
        shapes |= _norm(f"{layer}.attention.output.LayerNorm", width) | _norm(f"{layer}.output.LayerNorm", width)
        shapes |= _linear(f"{layer}.intermediate.dense", width, wide) | _linear(f"{layer}.output.dense", wide, width)
    drawn = {
        name: (random.standard_normal(size) / 4).astype(np.float32) + np.float32("LayerNorm.weight" in name)
        for name, size in shapes.items()
    }
    return {"embeddings.position_ids": np.arange(shape.positions)[None], **drawn}


def _linear(name: str, inner: int, outer: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outer, inner), f"{name}.bias": (outer,)}


def _norm(name: str, width: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}


def safetensors_of(tensors: dict[str, Array]) -> bytes:
    """The tensors as a safetensors file."""
    kinds = {np.dtype(np.float32): "F32", np.dtype(np.int64): "I64"}
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, values in tensors.items():
        start, end = end, end + values.nbytes
        header[name] = {"dtype": kinds[values.dtype], "shape": values.shape, "data_offsets": [start, end]}
    written = json.dumps(header).encode()
    return struct.pack("<Q", len(written)) + written + b"".join(values.tobytes() for values in tensors.values())
