import subprocess
import sys

import msgspec
import pytest

from freehold.config import load

BASE = """\
[policy]
tags = ["eu", "health", "client-x"]
[[target]]
name = "a"
base_url = "http://127.0.0.1:1/v1"
model = "m"
api_key = "k1"
"""


@pytest.fixture
def revision(tmp_path):
    def revision(text, **env):
        path = tmp_path / "freehold.toml"
        path.write_text(text)
        return load(path, {"HOME": "/h", **env}).revision

    return revision


def test_is_short_and_hexadecimal(revision):
    assert len(revision(BASE)) == 12
    int(revision(BASE), 16)


@pytest.mark.parametrize(
    "same",
    [
        "# a comment\n" + BASE,
        BASE.replace('["eu", "health", "client-x"]', '["client-x", "eu", "health"]'),
        BASE + 'clearance = "restricted"\n',
        BASE.replace('"k1"', '"k2"'),
        BASE + "[server]\nport = 9\n",
    ],
)
def test_stays_while_what_may_happen_stays(revision, same):
    assert revision(same) == revision(BASE)


SECOND = '[[target]]\nname = "b"\nbase_url = "http://127.0.0.1:2/v1"\nmodel = "m"\n'
CASCADE = BASE + SECOND + '[[route]]\nname = "r"\ntargets = ["a", "b"]\nflow = "cascade"\n'
SPLIT = CASCADE.replace("cascade", "split")


@pytest.mark.parametrize(
    ("text", "setting", "default"),
    [
        (CASCADE, 'accept = {{ unknown = "{}" }}\n', "keep"),
        (CASCADE, "accept = {{ least_token = {} }}\n", "0.0"),
        (SPLIT, 'sticky = "{}"\n', "user"),
    ],
)
def test_a_default_that_is_written_out_changes_nothing_and_another_value_does(revision, text, setting, default):
    other = {"keep": "escalate", "0.0": "0.1", "user": "none"}[default]
    assert revision(text + setting.format(default)) == revision(text)
    assert revision(text + setting.format(other)) != revision(text)


@pytest.mark.parametrize(
    "other",
    [
        BASE.replace('"m"', '"n"'),
        BASE + 'clearance = "internal"\n',
        BASE + "watts = 3\n",
        BASE.replace("tags", 'default_label = "public"\ntags'),
        BASE + '[[route]]\nname = "r"\ntargets = ["a"]\n',
    ],
)
def test_changes_with_what_may_happen(revision, other):
    assert revision(other) != revision(BASE)


def test_is_the_same_in_another_process(tmp_path, revision):
    here = revision(BASE)
    path = tmp_path / "freehold.toml"
    code = (
        f"from pathlib import Path; from freehold.config import load; print(load(Path({str(path)!r}), {{}}).revision)"
    )
    for seed in ("1", "2"):
        env = {"PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == here


def test_no_secret_is_hashed_into_it(tmp_path):
    path = tmp_path / "freehold.toml"
    path.write_text(BASE)
    config = load(path, {})
    bare = [msgspec.structs.replace(target, api_key=None) for target in config.targets]
    assert all(target.api_key for target in config.targets)
    from freehold.config import revision_of

    assert revision_of(config.policy, bare, config.routes, config.guards) == config.revision
