from decimal import Decimal

import pytest

from freehold.config.environ import RESERVED, SETTINGS, overlay
from freehold.tables.faults import Findings


def attempt(document=None, overrides=None, **env):
    findings = Findings("f.toml")
    merged = overlay(document or {}, env, overrides or {}, findings)
    return merged, [str(fault) for fault in findings.found]


def test_every_plain_setting_has_a_variable():
    assert SETTINGS["FREEHOLD_SERVER_PORT"] == ("server", "port")
    assert SETTINGS["FREEHOLD_POLICY_DEFAULT_LABEL"] == ("policy", "default_label")
    assert not RESERVED & SETTINGS.keys()


def test_variables_win_over_the_file_and_keep_their_type():
    merged, faults = attempt(
        {"server": {"port": 1, "host": "h"}},
        FREEHOLD_SERVER_PORT="9000",
        FREEHOLD_LEDGER_CAPTURE="true",
        FREEHOLD_LEDGER_PRICE_PER_KWH="0.31",
        FREEHOLD_POLICY_TAGS="eu, health,",
        FREEHOLD_DISCOVER_KEYS="false",
    )
    assert faults == []
    assert merged == {
        "server": {"port": 9000, "host": "h"},
        "ledger": {"capture": True, "price_per_kwh": Decimal("0.31")},
        "policy": {"tags": ["eu", "health"]},
        "discover": {"keys": False},
    }


def test_the_command_line_wins_over_variables():
    merged, _ = attempt(overrides={"server.port": "7"}, FREEHOLD_SERVER_PORT="9000")
    assert merged["server"]["port"] == 7


def test_the_document_is_not_written_to():
    document = {"server": {"port": 1}}
    attempt(document, FREEHOLD_SERVER_PORT="9000")
    assert document == {"server": {"port": 1}}


def test_the_data_directory_has_a_short_name_and_a_long_one():
    assert attempt(FREEHOLD_DATA_DIR="/a")[0]["server"]["data_dir"] == "/a"
    both, _ = attempt(FREEHOLD_DATA_DIR="/a", FREEHOLD_SERVER_DATA_DIR="/b")
    assert both["server"]["data_dir"] == "/b"


@pytest.mark.parametrize("name", sorted(RESERVED - {"FREEHOLD_DATA_DIR"}))
def test_other_variables_of_ours_are_no_settings(name):
    assert attempt(**{name: "x"}) == ({}, [])


@pytest.mark.parametrize("name", ["FREEHOLD_HOME_OWNERS", "PATH", "FREEHOLDER", "FREEHOLD_TEST_MODE"])
def test_strangers_are_left_alone(name):
    assert attempt(**{name: "x"}) == ({}, [])


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("FREEHOLD_SERVER_PROT", "FREEHOLD_SERVER_PORT"),
        ("FREEHOLD_SEVER_PORT", "FREEHOLD_SERVER_PORT"),
        ("FREEHOLD_LEDGER_CAPTUR", "FREEHOLD_LEDGER_CAPTURE"),
        ("FREEHOLD_ADMINKEY", "FREEHOLD_ADMIN_KEY"),
    ],
)
def test_a_misspelt_variable_is_a_fault_that_names_the_right_one(name, meant):
    assert attempt(**{name: "1"})[1] == [f"{name} is not a setting; did you mean {meant}?"]


def test_a_value_of_the_wrong_type_names_the_variable():
    assert attempt(FREEHOLD_SERVER_PORT="eighty")[1] == [
        "FREEHOLD_SERVER_PORT is 'eighty' where a whole number is expected; set it to a whole number"
    ]


def test_a_table_that_is_none_is_left_to_the_reader():
    assert attempt({"server": 3}, FREEHOLD_SERVER_PORT="1")[0] == {"server": 3}
