from __future__ import annotations

from typing import Any

import pytest

from freehold.core.caller import Caller
from freehold.core.label import Label
from freehold.core.target import Target
from freehold.evaluate.watch.again import KEY, again, watcher
from freehold.evaluate.watch.seen import Seen

CONFIDENTIAL = Label.parse("confidential")
ANN = Caller("key_ann", "ann", CONFIDENTIAL, "admin", frozenset({"auto"}), frozenset({"hr"}), "team", capture=True)
BODY = '{"messages":[{"role":"user","content":"hi"}]}'
SEEN = Seen("fh_1", "auto", {"audit": 1.0}, 0, BODY, ANN, CONFIDENTIAL, ("home", "gone"))
HOME = Target("home", "m", "", "openai", CONFIDENTIAL)


class Asker:
    def __init__(self) -> None:
        self.asked: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    async def __call__(self, *args: Any, **more: Any) -> None:
        self.asked.append((args, more))


def test_whoever_asks_again_has_the_label_and_nothing_else() -> None:
    made = watcher(ANN)

    assert (made.key_id, made.role, made.team, made.groups, made.capture) == (KEY, "user", None, frozenset(), False)
    assert made.default_label == ANN.default_label


async def test_nothing_goes_further_than_the_request_itself() -> None:
    asker: Any = Asker()
    await again(asker, SEEN, "home", within={"home": HOME, "away": HOME}, origin="audit")
    (args, more) = asker.asked[0]

    assert args[0].messages[0].parts[0].text == "hi"
    assert args[1] == "home"
    assert more["labels"] == (CONFIDENTIAL,)
    assert [target.name for target in more["within"].targets] == ["home"]
    assert more["origin"] == "audit"


async def test_a_request_without_text_is_not_asked() -> None:
    asker: Any = Asker()
    bare = Seen("fh_1", "auto", {"turn": 1.0}, 0, None, ANN, CONFIDENTIAL, ())
    with pytest.raises(AssertionError, match="gathered"):
        await again(asker, bare, "home", within=None, origin="audit")
