"""Pictures of the page for the docs, taken in a real browser of a Freehold with two weeks behind it.

    python -m tools.screenshots              all of them, into docs/assets
    python -m tools.screenshots overview     those whose name begins so

The data is made up and the same each time; only its dates move. Chromium is needed.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "docs" / "assets"
_SETTLED = "() => !document.querySelector('.loading') && document.querySelector('h1')"


class Picture(NamedTuple):
    """One picture: of which place, in which theme, by a window of which size."""

    name: str
    place: str
    theme: str = "light"
    width: int = 1280
    height: int = 900


PICTURES = (
    Picture("overview-light", "overview?range=7d"),
    Picture("overview-dark", "overview?range=7d", theme="dark"),
    Picture("overview-phone", "overview?range=7d", width=390, height=844),
    Picture("requests", "requests"),
    Picture("request", "requests/{escalated}", height=1200),
    Picture("playground", "playground"),
    Picture("knowledge", "knowledge"),
    Picture("targets", "targets"),
    Picture("keys", "keys"),
)


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
    await page.wait_for_timeout(1000)
    await page.screenshot(path=ASSETS / f"page-{picture.name}.png", animations="disabled")
    await context.close()


async def take_all(chosen: list[Picture], stage: Any, folder: Path) -> None:
    """Take them one after another, in one browser."""
    support = importlib.import_module("support.browser")
    async with support.launched(folder) as browser:
        for picture in chosen:
            await take(picture, browser, stage, support.open_context)
            print(ASSETS / f"page-{picture.name}.png")


def main(names: list[str]) -> int:
    """Entry; returns the exit code."""
    chosen = [each for each in PICTURES if not names or each.name.startswith(tuple(names))]
    if not chosen:
        print(f"there is no such picture; there are {', '.join(each.name for each in PICTURES)}", file=sys.stderr)
        return 2
    sys.path.insert(0, str(ROOT / "tests"))  # What the page's tests stand on is what its pictures show.
    staged = importlib.import_module("support.stage").staged
    with tempfile.TemporaryDirectory() as folder, staged(Path(folder) / "stage", hostile=False) as stage:
        asyncio.run(take_all(chosen, stage, Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
