"""What a whole Freehold and a hand have in common: the rules of a configuration, and what may be asked for by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.assemble.answering import Answering, terms_of
from freehold.config import Config, load
from freehold.core.caller import Caller
from freehold.core.errors import UnknownModel

ANN = Caller(key_id="key_ann", name="ann", models=frozenset({"home"}))
CONFIG = """
[ledger]
capture = true
retention_days = 2
baseline = "away"

[[target]]
name = "home"
provider = "scripted"

[[target]]
name = "away"
provider = "scripted"
price = { input = 3.0, output = 6.0 }
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    file = tmp_path / "freehold.toml"
    file.write_text(CONFIG)
    env = {"FREEHOLD_SERVER_DATA_DIR": str(tmp_path / "data"), "FREEHOLD_KNOWLEDGE_EMBEDDING": "off"}
    return load(file, env)


def test_a_caller_sees_and_gets_what_it_may_ask_for(config: Config) -> None:
    answering = Answering(config, {})
    assert [model.name for model in answering.models(ANN)] == ["home"]
    assert answering.resolve("home", ANN).name == "home"
    with pytest.raises(UnknownModel):
        answering.resolve("nothing", ANN)


def test_the_terms_of_the_record_are_those_of_the_configuration(config: Config) -> None:
    terms = terms_of(config)
    assert terms.capture_seconds == 2 * 86_400
    assert terms.baseline == next(target.price for target in config.targets if target.name == "away")
