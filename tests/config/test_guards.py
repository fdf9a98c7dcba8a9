"""What is said of guards: read, looked up, and told where it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from freehold.config import Config, ConfigFaults, load
from freehold.core.guards import Declassifier, GuardRule, Guards
from freehold.core.label import Label

TARGETS = """\
[policy]
tags = ["eu"]
[[target]]
name = "own"
base_url = "http://127.0.0.1:1/v1"
model = "m"
[[target]]
name = "far"
base_url = "https://example.org/v1"
model = "m"
"""
ENV = {"HOME": "/home/ada"}

Read = Callable[[str], Config]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(text: str) -> Config:
        path = tmp_path / "freehold.toml"
        path.write_text(TARGETS + text)
        return load(path, ENV)

    return read


def test_guards_are_on_where_nobody_says_anything() -> None:
    guards = load(None, ENV).guards
    assert guards == Guards()
    assert (guards.mode, str(guards.personal_data), str(guards.secrets), guards.injection) == (
        "enforce", "confidential", "restricted", "mark",
    )  # fmt: skip


def test_all_three_tables_are_read(read: Read) -> None:
    guards = read("""
[guards]
mode = "record"
personal_data = "confidential;eu"
confidence = 0.7
names = "own"
replies_days = 0

[[guard]]
find = "secrets"
action = "refuse"

[[guard]]
find = "email"
on = "output"
action = "raise"
label = "restricted"

[[guard]]
find = "untrusted"
forbid_tools = ["send_email", "pay_*"]

[[declassify]]
when = "personal-data"
for = ["far"]
""").guards
    assert guards == Guards(
        mode="record",
        personal_data=Label.parse("confidential;eu"),
        confidence=0.7,
        names="own",
        replies_days=0,
        rules=(GuardRule("secrets", action="refuse"), GuardRule("email", "output", "raise", Label.parse("restricted"))),
        forbidden_tools=("send_email", "pay_*"),
        declassifiers=(Declassifier("personal-data", ("far",), "pseudonymise"),),
    )


@pytest.mark.parametrize(
    ("text", "line", "message", "mend"),
    [
        ('[guards]\nmode = "enforced"', 12, "[guards] mode cannot be 'enforced'", "did you mean 'enforce'?"),
        ("[guards]\nconfidence = 2", 12, "confidence is 2.0", "give a number from 0 to 1"),
        ("[guards]\nreplies_days = -1", 12, "replies_days is -1", "give a number from 0 to 3650"),
        ('[guards]\nsecrets = "restricted;uk"', 12, "the tag 'uk' is not declared", "add it to tags, or"),
        ('[guards]\nnames = "owm"', 12, "names is 'owm', which is no way to find names", "did you mean 'own'?"),
        ('[guards]\nnames = "far"', 12, "'far' is not owned", "name a target that is owned"),
        ('[[guard]]\nfind = "emial"\naction = "refuse"', 12, "nothing is found as 'emial'", "did you mean 'email'?"),
        ('[[guard]]\nfind = "injection"\naction = "refuse"', 12, "what reads like", "set [guards] injection"),
        ('[[guard]]\nfind = "email"', 11, "this [[guard]] has no 'action'", "add action = ..."),
        ('[[guard]]\nfind = "email"\naction = "redact"\nlabel = "public"', 14, "redact takes no label", "leave it out"),
        ('[[guard]]\nfind = "schema"\naction = "refuse"', 12, "a schema is broken by answers", 'set on = "output"'),
        ('[[guard]]\nfind = "ip"\naction = "record"\nforbid_tools = ["a"]', 14, "forbid_tools belongs", "set find"),
        ('[[guard]]\nfind = "untrusted"', 11, "nothing is forbidden", "name tools"),
        ('[[guard]]\nfind = "untrusted"\naction = "refuse"\nforbid_tools = ["a"]', 13, "what is untrusted", "leave it"),
        ('[[declassify]]\nwhen = "names"\nfor = ["far"]', 12, "[[declassify]] when cannot be 'names'", "one of"),
        ('[[declassify]]\nwhen = "secrets"\nfor = ["fra"]', 13, "declassify names an unknown target 'fra'", "did you"),
        (
            '[[declassify]]\nwhen = "secrets"\nfor = ["far", "far"]',
            13,
            "secrets is taken out for 'far'",
            "leave one out",
        ),
        ('[declassify]\nwhen = "secrets"', 11, "'declassify' is one table", "write it as [[declassify]]"),
    ],
)
def test_what_is_at_fault_is_told_with_its_line_and_the_mend(
    read: Read, text: str, line: int, message: str, mend: str
) -> None:
    with pytest.raises(ConfigFaults) as caught:
        read(text)
    found = [(fault.line, fault.message[: len(message)], fault.mend[: len(mend)]) for fault in caught.value.faults]
    assert (line, message, mend) in found


def test_a_finder_that_is_not_installed_is_told(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.config.guards.find_spec", lambda _: None)
    with pytest.raises(ConfigFaults, match="needs a package that is not installed; pip install presidio"):
        read('[guards]\nnames = "presidio"')


def test_the_environment_sets_what_stands_in_the_plain_table() -> None:
    guards = load(None, ENV | {"FREEHOLD_GUARDS_MODE": "off", "FREEHOLD_GUARDS_CONFIDENCE": "0.9"}).guards
    assert (guards.mode, guards.confidence) == ("off", 0.9)


def test_every_change_is_another_revision(read: Read) -> None:
    texts = (
        "",
        '[guards]\nmode = "record"\n',
        '[[guard]]\nfind = "ip"\naction = "record"\n',
        '[[guard]]\nfind = "untrusted"\nforbid_tools = ["a"]\n',
        '[[declassify]]\nwhen = "secrets"\nfor = ["far"]\n',
        '[[declassify]]\nwhen = "secrets"\nfor = ["far"]\nby = "redact"\n',
    )
    assert len({read(text).revision for text in texts}) == len(texts)
