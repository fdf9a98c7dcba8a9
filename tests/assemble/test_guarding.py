"""Guards put together: over a real stack, what is found, by whom, and what a reload changes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from freehold.assemble import Stack, build
from freehold.config import load
from freehold.core.errors import ConfigError, LabelForbidden
from freehold.core.exchange import Exchange
from freehold.core.request import TextPart
from freehold.stores.pseudonyms import KeptPseudonyms
from support.decisions import ANYONE, a_request
from support.pipeline import run, text_of

TARGETS = """
[knowledge]
embedding = "off"
documentation = false
[[target]]
name = "own"
provider = "scripted"
[[target]]
name = "reader"
provider = "scripted"
model = 'say:{"entities": [{"text": "Marta Ekdal", "kind": "person"}]}'
[[target]]
name = "broken"
provider = "scripted"
model = "fail:server"
retries = 0
[[target]]
name = "out"
provider = "scripted"
owned = false
clearance = "internal"
[[target]]
name = "veiled"
provider = "scripted"
owned = false
clearance = "internal"
"""
VEILED = '[[declassify]]\nwhen = "personal-data"\nfor = ["veiled"]\n'
NAMED = "Please ask Marta Ekdal about it."
MAILED = "Please ask marta.ekdal@kontoret-ab.se about it."

Starts = Callable[[str], Stack]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Starts]:
    made: list[Stack] = []

    def start(text: str) -> Stack:
        (tmp_path / "freehold.toml").write_text(TARGETS + text)
        config = load(tmp_path / "freehold.toml", {"HOME": str(tmp_path)}, overrides={"server.data_dir": str(tmp_path)})
        made.append(build(config, {"HOME": str(tmp_path), "FREEHOLD_DATA_DIR": str(tmp_path)}))
        return made[-1]

    yield start
    for stack in made:
        await stack.stop()


async def asked(stack: Stack, model: str, text: str) -> tuple[str, Exchange]:
    exchange = Exchange(a_request(TextPart(text), model=model), ANYONE)
    return text_of(await run(stack.handler, exchange)), exchange


async def test_the_finders_of_patterns_are_on_without_a_word(start: Starts) -> None:
    stack = start("")
    await stack.start()
    with pytest.raises(LabelForbidden, match="personal-data: email"):
        await asked(stack, "out", MAILED)
    assert (await asked(stack, "out", NAMED))[0] == NAMED, "a name has no form, and nobody was asked"


async def test_an_owned_model_is_asked_for_names_where_that_is_configured(start: Starts) -> None:
    stack = start('[guards]\nnames = "reader"\n' + VEILED)
    await stack.start()
    with pytest.raises(LabelForbidden, match="personal-data: person"):
        await asked(stack, "out", NAMED)
    answer, exchange = await asked(stack, "veiled", NAMED)
    assert answer == NAMED
    assert exchange.attempts[0].declassified == "pseudonymise personal-data: 1 person"


async def test_a_finder_of_names_that_fails_closes_the_way_out(start: Starts) -> None:
    stack = start('[guards]\nnames = "broken"\n' + VEILED)
    await stack.start()
    for model in ("out", "veiled"):
        with pytest.raises(LabelForbidden):
            await asked(stack, model, "Nothing of the kind.")
    assert (await asked(stack, "own", "Nothing of the kind."))[0] == "Nothing of the kind."


async def test_what_was_answered_is_known_again_through_the_whole_stack(start: Starts) -> None:
    stack = start("")
    await stack.start()
    answer, _ = await asked(stack, "own", f"{MAILED} It is a long story that nobody else has told as well so far.")
    again = answer.replace("marta.ekdal@kontoret-ab.se", "somebody")
    assert (await asked(stack, "out", again))[0] == again, "other words are not known"
    with pytest.raises(LabelForbidden, match="earlier answer"):
        await asked(stack, "out", answer)


async def test_a_reload_changes_what_is_guarded_and_the_revision(start: Starts, tmp_path: Path) -> None:
    stack = start("")
    await stack.start()
    before = stack.rules.revision
    (tmp_path / "freehold.toml").write_text(TARGETS + VEILED + "[guards]\npseudonyms_hours = 2\nreplies_days = 3\n")
    after = stack.reload()
    assert after != before
    answer, exchange = await asked(stack, "veiled", MAILED)
    assert (answer, exchange.permit is not None and exchange.permit.revision) == (MAILED, after)
    assert stack.guarding.replies.days == 3


async def test_what_cannot_find_names_is_told_at_the_start(start: Starts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freehold.config.guards.find_spec", lambda _: object())
    with pytest.raises(ConfigError, match="gliner"):
        start('[guards]\nnames = "gliner"\n')


async def test_explaining_looks_and_sends_nothing(start: Starts) -> None:
    stack = start(VEILED)
    told = stack.explain(MAILED, "veiled", ANYONE)
    assert [finding.action for finding in told.findings] == ["raise"]
    assert [(view.target, str(view.label)) for view in told.views] == [("veiled", "internal")]
    assert stack.explain(MAILED, "out", ANYONE).code == "label_forbidden"
    assert start('[guards]\nmode = "off"\n').explain(MAILED, "out", ANYONE).findings == ()


async def test_reloads_go_on_with_one_connection_and_with_the_names_that_are_known(
    start: Starts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[KeptPseudonyms] = []
    closed: list[KeptPseudonyms] = []
    init, close = KeptPseudonyms.__init__, KeptPseudonyms.close

    def note(self: KeptPseudonyms, *args: Any, **more: Any) -> None:
        made.append(self)
        init(self, *args, **more)

    def note_close(self: KeptPseudonyms) -> None:
        closed.append(self)
        close(self)

    monkeypatch.setattr(KeptPseudonyms, "__init__", note)
    monkeypatch.setattr(KeptPseudonyms, "close", note_close)
    stack = start(VEILED + '[guards]\nnames = "reader"\npseudonyms_hours = 2\n')
    await stack.start()
    finder = stack.guarding._finders["reader"]
    for hours in (0, 5):
        settings = f'[guards]\nnames = "reader"\npseudonyms_hours = {hours}\n'
        (tmp_path / "freehold.toml").write_text(TARGETS + VEILED + settings)
        stack.reload()
        assert (await asked(stack, "veiled", MAILED))[0] == MAILED
    (kept,) = made
    assert (kept.hours, closed) == (5, [])
    assert stack.guarding._finders["reader"] is finder
    await stack.stop()
    assert closed == made
