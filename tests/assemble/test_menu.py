"""What can be asked for, and who wins where two have one name."""

from __future__ import annotations

from pathlib import Path

import msgspec

from freehold.assemble.menu import as_it_stands, rules_of
from freehold.catalog.promises import NOTHING, Change, Keeping, Promise, Standing
from freehold.config import Config, load
from freehold.gateway.admit import Rules
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


CASCADE = """
[[target]]
name = "home"
provider = "scripted"
model = "m1"

[[target]]
name = "cloud"
provider = "scripted"
model = "m2"

[[route]]
name = "auto"
flow = "cascade"
targets = ["home", "cloud"]
"""
KEPT = Promise("pr_1", "auto", "2026-11-22", "harm", "cloud", Keeping(("home",), (), 0.0, 0.9), models={"home": "m1"})


def standing_in(folder: Path, standing: Standing, text: str = CASCADE) -> Rules:
    return rules_of(configured(folder, text), (), (), lambda _alias: None, standing)


def test_a_cascade_keeps_its_promise_and_the_revision_tells(tmp_path: Path) -> None:
    rules = standing_in(tmp_path, Standing(promises={"auto": KEPT}))
    assert rules.menu.routes["auto"].promise == KEPT
    plain = standing_in(tmp_path, NOTHING)
    assert plain.menu.routes["auto"].promise is None
    assert rules.revision != plain.revision == configured(tmp_path, CASCADE).revision


def test_a_promise_is_suspended_where_another_model_stands_behind_a_name(tmp_path: Path) -> None:
    moved = msgspec.structs.replace(KEPT, models={"home": "older"})
    found = standing_in(tmp_path, Standing(promises={"auto": moved})).menu.routes["auto"].promise
    assert found is not None
    assert (found.state, found.why) == ("suspended", "home is not what it was calibrated with")


def test_a_promise_without_its_stronger_target_is_suspended_and_nothing_kept_by_guess(tmp_path: Path) -> None:
    gone = msgspec.structs.replace(KEPT, stronger="gone")
    found = standing_in(tmp_path, Standing(promises={"auto": gone})).menu.routes["auto"].promise
    assert found is not None
    assert (found.state, found.why) == ("suspended", "route auto has no gone")


def test_a_promise_stands_as_its_route_goes_by_it(tmp_path: Path) -> None:
    routes = standing_in(tmp_path, Standing(promises={"auto": KEPT})).menu.routes
    assert as_it_stands(KEPT, routes) == ("active", "")
    assert as_it_stands(KEPT, {}) == ("set aside", "there is no such route")
    gone = msgspec.structs.replace(KEPT, state="withdrawn", why="by ann")
    assert as_it_stands(gone, routes) == ("withdrawn", "by ann")


def test_a_promise_is_suspended_where_somebody_else_serves_its_model(tmp_path: Path) -> None:
    served = msgspec.structs.replace(KEPT, providers={"home": "ollama", "cloud": "scripted"})
    found = standing_in(tmp_path, Standing(promises={"auto": served})).menu.routes["auto"].promise
    assert found is not None
    why = "home is served by scripted, not ollama as it was calibrated with"
    assert (found.state, found.why) == ("suspended", why)


def test_a_promise_without_its_cascade_is_not_applied_and_the_route_says_so(tmp_path: Path) -> None:
    fallback = CASCADE.replace("cascade", "fallback")
    route = standing_in(tmp_path, Standing(promises={"auto": KEPT}), fallback).menu.routes["auto"]
    assert (route.promise, route.aside) == (None, "promise pr_1 is set aside: route auto is now fallback")


def test_a_route_is_as_evidence_changed_it_where_all_its_targets_are_there(tmp_path: Path) -> None:
    change = Change("ch_1", "auto", ("cloud", "home"), "split", (0.9, 0.1))
    route = standing_in(tmp_path, Standing(changes={"auto": change})).menu.routes["auto"]
    assert ([target.name for target in route.targets], route.flow, route.weights) == (
        ["cloud", "home"],
        "split",
        (0.9, 0.1),
    )
    missing = msgspec.structs.replace(change, targets=("cloud", "gone"))
    route = standing_in(tmp_path, Standing(changes={"auto": missing})).menu.routes["auto"]
    assert (route.flow, len(route.targets)) == ("cascade", 2)
