"""What the page weighs, what it is made of, and that it asks nobody else for anything."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from support.browser import sign_in
from support.stage import Stage

UI = Path(__file__).parents[2] / "src" / "freehold" / "ui"
MOST = 300_000
"""Bytes that the first view may transfer."""

_WEIGHT = """performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"))
    .reduce((sum, each) => sum + each.transferSize, 0)"""


@pytest.mark.asyncio(loop_scope="session")
async def test_the_first_view_is_light(page: Page, stage: Stage) -> None:
    await sign_in(page, stage.keys["admin"])
    await expect(page.locator("canvas").first).to_be_visible()
    assert 0 < await page.evaluate(_WEIGHT) < MOST


def test_published_files_are_as_they_were_published() -> None:
    rows = re.findall(r"\| `([^`]+)` \| .* \| `([0-9a-f]{64})` \|", (UI / "vendor" / "README.md").read_text())
    assert {name for name, _ in rows} == {
        each.name for each in (UI / "vendor").iterdir() if each.suffix in (".js", ".css")
    }
    for name, digest in rows:
        assert hashlib.sha256((UI / "vendor" / name).read_bytes()).hexdigest() == digest


def test_every_import_is_a_file_of_the_page() -> None:
    imports = re.compile(r'^(?:import|export)\b[^;]*?from "([^"]+)"|\bimport\("([^"]+)"\)', re.MULTILINE)
    for module in UI.rglob("*.js"):
        if module.parent.name == "vendor":
            continue
        for found in imports.finditer(module.read_text()):
            path = found[1] or found[2]
            assert path.startswith("."), f"{module.name} imports {path}, which a browser cannot resolve"
            assert (module.parent / path).is_file(), f"{module.name} imports {path}, which is not there"


def needed(*begins: str) -> set[str]:
    """These modules and all that they import, and those import, by their paths."""
    found: set[str] = set()
    waiting = [UI / name for name in begins]
    while waiting:
        module = waiting.pop()
        if (name := module.relative_to(UI).as_posix()) not in found:
            found.add(name)
            imported = re.findall(r'^(?:import|export)\s[^;]*?from "([^"]+)"', module.read_text(), re.MULTILINE)
            waiting += [(module.parent / path).resolve() for path in imported]
    return found


def test_what_the_first_view_needs_is_asked_for_at_once() -> None:
    preloaded = set(re.findall(r'rel="modulepreload" href="/ui/([^"]+)"', (UI / "index.html").read_text()))
    assert preloaded == needed("app.js", "views/overview.js") - {"app.js"}


def test_no_module_writes_html_as_text_or_names_a_colour() -> None:
    for module in [*UI.glob("*.js"), *UI.glob("parts/*.js"), *UI.glob("views/**/*.js")]:
        text = module.read_text()
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text), (
            module
        )
        assert not re.search(r"""["'`]#[0-9a-fA-F]{3,8}["'`]|rgba?\(""", text), module
