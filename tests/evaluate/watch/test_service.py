from __future__ import annotations

from typing import Any

from freehold.catalog.promises import Promise
from freehold.core.caller import Caller
from freehold.core.errors import Unavailable
from freehold.evaluate.watch.seen import Seen
from freehold.evaluate.watch.service import MOST_WAITING, Watch

PROMISE = Promise("pr_1", "auto", "2026-11-22", "single", "away", None, single="home", data="ds_1")
BODY = '{"messages":[{"role":"user","content":"Where is my invoice %d?"}]}'


def seen(drawn: dict[str, float], body: str | None = BODY % 1) -> Seen:
    return Seen("fh_1", "auto", drawn, 0, body, Caller("k", "ann"), None, ())


class Rows:
    """What was kept, by its kind and subject."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Any] = {}

    def get(self, kind: str, subject: str, _form: Any) -> Any:
        return self.kept.get((kind, subject))

    def put(self, kind: str, subject: str, body: Any) -> None:
        self.kept[kind, subject] = body


def watch(audited: list[tuple[Seen, float]], turned: list[Seen], prompts: list[str], rows: Rows | None = None) -> Watch:
    async def audit(one: Seen, chance: float) -> None:
        audited.append((one, chance))

    async def turn(one: Seen) -> None:
        turned.append(one)
        if one.body is None:
            raise Unavailable("the disk is full")

    async def of(dataset: str) -> list[str]:
        assert dataset == "ds_1"
        return prompts

    audits: Any = audit
    kept: Any = rows or Rows()
    return Watch(audits, lambda: {"auto": PROMISE}, of, kept, {"turn": turn}, alpha=lambda: 0.05)


async def test_each_purpose_is_seen_to() -> None:
    audited: list[tuple[Seen, float]] = []
    turned: list[Seen] = []
    made = watch(audited, turned, [])
    made.take(seen({"audit": 0.1, "turn": 1.0, "quality": 0.1}))
    await made.drain()
    await made.stop()

    assert [chance for _, chance in audited] == [0.1]
    assert len(turned) == 1


async def test_what_fails_is_logged_and_the_next_is_gone_on_with() -> None:
    turned: list[Seen] = []
    made = watch([], turned, [])
    for body in (None, BODY % 1, None, BODY % 2):
        made.take(seen({"turn": 1.0}, body))
    await made.drain()
    await made.stop()

    assert len(turned) == 4


async def test_what_does_not_fit_is_let_go_of_and_counted() -> None:
    made = watch([], [], [])
    for _ in range(MOST_WAITING + 7):
        made.take(seen({"turn": 1.0}))

    assert made.dropped == 7
    await made.drain()
    await made.stop()


async def test_inputs_are_compared_with_the_calibrations() -> None:
    made = watch([], [], [f"Where is my invoice number {n} of last month, please?" for n in range(60)])
    for number in range(40):
        made.take(seen({"audit": 0.1}, BODY.replace("Where is my invoice", "def f") % number))
    await made.drain()
    (drifted,) = (await made.drift()).values()
    await made.stop()

    assert list(await made.drift()) == ["auto"]
    assert (drifted.alarm, drifted.seen) == (True, 40)


async def test_what_was_seen_of_inputs_is_gone_on_with_after_a_restart() -> None:
    rows, prompts = Rows(), [f"Where is my invoice number {n} of last month, please?" for n in range(60)]
    seen_before = []
    for _ in range(2):
        made = watch([], [], prompts, rows)
        seen_before += [each.seen for each in (await made.drift()).values()]
        for number in range(7):
            made.take(seen({"audit": 0.1}, BODY % number))
        await made.drain()
        await made.stop()

    assert seen_before == [7]
    assert (await watch([], [], prompts, rows).drift())["auto"].seen == 14
    assert "invoice" not in str(rows.kept)


async def test_too_few_prompts_to_compare_with_are_no_failure() -> None:
    audited: list[tuple[Seen, float]] = []
    made = watch(audited, [], ["only one"])
    made.take(seen({"audit": 0.1}))
    await made.drain()
    await made.stop()

    assert await made.drift() == {}
    assert len(audited) == 1
