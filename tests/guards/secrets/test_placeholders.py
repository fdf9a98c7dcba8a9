"""What only stands where a secret should be gives nothing away."""

from __future__ import annotations

import pytest

from freehold.guards.secrets.placeholders import is_placeholder


@pytest.mark.parametrize(
    "value",
    [
        "changeme",
        "xxxxxxxx",
        "${DB_PASSWORD}",
        "$TOKEN",
        "<your key>",
        "{{ secrets.token }}",
        "os.environ['KEY']",
        "env:OPENAI_API_KEY",
        "password",
        "my-secret-token",
        "test_password1",
        "your-api-key-here",
        "********",
        "%(password)s",
        "None",
        "aaaaaaaaaaaa",
        "sk-...",
        "vault:kv/app#key",
    ],
)
def test_a_placeholder(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize("value", ["hunter2", "Tr0ub4dor&3", "q8Zp2Lw9", "correct7horse", "p@ssw0rd!"])
def test_a_password(value: str) -> None:
    assert not is_placeholder(value)
