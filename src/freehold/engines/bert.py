"""Writes a BERT encoder that embeds sentences as GGUF, from its safetensors file and its vocabulary.

What llama.cpp expects of such a file is what its own converter writes
(https://github.com/ggml-org/llama.cpp/blob/master/convert_hf_to_gguf.py, ``BertModel``): attention to both sides, the
mean over all tokens, and a WordPiece vocabulary in which a word's first piece begins with U+2581 and later ones have
lost their ``##``. The pooler is left out, because the mean takes its place.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import gguf

_WORD_START = "\u2581"
_NO_PART_OF_IT = ("embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias")
_KEPT_WHOLE = ("position_embd", "token_types")
"""Matrices that the engine wants as 32-bit floats."""


class Shape(msgspec.Struct, frozen=True):
    """What the tensors do not say themselves."""

    name: str
    licence: str
    layers: int
    heads: int
    width: int
    feed_forward: int
    positions: int
    """Tokens it has positions for."""
    epsilon: float
    """Of layer normalisation."""


def write_gguf(path: Path, shape: Shape, weights: bytes, vocabulary: bytes, *, half: bool) -> None:
    """Write the model to `path`. `weights`: a safetensors file; `vocabulary`: a token a line, in UTF-8.

    With `half`, matrices are kept as 16-bit floats. The same arguments give the same bytes. Raises `OSError`.
    """
    import gguf  # noqa: PLC0415  # with numpy it takes a quarter of a second, and is needed once in a machine's life

    writer = gguf.GGUFWriter(path, "bert")
    try:
        _describe(writer, shape, half=half)
        _add_vocabulary(writer, vocabulary.decode().splitlines())
        _add_tensors(writer, shape, weights, half=half)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()


def _describe(writer: gguf.GGUFWriter, shape: Shape, *, half: bool) -> None:
    import gguf  # noqa: PLC0415  # as above

    writer.add_name(shape.name)
    writer.add_license(shape.licence)
    writer.add_context_length(shape.positions)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_layer_norm_eps(shape.epsilon)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16 if half else gguf.LlamaFileType.ALL_F32)


def _add_vocabulary(writer: gguf.GGUFWriter, tokens: list[str]) -> None:
    import gguf  # noqa: PLC0415  # as above

    special = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}
    writer.add_token_type_count(2)
    writer.add_tokenizer_model("bert")
    writer.add_token_list([token if token in special else _piece(token) for token in tokens])
    writer.add_token_types([gguf.TokenType.CONTROL if token in special else gguf.TokenType.NORMAL for token in tokens])
    writer.add_bos_token_id(tokens.index("[CLS]"))
    writer.add_sep_token_id(tokens.index("[SEP]"))
    writer.add_unk_token_id(tokens.index("[UNK]"))
    writer.add_pad_token_id(tokens.index("[PAD]"))
    writer.add_mask_token_id(tokens.index("[MASK]"))


def _piece(token: str) -> str:
    return token[2:] if token.startswith("##") else _WORD_START + token


def _add_tensors(writer: gguf.GGUFWriter, shape: Shape, weights: bytes, *, half: bool) -> None:
    import gguf  # noqa: PLC0415  # as above
    import numpy as np  # noqa: PLC0415

    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BERT, shape.layers)
    for name, values in read_safetensors(weights).items():
        if name in _NO_PART_OF_IT:
            continue
        module, _, kind = name.rpartition(".")
        renamed = names.get_name(module)
        if renamed is None:
            raise ValueError(f"{name} is no tensor of a BERT encoder")
        halved = half and values.ndim == 2 and renamed not in _KEPT_WHOLE
        writer.add_tensor(f"{renamed}.{kind}", values.astype(np.float16) if halved else values)


def read_safetensors(file: bytes) -> dict[str, Any]:
    """The tensors of a safetensors file, by name, as numpy arrays over its bytes. Floats of 32 bits and integers only.

    A header of JSON behind its length, then the values (https://github.com/huggingface/safetensors#format).
    """
    import numpy as np  # noqa: PLC0415  # as above

    kinds: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "I64": np.dtype("<i8")}
    (length,) = struct.unpack_from("<Q", file)
    body = memoryview(file)[8 + length :]
    header = json.loads(file[8 : 8 + length])
    return {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], dtype=kinds[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }
