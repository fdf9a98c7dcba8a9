"""The page on scenarios names every key that is asked for, and no other."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from freehold.plan.defaults import api, machines, people, workload
from freehold.plan.defaults.field import Field
from freehold.plan.parse.table import Table
from freehold.plan.scenario_file import read
from tools import reference, scenarios

EXAMPLE = """
[objectives]
ttft_s = 1
[options.a]
kind = "api"
model = "gpt-4o"
long = { above = 5, input = 5, output = 9 }
[options.c]
kind = "cloud"
model = "Llama-3.1-8B-Instruct"
gpu = "L40S"
[options.o]
kind = "owned"
model = "Llama-3.1-8B-Instruct"
gpu = "RTX 4090"
[options.h]
kind = "hybrid"
home = "o"
away = "a"
[claims.q]
text = "so they say"
figure = "fits"
server = { model = "Llama-3.1-8B-Instruct", gpu = "RTX 4090" }
[[alike]]
models = ["gpt-4o", "meta-llama/Llama-3.1-8B-Instruct"]
source = "a test"
"""


def keys(*groups: dict[str, str] | tuple[Field, ...]) -> set[str]:
    return {each.key if isinstance(each, Field) else each for group in groups for each in group}


SERVER = keys(scenarios.SERVER, (machines.SPEED,))
TABLES = {
    "": keys(scenarios.TOP),
    "workload": keys(scenarios.WORKLOAD, workload.FIELDS, (workload.PREFIX,)),
    "objectives": keys(scenarios.OBJECTIVES),
    "options.a": keys(scenarios.OPTION, scenarios.API, api.FIELDS),
    "options.a.long": keys(scenarios.LONG, (api.INPUT, api.CACHED_INPUT, api.OUTPUT)),
    "options.c": keys(scenarios.OPTION, scenarios.CLOUD, machines.CLOUD) | SERVER,
    "options.o": keys(scenarios.OPTION, scenarios.OWNED, machines.OWNED) | SERVER,
    "options.h": keys(scenarios.OPTION, scenarios.HYBRID, api.HYBRID),
    "options.h.people": keys(people.FIELDS),
    "claims.q": keys(scenarios.CLAIM),
    "claims.q.server": SERVER,
    "alike.0": keys(scenarios.ALIKE),
}


@pytest.fixture(scope="module")
def asked() -> dict[str, set[str]]:
    """What reading asks for, by table."""
    found: dict[str, set[str]] = {}
    done = Table.done

    def noted(table: Table) -> None:
        found[table.path()] = set(table.asked)
        done(table)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "done", noted)
        read(EXAMPLE, today=datetime.date(2026, 11, 22))
    return found


@pytest.mark.parametrize("table", TABLES)
def test_every_key_is_told_and_no_other(asked: dict[str, set[str]], table: str) -> None:
    assert asked[table] == TABLES[table]


def test_every_example_is_named_and_every_input_has_its_reason() -> None:
    text = scenarios.scenarios(reference.page, reference.table)
    assert "`examples/plan/`" in text
    assert (Path(__file__).parents[2] / "examples" / "plan").is_dir()
    for field in (*workload.FIELDS, *machines.CLOUD, *machines.OWNED):
        assert field.bound in text
        assert field.about in text
