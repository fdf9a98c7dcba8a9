import subprocess
import sys
from pathlib import Path

import pytest

from freehold.config import ConfigFaults, load
from freehold.core.money import Nanodollars, Rates

ENV = {"HOME": "/home/ada", "OPENAI_API_KEY": "sk-openai"}

WHOLE = """\
[server]
host = "127.0.0.1"
port = 8080
data_dir = "~/.local/share/freehold"      # default; or $FREEHOLD_DATA_DIR
database = "sqlite"                       # or "postgresql://..."

[policy]
default_label = "internal"                # for a request that says nothing
documents_label = "confidential"          # for a document added without a label
tags = ["eu", "health"]

[ledger]
baseline = "openai/gpt-5-mini"
price_per_kwh = 0.31

[[target]]
name = "local/qwen3-4b"
engine = "llamacpp"                       # freehold runs it
model = "hf:Qwen/Qwen3-4B-GGUF:Q4_K_M"    # or a path to a GGUF file
clearance = "restricted"                  # default for a local engine

[[target]]
name = "gpu-box"
base_url = "http://10.0.0.7:8000/v1"      # any OpenAI-shaped server
model = "Qwen/Qwen3-32B"
clearance = { level = "confidential", tags = ["eu"] }

[[target]]
name = "openai/gpt-5-mini"
provider = "openai"                       # one row of the catalog: address, dialect, key variable
clearance = "internal"                    # default for a provider outside
price = { input = 0.25, output = 2.00, cached_input = 0.025 }

[[route]]
name = "auto"                             # what clients ask for as "model"
flow = "cascade"                          # fixed | fallback | cascade | race | split
targets = ["local/qwen3-4b", "openai/gpt-5-mini"]
accept = { score = "confidence", at_least = 0.80 }
"""

CASCADE = """\
[[target]]
name = "a"
base_url = "http://127.0.0.1:1/v1"
model = "m"
[[target]]
name = "b"
base_url = "http://127.0.0.1:2/v1"
model = "m"
[[route]]
name = "r"
flow = "cascade"
targets = ["a", "b"]
accept = { """


@pytest.fixture
def file(tmp_path):
    def file(text):
        path = tmp_path / "freehold.toml"
        path.write_text(text)
        return path

    return file


@pytest.fixture
def faults(file):
    def faults(text, **env):
        with pytest.raises(ConfigFaults) as caught:
            load(file(text), {"HOME": "/home/ada", **env})
        assert all(fault.mend for fault in caught.value.faults)
        assert all(fault.file for fault in caught.value.faults if fault.line)
        return [(fault.line, fault.message) for fault in caught.value.faults]

    return faults


def test_reads_the_whole_of_it(file):
    path = file(WHOLE)
    config = load(path, ENV)

    assert config.source == path
    assert config.server.data_dir == Path("/home/ada/.local/share/freehold")
    assert config.server.database.reveal() == "sqlite"
    assert str(config.policy.documents_label) == "confidential"
    assert config.ledger.price_per_kwh == Nanodollars(310_000_000)
    local, box, openai = config.targets
    assert (str(local.clearance), local.engine) == ("restricted;eu,health", "llamacpp")
    assert (str(box.clearance), box.base_url) == ("confidential;eu", "http://10.0.0.7:8000/v1")
    assert openai.price.rates == Rates(input=250_000, output=2_000_000, cached_input=25_000)
    assert (openai.model, openai.api_key.reveal()) == ("gpt-5-mini", "sk-openai")
    (route,) = config.routes
    assert (route.name, route.flow, route.targets) == ("auto", "cascade", ("local/qwen3-4b", "openai/gpt-5-mini"))
    assert (route.accept.score, route.accept.at_least) == ("confidence", 0.8)
    assert not config.auto_is_implied


def test_nothing_is_required():
    config = load(None, {"HOME": "/home/ada"})
    assert (config.server.host, config.server.port, config.source) == ("127.0.0.1", 8080, None)
    assert [target.provider for target in config.targets] == ["reader"]
    assert [(route.name, route.flow) for route in config.routes] == [("auto", "fixed")]
    assert config.auto_is_implied
    assert config.discover.enabled
    assert config.discover.keys


def test_a_key_in_the_environment_is_enough():
    config = load(None, ENV)
    assert "openai/gpt-6.1-sol" in [target.name for target in config.targets]
    (auto,) = config.routes
    assert auto.targets == ("openai/gpt-6-luna", "freehold/extractive-reader")


def test_a_file_without_targets_still_takes_keys_unless_it_says_no(file):
    assert len(load(file("[server]\nport = 1\n"), ENV).targets) > 1
    assert len(load(file("[discover]\nkeys = false\n"), ENV).targets) == 1


def test_a_file_that_names_targets_takes_no_others(file):
    config = load(file('[[target]]\nname = "o"\nprovider = "ollama"\nmodel = "qwen3"\n'), ENV)
    assert [target.name for target in config.targets] == ["o"]
    assert not config.discover.enabled
    assert [route.targets for route in config.routes] == [("o",)]


def test_no_secret_shows_in_the_text_of_a_configuration(file):
    assert "sk-openai" not in repr(load(file(WHOLE), ENV))
    assert "hunter2" not in repr(load(file(WHOLE.replace('"sqlite"', '"postgresql://ada:hunter2@db/x"')), ENV))
    with pytest.raises(ConfigFaults, match=":5: documents are kept in SQLite or in PostgreSQL") as caught:
        load(file(WHOLE.replace('"sqlite"', '"mysql://ada:hunter2@db/x"')), ENV)
    assert "hunter2" not in str(caught.value)


def test_the_environment_and_the_command_line_win(file):
    env = {**ENV, "FREEHOLD_SERVER_PORT": "9000", "FREEHOLD_DATA_DIR": "/data"}
    config = load(file(WHOLE), env, overrides={"server.host": "0.0.0.0"})
    assert (config.server.port, config.server.host) == (9000, "0.0.0.0")
    assert config.server.data_dir == Path("/data")


def test_data_go_where_the_desktop_keeps_them():
    assert load(None, {"XDG_DATA_HOME": "/x"}).server.data_dir == Path("/x/freehold")


def test_a_value_of_the_wrong_range_from_a_variable_names_the_variable():
    with pytest.raises(ConfigFaults, match=r"^FREEHOLD_SERVER_PORT: port is 99999; give a number from 0 to 65535$"):
        load(None, {"FREEHOLD_SERVER_PORT": "99999"})


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[sever]\nport = 1\n", 1, "'sever' is not a table"),
        ("\n[server]\nprot = 1\n", 3, "'prot' is not a key of [server]"),
        ('[server]\nport = "8080"\n', 2, "is text where a whole number is expected"),
        ("[server]\nport = 70000\n", 2, "port is 70000"),
        ("[server]\nworkers = 0\n", 2, "workers is 0"),
        ("[server]\nshutdown_seconds = nan\n", 2, "shutdown_seconds is nan"),
        ('[server]\nhost = "a b"\n', 2, "'a b' is not a host"),
        ('[server]\ndatabase = "mysql://ada:hunter2@x"\n', 2, "in SQLite or in PostgreSQL"),
        ("server = 3\n", 1, "a table is expected"),
        ('[policy]\ndefault_label = "secret"\n', 2, "'secret' is not a level"),
        ('[policy]\ndefault_label = "internal;eu"\n', 2, "the tag 'eu' is not declared"),
        ('[policy]\ntags = [\n  "eu",\n  "E U",\n]\n', 4, "'E U' cannot be a tag"),
        ("[ledger]\nretention_days = -1\n", 2, "retention_days is -1"),
        ("[ledger]\nprice_per_kwh = -0.1\n", 2, "price_per_kwh is -0.1"),
        ("[ledger]\nprice_per_kwh = inf\n", 2, "price_per_kwh is Infinity"),
        ('[ledger]\nbaseline = "x"\n', 2, "the baseline 'x' is no target"),
        ('[target]\nname = "x"\n', 1, "'target' is one table"),
        ('[[target]]\nprovider = "ollama"\n', 1, "has no 'name'"),
        ('[[target]]\nname = "a b"\nprovider = "ollama"\nmodel = "m"\n', 2, "cannot be a target's name"),
        ('[[target]]\nname = "x"\nprovder = "ollama"\n', 3, "'provder' is not a key of [[target]]"),
        ('[[target]]\nname = "x"\n\nprovider = "olama"\n', 4, "no provider 'olama'"),
        ('[[target]]\nname = "x"\nprovider = "openai"\n', 3, "OPENAI_API_KEY is not set"),
        ('[[target]]\nname = "x"\nprovider = "openai"\napi_key = "file:nope"\n', 4, "cannot be read"),
        ('[[target]]\nname = "x"\nprovider = "ollama"\nprice = { input = -1, output = 1 }\n', 4, "not a price"),
        ('[[target]]\nname = "x"\nprovider = "ollama"\nclearance = { level = "public", tags = ["eu"] }\n', 4, "'eu'"),
        (CASCADE + "at_least = 1.5 }\n", 13, "at_least is 1.5"),
        (CASCADE + "at_least = nan }\n", 13, "at_least is nan"),
        (CASCADE + "least_token = 2 }\n", 13, "least_token is 2"),
        (CASCADE + "least_token = -0.1 }\n", 13, "least_token is -0.1"),
        (CASCADE + "samples = 1 }\n", 13, "samples is 1"),
        (CASCADE + "samples = 17 }\n", 13, "samples is 17"),
        (CASCADE + 'score = "agreement", least_token = 0.1 }\n', 13, "least_token says nothing of agreement"),
        (CASCADE + 'unknown = "kept" }\n', 13, "cannot be 'kept'"),
        (CASCADE + "least = 0.1 }\n", 13, "'least' is not a key of [[route]] accept"),
        (CASCADE + 'at_least = 0.5 }\nsticky = "none"\n', 14, "a cascade route takes no 'sticky'"),
        (CASCADE + 'at_least = 0.5 }\nsticky = "nobody"\n', 14, "cannot be 'nobody'"),
        ("x = \n", 1, "this is not TOML: invalid value"),
        ("[a]\n[a]\n", 2, "this is not TOML"),
        ("[server]\nport = 1\nport = 2\n", 3, "this is not TOML"),
        ('x = "', 1, "this is not TOML"),
    ],
)
def test_a_fault_is_told_with_its_line(faults, text, line, says):
    found = faults(text)
    assert (line, True) in [(at, says in message) for at, message in found], found
    assert not any("hunter2" in message for _, message in found)


def test_targets_and_routes_share_their_names(faults):
    row = '[[target]]\nname = "x"\nprovider = "ollama"\nmodel = "m"\n'
    assert faults(row + row) == [(6, "two targets are named 'x'")]
    route = '[[route]]\nname = "x"\ntargets = ["x"]\n'
    assert faults(row + route) == [(6, "another target is named 'x'")]
    route = '[[route]]\nname = "r"\ntargets = ["x"]\n'
    assert faults(row + route + route) == [(9, "another route is named 'r'")]


def test_all_faults_are_told_at_once_in_the_order_of_the_file(faults):
    found = faults(
        '[server]\nport = "x"\n[policy]\ntgas = []\n[[target]]\nname = "a"\nprovider = "nobody"\n'
        '[[target]]\nname = "b"\nprice = 3\n[[route]]\nname = "r"\ntargets = ["a", "c"]\nflow = "casade"\n'
        "[ledger]\ncapture = 1\n",
        FREEHOLD_SERVER_WORKRES="1",
    )
    assert [line for line, _ in found] == [2, 4, 7, 10, 13, 14, 16, None]


def test_a_value_of_the_wrong_kind_hides_no_other_fault_of_its_table(faults):
    found = faults(
        '[server]\nport = "x"\nworkers = 99\n[policy]\ntags = "eu"\ndefault_label = "secret"\n'
        'documents_label = "internal;eu"\n[ledger]\ncapture = 1\nbaseline = "c"\nprice_per_kwh = -1\n'
    )
    assert [line for line, _ in found] == [2, 3, 5, 6, 9, 10, 11]


def test_a_misspelt_key_hides_no_other_fault_of_its_row(faults):
    target = '[[target]]\nname = "x"\nprovider = "ollama"\nmodel = "m"\n'
    found = faults(target + 'colour = 1\nclearance = "secret"\nretries = 99\n')
    assert [line for line, _ in found] == [5, 6, 7]
    found = faults(target + '[[route]]\nname = "r"\nacept = {}\ntargets = ["x", "y", "x"]\n')
    assert [line for line, _ in found] == [7, 8, 8]


@pytest.mark.parametrize("row", ['provder = "groq"', 'provider = "groq"\napi_ky = "k"', "provider = 1", "name = 1"])
def test_what_only_follows_from_a_fault_is_not_told_beside_it(faults, row):
    name = "" if "name" in row else 'name = "x"\n'
    assert len(faults(f'[[target]]\n{name}model = "m"\n{row}\n')) == 1


def test_what_names_a_target_at_fault_is_not_at_fault_itself(faults):
    row = '[[target]]\nname = "a"\nprovider = "nobody"\n'
    others = '[[route]]\nname = "r"\ntargets = ["a"]\n[ledger]\nbaseline = "a"\n'
    assert [line for line, _ in faults(row + others)] == [3]


def test_one_error_holds_the_text_of_all():
    with pytest.raises(ConfigFaults) as caught:
        load(None, {"FREEHOLD_SERVER_PORT": "x", "FREEHOLD_SERVER_WORKERS": "y"})
    assert str(caught.value).count("\n") == 1


def test_reading_the_configuration_imports_nothing_heavy():
    code = (
        "import sys; import freehold.config; print([name for name in "
        "('genai_prices', 'pydantic', 'httpx', 'httpx2', 'pyreqwest', 'sqlalchemy', 'asyncio', 'huggingface_hub')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
