"""Where a load test's requests go, and what that may cost."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.cli.asking import Aim, _others, aim, asking
from freehold.cli.errors import CommandFailed, UsedWrongly
from freehold.cli.reach import Where
from freehold.core.errors import AttemptFailed
from support.live import Live, freehold
from support.metronome import Metronome
from support.upstream import CLOSE, chunked, frames, whole


def aimed(name: str, *, model: str | None = None, key_variable: str | None = None, own: bool = False) -> Aim:
    return aim(name, model=model, key_variable=key_variable, own=own, where=Where())


def test_an_address_near_by_costs_nothing() -> None:
    for url in ("http://127.0.0.1:8000/v1", "http://10.1.2.3/v1/", "http://gpu-box:8000/v1", "http://box.local/v1"):
        found = aimed(url, model="m")
        assert found.unpriced == ""
        assert found.target.base_url == url.rstrip("/")
        assert (found.usd_prompt, found.usd_answer) == (0, 0)


@pytest.mark.parametrize("host", ["127.9.9.9", "172.31.0.1", "169.254.1.1", "[::1]", "[fd00::7]", "[fe80::1%25eth0]"])
def test_near_by_are_loopback_private_and_link_local_networks(host: str) -> None:
    assert aimed(f"http://{host}:8000/v1", model="m").unpriced == ""


@pytest.mark.parametrize(
    "host", ["203.0.113.9", "192.0.2.1", "198.18.0.1", "172.32.0.1", "240.0.0.1", "[2001:db8::1]", "8.8.8.8"]
)
def test_an_address_for_documentation_is_far_away(host: str) -> None:
    assert "is not on this machine" in aimed(f"http://{host}/v1", model="m").unpriced


def test_an_address_far_away_may_cost_and_it_has_to_be_said_that_it_does_not() -> None:
    far = "https://api.example.com/v1"
    assert "api.example.com is not on this machine" in aimed(far, model="m").unpriced
    assert aimed(far, model="m", own=True).unpriced == ""


@pytest.mark.parametrize(
    "url", ["ftp://box/v1", "http://", "http://user:word@box/v1", "http://box/v1?key=1", "http://[/v1"]
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(UsedWrongly, match="no address of a server"):
        aimed(url, model="m")


def test_an_address_needs_a_model() -> None:
    with pytest.raises(UsedWrongly, match="--model"):
        aimed("http://127.0.0.1:8000/v1")


def test_a_key_comes_from_the_environment_and_shows_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsedWrongly, match="BOX_KEY is not set"):
        aimed("http://box/v1", model="m", key_variable="BOX_KEY")
    monkeypatch.setenv("BOX_KEY", "not-for-your-eyes")
    found = aimed("http://box/v1", model="m", key_variable="BOX_KEY")
    assert found.target.api_key is not None
    assert found.target.auth == "bearer"
    assert "not-for-your-eyes" not in repr(found)


def test_a_name_needs_no_model() -> None:
    with pytest.raises(UsedWrongly, match="for an address"):
        aimed("gpu-box", model="m")


def test_no_freehold_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEHOLD_DATA_DIR", str(folder / "none"))
    with pytest.raises(CommandFailed, match="no Freehold runs here"):
        aimed("gpu-box")


def test_a_target_of_a_running_freehold(found: Live) -> None:
    home = aimed("home")
    assert home.target.base_url == f"{found.url}/v1"
    assert home.model == "say:Four score and seven"
    assert home.unpriced == ""
    with pytest.raises(CommandFailed, match=r"no target is called 'hone'; there are away, breaks, fails, home$"):
        aimed("hone")


def test_the_address_and_key_of_the_environment_come_first(running: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEHOLD_URL", running.url)
    with pytest.raises(UsedWrongly, match="FREEHOLD_KEY is not"):
        aimed("home")
    monkeypatch.setenv("FREEHOLD_KEY", running.key)
    assert aimed("home").target.base_url == f"{running.url}/v1"


PRICED = """\
[[target]]
name = "dear"
base_url = "http://127.0.0.1:9/v1"
model = "m"
owned = false
price = { input = 2.50, output = 10.00 }

[[target]]
name = "unknown"
base_url = "http://127.0.0.1:9/v1"
model = "nobody-has-a-price-for-it"
owned = false
"""


def test_a_price_is_the_configurations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "freehold.toml").write_text(PRICED)
    with freehold(tmp_path) as live:
        monkeypatch.setenv("FREEHOLD_DATA_DIR", str(live.data))
        dear, unknown = aimed("dear"), aimed("unknown")
    assert (dear.usd_prompt, dear.usd_answer) == (pytest.approx(2.5e-6), pytest.approx(1e-5))
    assert dear.unpriced == ""
    assert "the price of unknown is not known" in unknown.unpriced


@pytest.mark.parametrize("counts", [True, False])
async def test_an_answer_is_timed_token_by_token(counts: bool) -> None:
    async with (
        Metronome(first_s=0.05, word_s=0.0, gap_s=0.01, counts=counts) as server,
        asking(aimed(server.url, model="m").target) as ask,
    ):
        seen = await ask("one two three", 11)
    assert (seen.prompt_tokens, seen.answer_tokens) == (3, 11)
    assert seen.doubt == ("" if counts else "it does not count tokens")
    # Sleeping is never too short, and a busy machine may make it much longer.
    assert 0.05 <= seen.ttft_s < 1
    assert 0.01 <= seen.tpot_s < 0.2


@pytest.mark.parametrize("usage", [(30, 110), (3, 0), (-3, -11), (0, 11)])
async def test_counts_that_cannot_be_are_set_aside(usage: tuple[int, int]) -> None:
    prompt, answer = usage
    told = {"prompt_tokens": prompt * 20, "completion_tokens": answer, "total_tokens": prompt * 20 + answer}
    server = Metronome()
    server.scripts["m"] = lambda asked: chunked(
        *frames(*({"choices": [{"index": 0, "delta": {"content": "tick "}}]} for _ in range(11))),
        *frames({"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]}, {"choices": [], "usage": told}),
        b"data: [DONE]\n\n",
    )
    async with server, asking(aimed(server.url, model="m").target) as ask:
        seen = await ask("one two three", 11)
    assert (seen.prompt_tokens, seen.answer_tokens) == (3, 11)
    assert "it counts" in seen.doubt


async def test_what_fails_says_how() -> None:
    server = Metronome()
    server.scripts["m"] = lambda _asked: [*whole(b'{"error": {"message": "out of memory"}}', 500), CLOSE]
    async with server, asking(aimed(server.url, model="m").target) as ask:
        with pytest.raises(AttemptFailed, match="out of memory"):
            await ask("one", 5)


async def test_an_answer_without_a_word_is_none() -> None:
    server = Metronome()
    server.scripts["m"] = lambda asked: whole(b'{"choices": [], "object": "chat.completion"}')
    async with server, asking(aimed(server.url, model="m").target) as ask:
        with pytest.raises(AttemptFailed):
            await ask("one", 5)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "there are none"),
        (["box"], "there is box"),
        (["box", "paid"], "there are box, paid"),
        ([f"gpu-{number}" for number in range(30)] + ["home"], "there are 31, among them home"),
    ],
)
def test_the_names_that_there_are(names: list[str], said: str) -> None:
    assert _others("hone", names) == said
