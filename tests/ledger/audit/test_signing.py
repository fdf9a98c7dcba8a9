"""The key of a log."""

from __future__ import annotations

from freehold.core.target import Secret
from freehold.ledger.audit.signing import LogKey


def test_a_key_signs_and_names_its_log() -> None:
    # The first of RFC 8032's test vectors (7.1).
    key = LogKey(Secret("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert key.key.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb88215")
    assert key.key.name.startswith("freehold.local/")
    assert key.key.accepts(key.sign(b"text"), b"text")
    assert not key.key.accepts(key.sign(b"text"), b"another")


def test_two_keys_are_two_logs() -> None:
    assert LogKey(Secret("11" * 32)).key.name != LogKey(Secret("22" * 32)).key.name
