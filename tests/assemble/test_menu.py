"""What can be asked for, and who wins where two have one name."""

from __future__ import annotations

from pathlib import Path

from freehold.assemble.menu import rules_of
from freehold.config import Config, load
from support.decisions import a_target


def configured(folder: Path, text: str) -> Config:
    file = folder / "freehold.toml"
    file.write_text(text)
    return load(file, {})


def test_a_configured_target_hides_one_of_freeholds_own_and_one_that_was_found(tmp_path: Path) -> None:
    config = configured(tmp_path, '[[target]]\nname = "minilm"\nprovider = "scripted"\n')
    own, found = a_target("minilm"), a_target("found")
    rules = rules_of(config, (own,), (found,), lambda _alias: None)
    assert {target.name: target.provider for target in rules.known} == {
        "minilm": "scripted",
        "found": found.provider,
    }


def test_what_freehold_brings_itself_changes_no_revision(tmp_path: Path) -> None:
    config = configured(tmp_path, '[[target]]\nname = "home"\nprovider = "scripted"\n')
    assert rules_of(config, (a_target("minilm"),), (), lambda _alias: None).revision == config.revision


def test_a_route_brings_its_collections(tmp_path: Path) -> None:
    text = '[[target]]\nname = "home"\nprovider = "scripted"\n'
    config = configured(tmp_path, text + '[[route]]\nname = "desk"\ntargets = ["home"]\ncollections = ["handbook"]\n')
    rules = rules_of(config, (), (), lambda _alias: None)
    assert rules.menu.routes["desk"].collections == ("handbook",)
