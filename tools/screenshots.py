"""Pictures of the page for the docs, taken in a real browser of a Freehold with two weeks behind it.

    python -m tools.screenshots              all of them, into docs/assets
    python -m tools.screenshots overview     those whose name begins so; plan-report is the planner's

The data is made up and the same each time; only its dates move. Chromium is needed.
"""

from __future__ import annotations

import asyncio
import datetime
import importlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "docs" / "assets"
_SETTLED = "() => !document.querySelector('.loading') && document.querySelector('h1')"


Act = Callable[[Any], Awaitable[None]]


async def converse(page: Any) -> None:
    """Ask one target from documents, then two side by side."""
    await page.get_by_label("Documents").select_option("chosen")
    await page.get_by_role("checkbox", name="handbook").check()
    await ask(page, "local/qwen3-8b", "How many days of paid leave do employees have?")
    await page.get_by_label("Side by side with another").check()
    await page.get_by_label("And ask").select_option("gpt-5")
    await ask(page, "local/qwen3-8b", "What must be done before notice is given?")
    await page.evaluate("scrollTo(0, 0)")


async def ask(page: Any, model: str, text: str) -> None:
    """Ask, and wait for all answers to have their numbers."""
    await page.get_by_label("Ask", exact=True).select_option(model)
    await page.get_by_label("Your question").fill(text)
    await page.get_by_label("Your question").press("Enter")
    await page.locator(".turn").last.locator(".reply .why").last.wait_for()


async def explain(page: Any) -> None:
    """Ask who would answer a question that names somebody."""
    await page.get_by_label("A question").fill("Write to ada.lovelace@example.org about her claim.")
    await page.get_by_role("button", name="Explain").click()
    await page.locator(".explained").scroll_into_view_if_needed()


async def search(page: Any) -> None:
    """Find a passage."""
    await page.get_by_label("What to find").fill("How many days of paid leave do employees have?")
    await page.get_by_label("What to find").press("Enter")
    await page.locator(".hit").first.wait_for()


async def limit(page: Any) -> None:
    """Set a budget on a target outside, and one on a route."""
    for scope, subject, amount, period in (("target", "gpt-5", "0.002", "day"), ("route", "auto", "250", "month")):
        await page.get_by_role("button", name="Set a budget").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Of", exact=True).select_option(scope)
        await dialog.get_by_label("Which").select_option(subject)
        await dialog.get_by_label("US dollars").fill(amount)
        await dialog.get_by_label("In", exact=True).select_option(period)
        await dialog.get_by_role("button", name="Set it").click()
        await dialog.wait_for(state="detached")
    await page.locator(".toast").wait_for(state="detached")


class Shown(NamedTuple):
    """What a picture is taken of: where it is, with which keys, and requests worth opening, by what there is to see."""

    url: str
    keys: dict[str, str]
    requests: dict[str, str]


class Picture(NamedTuple):
    """One picture: of which place, after what was done there, in which theme, by a window of which size."""

    name: str
    place: str
    theme: str = "light"
    width: int = 1280
    height: int = 900
    act: Act | None = None


PICTURES = (
    Picture("overview-light", "overview?range=7d"),
    Picture("overview-dark", "overview?range=7d", theme="dark"),
    Picture("overview-phone", "overview?range=7d", width=390, height=844),
    Picture("requests", "requests"),
    Picture("request", "requests/{escalated}", height=1200),
    Picture("playground", "playground", height=1060, act=converse),
    Picture("knowledge", "knowledge", height=680, act=search),
    Picture("targets", "targets", height=1200, act=explain),
    Picture("quality", "quality", height=1500),
    Picture("plan", "plan?scenario=moderate", height=1500),
    Picture("keys", "keys", act=limit),
)


REPORT = "plan-report"
"""The picture that is not of the page."""
QUALITY = "quality"
"""The picture that is of what the tutorial of evaluations makes, rather than of the stage."""
_TUTORIAL = "docs/tutorial/evaluate.md"
_LAST = "freehold eval compare gpt-4 sums"
"""The step of the tutorial after which it is taken."""


async def take(picture: Picture, browser: Any, stage: Any, open_context: Any) -> None:
    """Sign in, go there, wait until it stands still, and write ``page-NAME.png``."""
    size = {"width": picture.width, "height": picture.height}
    context, _ = await open_context(browser, stage.url, viewport=size, color_scheme=picture.theme)
    page = await context.new_page()
    await page.goto(stage.url)
    await page.get_by_label("Key").fill(stage.keys["admin"])
    await page.get_by_label("Key").press("Enter")
    await page.get_by_role("heading", level=1).get_by_text("Overview").wait_for()
    await page.goto(f"{stage.url}/#/{picture.place.format(**stage.requests)}")
    await page.wait_for_timeout(500)
    await page.wait_for_function(_SETTLED)
    if picture.act is not None:
        await picture.act(page)
    await page.wait_for_timeout(1000)
    await page.screenshot(path=ASSETS / f"page-{picture.name}.png", animations="disabled")
    await context.close()


def take_quality(folder: Path) -> None:
    """What the tutorial's reader has on the page once the cascade is calibrated and compared."""
    live, markdown = (importlib.import_module(f"support.{name}") for name in ("live", "markdown"))
    (folder / "examples").symlink_to(ROOT / "examples")
    blocks = markdown.blocks((ROOT / _TUTORIAL).read_text())
    config = next(each for each in blocks if each.file == "freehold.toml")
    (folder / config.file).write_text(config.text)
    commands = [step.command for block in blocks if block.language == "console" for step in markdown.steps(block)]
    until = next(place for place, command in enumerate(commands) if command.startswith(_LAST))
    with live.freehold(folder / ".freehold", cwd=folder) as running:
        own = {"FREEHOLD_URL": running.url, "FREEHOLD_KEY": running.key, "FREEHOLD_DATA_DIR": str(running.data)}
        path = f"{live.COMMANDS}{os.pathsep}{os.environ['PATH']}"
        for command in commands[1 : until + 1]:  # the first is the one that runs already
            subprocess.run(["/bin/sh", "-c", command], cwd=folder, env={**os.environ, **own, "PATH": path}, check=True)
        stage = Shown(running.url, {"admin": running.key}, {})
        asyncio.run(take_all([each for each in PICTURES if each.name == QUALITY], stage, folder / "browser"))


async def take_all(chosen: list[Picture], stage: Any, folder: Path) -> None:
    """Take them one after another, in one browser."""
    support = importlib.import_module("support.browser")
    async with support.launched(folder) as browser:
        for picture in chosen:
            await take(picture, browser, stage, support.open_context)
            print(ASSETS / f"page-{picture.name}.png")


async def take_report(folder: Path) -> None:
    """The first screens of the moderate scenario's report, as ``plan-report.png``."""
    page_of, planned, read = (
        importlib.import_module(f"freehold.plan.{name}") for name in ("report.html", "planner", "scenario_file")
    )
    now = datetime.datetime.now(datetime.UTC)
    scenario = read.read(ROOT / "examples" / "plan" / "moderate.toml", today=now.date())
    report = folder / "report.html"
    report.write_text(page_of.html(planned.plan(scenario, now=now)), encoding="utf-8")
    async with importlib.import_module("support.browser").launched(folder / "browser") as browser:
        page = await browser.new_page(viewport={"width": 1000, "height": 1500}, color_scheme="light")
        await page.goto(report.as_uri())
        await page.screenshot(path=ASSETS / "plan-report.png", animations="disabled")
    print(ASSETS / "plan-report.png")


def main(names: list[str]) -> int:
    """Entry; returns the exit code."""
    chosen = [each for each in PICTURES if not names or each.name.startswith(tuple(names))]
    report = not names or REPORT.startswith(tuple(names))
    if not chosen and not report:
        known = ", ".join([*(each.name for each in PICTURES), REPORT])
        print(f"there is no such picture; there are {known}", file=sys.stderr)
        return 2
    sys.path.insert(0, str(ROOT / "tests"))  # What the page's tests stand on is what its pictures show.
    if report:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(take_report(Path(folder)))
    if any(each.name == QUALITY for each in chosen):
        with tempfile.TemporaryDirectory() as folder:
            take_quality(Path(folder))
    chosen = [each for each in chosen if each.name != QUALITY]
    if not chosen:
        return 0
    staged = importlib.import_module("support.stage").staged
    with tempfile.TemporaryDirectory() as folder, staged(Path(folder) / "stage", hostile=False) as stage:
        asyncio.run(take_all(chosen, stage, Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
