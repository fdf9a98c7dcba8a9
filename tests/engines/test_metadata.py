from __future__ import annotations

import contextlib
import struct
from pathlib import Path

import gguf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from freehold.core.errors import SetupError
from freehold.engines.metadata import read_metadata
from support import tiny_gguf


def test_a_chat_model_is_read(chat_model: Path) -> None:
    read = read_metadata(chat_model)
    assert (read.architecture, read.name, read.licence) == ("llama", "tiny", "apache-2.0")
    assert (read.context, read.shards, read.chat_template) == (1024, 1, True)
    assert not read.embeds
    head = tiny_gguf.WIDTH // tiny_gguf.HEADS
    assert read.token_bytes == 2 * tiny_gguf.LAYERS * tiny_gguf.KV_HEADS * head * 2


def test_an_embedding_model_says_so_by_its_pooling(embedding_model: Path) -> None:
    read = read_metadata(embedding_model)
    assert read.pooling == gguf.PoolingType.MEAN
    assert read.embeds


def test_an_encoder_is_an_embedding_model_and_layers_may_differ(tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "bert.gguf", "bert")
    writer.add_block_count(3)
    writer.add_embedding_length(64)
    writer.add_head_count([4, 4, 4])
    writer.add_head_count_kv([4, 0, 2])
    writer.add_key_length(8)
    writer.add_value_length(16)
    writer.add_token_list([f"token{n}" for n in range(5000)])
    writer.add_token_scores([0.0] * 5000)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    read = read_metadata(tmp_path / "bert.gguf")
    assert read.embeds
    assert read.token_bytes == (4 + 0 + 2) * (8 + 16) * 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "not a GGUF model"),
        (b"PK\x03\x04 a zip file of some kind", "does not begin with 'GGUF'"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "version 1"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 0), "names no architecture"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**60), "cut short or damaged"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<I", 99), "unknown value type 99"),
    ],
)
def test_what_is_no_model_is_refused_with_a_reason(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(content)
    with pytest.raises(SetupError, match=told):
        read_metadata(path)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"cannot read .*gone\.gguf: No such file"):
        read_metadata(tmp_path / "gone.gguf")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    damage=st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.integers(4, 9000),
)
def test_damage_is_an_error_with_a_mend_or_harmless(
    tmp_path: Path, chat_model: Path, damage: list[tuple[int, int]], cut: int
) -> None:
    content = bytearray(chat_model.read_bytes()[:cut])
    for place, byte in damage:
        if place < len(content):
            content[place] = byte
    path = tmp_path / "damaged.gguf"
    path.write_bytes(content)
    with contextlib.suppress(SetupError):
        read_metadata(path)
