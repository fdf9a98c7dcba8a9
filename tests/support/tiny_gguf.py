"""Builds a GGUF small enough for a test and real enough for llama.cpp: a llama of random weights over single bytes.

What makes it valid: a byte-level tokenizer (model ``gpt2``, pre ``gpt-2``) whose special tokens are typed CONTROL, so
that the engine parses them in the chat template; a chat template; query and key projections permuted from the halves
layout, in which weights are usually kept, to llama.cpp's interleaved rotary layout; and no output matrix, because it
is tied to the embedding. The same arguments give the same bytes. It says nothing sensible.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

WIDTH, HEADS, KV_HEADS, LAYERS, FEED_FORWARD = 64, 4, 2, 2, 128
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
TOOL_MARKS = ("<tool_call>", "</tool_call>")
"""Whole tokens, so that a logit bias can make a model that knows nothing begin a tool call."""
MERGES = ("t h", "th e", "Ġ t", "i n")
TEMPLATE = """\
{%- if tools %}
    {{- "<|im_start|>system\\nTools, called as <tool_call>{...}</tool_call>:" }}
    {%- for tool in tools %}{{- "\\n" + (tool | tojson) }}{%- endfor %}
    {{- "<|im_end|>\\n" }}
{%- endif %}
{%- for message in messages %}
    {%- if message.role == "tool" %}
        {{- "<|im_start|>user\\n<tool_response>\\n" + message.content + "\\n</tool_response><|im_end|>\\n" }}
    {%- elif message.role == "assistant" and message.tool_calls %}
        {{- "<|im_start|>assistant" }}
        {%- if message.content %}{{- "\\n" + message.content }}{%- endif %}
        {%- for tool_call in message.tool_calls %}
            {%- if tool_call.function is defined %}{%- set tool_call = tool_call.function %}{%- endif %}
            {{- '\\n<tool_call>{"name": "' + tool_call.name + '", "arguments": ' }}
            {{- tool_call.arguments | tojson }}
            {{- "}</tool_call>" }}
        {%- endfor %}
        {{- "<|im_end|>\\n" }}
    {%- else %}
        {{- "<|im_start|>" + message.role + "\\n" + message.content + "<|im_end|>\\n" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- "<|im_start|>assistant\\n" }}{%- endif %}
"""
"""ChatML with tool calls in the Hermes manner, which the engine recognises and constrains."""


def build(path: Path, *, context: int = 512, pooling: gguf.PoolingType | None = None, seed: int = 7) -> Path:
    """Write the model to `path` and return it; with `pooling` it calls itself an embedding model."""
    writer = gguf.GGUFWriter(path, "llama")
    _describe(writer, context)
    if pooling is not None:
        writer.add_pooling_type(pooling)
    _add_tokenizer(writer)
    for name, values in _tensors(np.random.default_rng(seed)).items():
        writer.add_tensor(name, np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _describe(writer: gguf.GGUFWriter, context: int) -> None:
    writer.add_name("tiny")
    writer.add_license("apache-2.0")
    writer.add_context_length(context)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(_vocabulary()))
    writer.add_rope_freq_base(10_000.0)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)


def _add_tokenizer(writer: gguf.GGUFWriter) -> None:
    tokens = _vocabulary()
    kinds = dict.fromkeys(SPECIAL, gguf.TokenType.CONTROL) | dict.fromkeys(TOOL_MARKS, gguf.TokenType.USER_DEFINED)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([kinds.get(token, gguf.TokenType.NORMAL) for token in tokens])
    writer.add_token_merges(list(MERGES))
    writer.add_bos_token_id(tokens.index("<|endoftext|>"))
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_pad_token_id(tokens.index("<|endoftext|>"))
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)


def token_id(token: str) -> int:
    """The number of a token in the model's vocabulary."""
    return _vocabulary().index(token)


def _vocabulary() -> list[str]:
    """The 256 bytes as GPT-2 writes them, what the merges make of them, and the special tokens."""
    return [*_byte_names(), *(merge.replace(" ", "") for merge in MERGES), *SPECIAL, *TOOL_MARKS]


def _byte_names() -> list[str]:
    """GPT-2's printable stand-in for each byte: itself where it prints, else the next character from U+0100."""
    prints = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    stand_ins = iter(range(0x100, 0x200))
    return [chr(byte if byte in prints else next(stand_ins)) for byte in range(256)]


def _tensors(random: np.random.Generator) -> dict[str, Array]:
    """Every weight by its GGUF name, normal with deviation 1/sqrt(input width), norms at one. Shapes (out, in)."""

    def weight(rows: int, columns: int) -> Array:
        return (random.standard_normal((rows, columns)) / np.sqrt(columns)).astype(np.float32)

    head = WIDTH // HEADS
    tensors = {
        "token_embd.weight": weight(len(_vocabulary()), WIDTH),
        "output_norm.weight": np.ones(WIDTH, dtype=np.float32),
    }
    for layer in range(LAYERS):
        block = {
            "attn_q": _permuted(weight(WIDTH, WIDTH), HEADS),
            "attn_k": _permuted(weight(KV_HEADS * head, WIDTH), KV_HEADS),
            "attn_v": weight(KV_HEADS * head, WIDTH),
            "attn_output": weight(WIDTH, WIDTH),
            "ffn_gate": weight(FEED_FORWARD, WIDTH),
            "ffn_up": weight(FEED_FORWARD, WIDTH),
            "ffn_down": weight(WIDTH, FEED_FORWARD),
            "attn_norm": np.ones(WIDTH, dtype=np.float32),
            "ffn_norm": np.ones(WIDTH, dtype=np.float32),
        }
        tensors |= {f"blk.{layer}.{name}.weight": values for name, values in block.items()}
    return tensors


def _permuted(weight: Array, heads: int) -> Array:
    """Rows of each head from halves (x0 x1 .. | y0 y1 ..) to pairs (x0 y0 x1 y1 ..), as llama.cpp rotates them."""
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)
