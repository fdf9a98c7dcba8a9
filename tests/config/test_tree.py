"""The configuration as others get it: frozen, with the defaults of the file, without a secret in its text."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from freehold.config import schema, tree
from freehold.config.load import load
from freehold.core.label import Label
from freehold.core.target import Secret

CONFIG = load(None, {"HOME": "/home/ada"})


def test_the_defaults_of_the_tree_are_those_of_the_file() -> None:
    told = schema.PolicyTable()
    assert tree.Policy() == tree.Policy(Label.parse(told.default_label), Label.parse(told.documents_label))
    assert tree.Ledger() == CONFIG.ledger
    assert tree.Knowledge() == CONFIG.knowledge
    written, kept = schema.ServerTable(), tree.Server(Path())
    for name in ("host", "port", "workers", "max_body_mb", "shutdown_seconds"):
        assert getattr(written, name) == getattr(kept, name)
    assert kept.database == Secret(written.database)


@pytest.mark.parametrize(
    "part", [CONFIG, CONFIG.server, CONFIG.policy, CONFIG.ledger, CONFIG.discover, CONFIG.knowledge, *CONFIG.routes]
)
def test_nothing_in_it_can_be_changed(part: msgspec.Struct) -> None:
    with pytest.raises(AttributeError):
        setattr(part, part.__struct_fields__[0], None)


def test_a_database_s_password_does_not_show() -> None:
    server = tree.Server(Path("/data"), database=Secret("postgresql://ada:hunter2@db/x"))
    assert "hunter2" not in repr(server)
    assert "hunter2" not in repr(msgspec.structs.replace(CONFIG, server=server))
