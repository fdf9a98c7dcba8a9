from pathlib import Path

import pytest

from freehold.catalog.keys import KeyFault, expand_home, is_literal, resolve


def test_takes_a_key_from_a_variable(tmp_path):
    assert resolve("env:K", {"K": "sk-1"}, tmp_path).reveal() == "sk-1"


def test_takes_a_key_from_a_file_beside_the_configuration(tmp_path):
    (tmp_path / "key").write_text("sk-2\n")
    assert resolve("file:key", {}, tmp_path).reveal() == "sk-2"


def test_takes_a_key_from_a_file_in_the_home(tmp_path):
    (tmp_path / "key").write_text("sk-3")
    assert resolve("file:~/key", {"HOME": str(tmp_path)}, Path("/nowhere")).reveal() == "sk-3"


def test_takes_a_key_as_it_stands(tmp_path):
    assert resolve("sk-4", {}, tmp_path).reveal() == "sk-4"
    assert is_literal("sk-4")
    assert not is_literal("env:K")
    assert not is_literal("file:k")


@pytest.mark.parametrize(
    "setting", ["env:GONE", "env:EMPTY", "env:BAD", "file:gone", "file:bin", "file:big", "", "a b"]
)
def test_says_why_a_key_cannot_be_had_and_never_what_it_is(setting, tmp_path):
    (tmp_path / "bin").write_bytes(b"\xff\xfe")
    (tmp_path / "big").write_text("s" * 70_000)
    with pytest.raises(KeyFault) as caught:
        resolve(setting, {"EMPTY": "", "BAD": "sk-secret\r\nx-evil: 1"}, tmp_path)
    assert caught.value.mend
    assert "secret" not in str(caught.value)


def test_the_home_is_that_of_the_given_environment():
    assert expand_home("~/x", {"HOME": "/home/ada"}) == Path("/home/ada/x")
    assert expand_home("~", {"HOME": "/home/ada"}) == Path("/home/ada")
    assert expand_home("/x/~", {"HOME": "/home/ada"}) == Path("/x/~")
