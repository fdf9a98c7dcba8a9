"""A quantisation's name, however it is spelt, gives its bits and those that are unpacked alike."""

from __future__ import annotations

import pytest

from freehold.plan.capacity.quantisation import BITS, bits, family


@pytest.mark.parametrize(
    ("name", "size", "kind"),
    [
        ("Q4_K_M", 4.89, "k"),
        ("UD-Q4_K_M", 4.89, "k"),
        ("BF16/FP16", 16, "16"),
        ("f32", 32, "16"),
        ("q8-0", 8.5, "8"),
        ("fp8", 8, "8"),
        ("IQ4_NL", 4.68, "4"),
        ("MXFP4", 4.25, "4"),
        ("IQ2_XS", 2.59, "k"),
        ("nobody's own", 4.89, "k"),
    ],
)
def test_a_name_gives_bits_and_family(name: str, size: float, kind: str) -> None:
    assert (bits(name), family(name)) == (size, kind)


def test_every_name_has_a_plain_spelling_and_a_family() -> None:
    assert all(name == name.lower() and bits(name) == size for name, size in BITS.items())
    assert {family(name) for name in BITS} == {"16", "8", "4", "k"}
