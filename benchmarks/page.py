"""How heavy the page's first view is, and how soon a person can read it and press something.

    python -m benchmarks.page

A real Chromium opens the overview of a Freehold with two weeks behind it, each time with an empty cache, signed in by
its cookie. *Interactive*: the menu stands and can be pressed. *Read*: the numbers stand, the first chart is drawn. The
median counts. Chromium is needed, and ten seconds.
"""

from __future__ import annotations

import asyncio
import importlib
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 7
GOALS = {"interactive, ms": 1000.0, "read, ms": 1000.0, "transferred, KB": 300.0, "requests": 60.0}

_WEIGHT = """() => {
  const all = performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"));
  return [all.reduce((sum, each) => sum + each.transferSize, 0) / 1000, all.length];
}"""
_WATCH = """
  window.seen = {};
  const look = () => {
    if (!seen.menu && document.querySelector("nav a")) seen.menu = performance.now();
    const read = document.querySelector("dl.stats .value") && document.querySelector("canvas");
    if (!seen.read && read) seen.read = performance.now();
    if (!seen.read) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
"""


class Visit(NamedTuple):
    """One first visit: milliseconds since the page was asked for, kilobytes, requests."""

    interactive: float
    read: float
    kilobytes: float
    requests: float


async def visit(browser: Any, stage: Any, open_context: Any, cookies: Any) -> Visit:
    """Open the overview once with nothing in the cache."""
    context, _ = await open_context(browser, stage.url)
    await context.add_cookies(cookies)
    page = await context.new_page()
    await page.add_init_script(_WATCH)
    await page.goto(stage.url)
    await page.wait_for_function("() => window.seen.read")
    seen = await page.evaluate("window.seen")
    kilobytes, requests = await page.evaluate(_WEIGHT)
    await context.close()
    return Visit(seen["menu"], seen["read"], kilobytes, requests)


async def measure(stage: Any, folder: Path) -> list[Visit]:
    """Sign in once, then visit it again and again."""
    support = importlib.import_module("support.browser")
    async with support.launched(folder) as browser:
        context, _ = await support.open_context(browser, stage.url)
        page = await context.new_page()
        await page.goto(stage.url)
        await support.sign_in(page, stage.keys["admin"])
        cookies = await context.cookies()
        await context.close()
        return [await visit(browser, stage, support.open_context, cookies) for _ in range(ROUNDS)]


def main() -> int:
    """Entry; prints each median beside its goal, and returns 1 where one is missed."""
    sys.path.insert(0, str(ROOT / "tests"))  # The same Freehold and the same browser as the page's tests have.
    staged = importlib.import_module("support.stage").staged
    with tempfile.TemporaryDirectory() as folder, staged(Path(folder) / "stage") as stage:
        visits = asyncio.run(measure(stage, Path(folder)))
    missed = 0
    print(f"{'first view of the page':26} {'median':>8} {'worst':>8} {'goal':>8}")
    for (name, goal), values in zip(GOALS.items(), zip(*visits, strict=True), strict=True):
        median = statistics.median(values)
        missed += median > goal
        print(f"{name:26} {median:8.0f} {max(values):8.0f} {goal:8.0f}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
