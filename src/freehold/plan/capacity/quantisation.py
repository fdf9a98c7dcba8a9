"""The ways llama.cpp stores weights: how many bits each takes, and which are unpacked alike."""

from __future__ import annotations

BITS = {
    "f32": 32.0,
    "f16": 16.0,
    "bf16": 16.0,
    "fp16": 16.0,
    "q8_0": 8.5,
    "fp8": 8.0,
    "int8": 8.0,
    "q6_k": 6.56,
    "q5_k_m": 5.70,
    "q5_k_s": 5.57,
    "q5_0": 5.5,
    "q4_1": 5.0,
    "q4_k_m": 4.89,
    "iq4_nl": 4.68,
    "q4_k_s": 4.67,
    "q4_0": 4.55,
    "iq4_xs": 4.46,
    "nvfp4": 4.5,
    "fp4": 4.5,
    "mxfp4": 4.25,
    "int4": 4.25,
    "awq": 4.25,
    "gptq": 4.25,
    "q3_k_l": 4.30,
    "q3_k_m": 3.91,
    "iq3_m": 3.76,
    "iq3_s": 3.66,
    "q3_k_s": 3.64,
    "iq3_xs": 3.50,
    "iq3_xxs": 3.25,
    "q2_k": 3.16,
    "q2_k_s": 2.97,
    "iq2_m": 2.93,
    "iq2_s": 2.74,
    "iq2_xs": 2.59,
    "iq2_xxs": 2.38,
    "iq1_m": 2.15,
    "iq1_s": 2.00,
}
"""Of a weight, scales included: the mean over the file of Llama 3.1 8B (tools/quantize/README.md of llama.cpp), and for
what llama.cpp does not make, the format's own. Higher than over a larger model, whose ends are a smaller share."""

_PLAIN = frozenset({"q4_0", "q4_1", "q5_0", "iq4_nl", "nvfp4", "fp4", "mxfp4", "int4", "awq", "gptq"})


def bits(name: str) -> float:
    """Bits of a weight under a name of its quantisation; of a name nobody knows, those of ``q4_k_m``."""
    return BITS.get(_plain(name), BITS["q4_k_m"])


def family(name: str) -> str:
    """Those that are unpacked alike: ``16``, ``8``, ``4`` (one scale a block) or ``k`` (scales of scales)."""
    plain = _plain(name)
    if bits(plain) >= 16:
        return "16"
    if bits(plain) in {8.0, 8.5}:
        return "8"
    return "4" if plain in _PLAIN else "k"


def _plain(name: str) -> str:
    """As the table writes it: ``BF16/FP16`` is ``bf16``, ``UD-Q4_K_M`` is ``q4_k_m``."""
    return name.lower().partition("/")[0].removeprefix("ud-").replace("-", "_")
