from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from freehold.core.errors import NotFound
from freehold.http.app import App
from freehold.http.page import POLICY, Page
from support.asgi import Caller

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SCRIPT = b"export const answer = 42;\n" * 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ui = tmp_path / "ui"
    (ui / "views").mkdir(parents=True)
    (ui / "index.html").write_bytes(b"<!doctype html><title>Freehold</title>" + b" " * 400)
    (ui / "app.js").write_bytes(SCRIPT)
    (ui / "views" / "keys.js").write_bytes(b"export {};")
    (ui / "picture.png").write_bytes(b"\x89PNG" + bytes(500))
    (ui / "module.py").write_bytes(b"SECRET = 1")
    (ui / ".hidden.js").write_bytes(b"hidden")
    (tmp_path / "outside.js").write_bytes(b"outside")
    return ui


@pytest.fixture
def page(folder: Path) -> Page:
    return Page(folder)


async def get(page: Page, name: str | None = None, method: str = "GET", **headers: str) -> Caller:
    caller = Caller(method, headers={key.replace("_", "-"): value for key, value in headers.items()})
    if name is None:
        await page.front(caller.http, None)
    else:
        await page.file(caller.http, None, name)
    return caller


async def test_a_browser_gets_the_page_and_a_program_plain_text(page: Page) -> None:
    shown = await get(page, accept=BROWSER)
    assert shown.status == 200
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert shown.body.startswith(b"<!doctype html>")
    for accept in ("*/*", "text/html;q=0, */*", "application/json"):
        told = await get(page, accept=accept)
        assert told.headers["content-type"] == "text/plain; charset=utf-8"
        assert b"/api/openapi.json" in told.body
        assert "accept" in told.headers["vary"]


async def test_without_a_page_a_browser_gets_the_text(tmp_path: Path) -> None:
    assert b"/api/openapi.json" in (await get(Page(tmp_path), accept=BROWSER)).body


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("app.js", "text/javascript; charset=utf-8"),
        ("views/keys.js", "text/javascript; charset=utf-8"),
        ("picture.png", "image/png"),
        ("index.html", "text/html; charset=utf-8"),
    ],
)
async def test_a_file_comes_as_what_it_is(page: Page, folder: Path, name: str, kind: str) -> None:
    shown = await get(page, name)
    assert shown.headers["content-type"] == kind
    assert shown.body == (folder / name).read_bytes()
    assert shown.headers["content-length"] == str(len(shown.body))
    assert shown.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "name",
    [
        "../outside.js",
        "views/../../outside.js",
        "/etc/hosts.js",
        "..%2foutside.js",
        "views//keys.js",
        "./app.js",
        ".hidden.js",
        "module.py",
        "views",
        "app.js/",
        "app.js\0.png",
        "APP\\..\\..\\outside.js",
        "none.js",
        "",
    ],
)
async def test_nothing_else_is_served(page: Page, name: str) -> None:
    with pytest.raises(NotFound):
        await get(page, name)


async def test_every_answer_bears_the_policy(page: Page) -> None:
    etag = (await get(page, "app.js")).headers["etag"]
    answers = [
        await get(page, accept=BROWSER),
        await get(page),
        await get(page, "app.js"),
        await get(page, "app.js", if_none_match=etag),
    ]
    for shown in answers:
        assert {(name.encode(), value.encode()) for name, value in shown.headers.items()} >= set(POLICY)
    assert "unsafe" not in answers[0].headers["content-security-policy"]


async def test_a_file_goes_out_compressed_to_whoever_takes_that(page: Page) -> None:
    plain = await get(page, "app.js")
    packed = await get(page, "app.js", accept_encoding="deflate, gzip;q=1.0, br")
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < len(plain.body)
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "accept-encoding" in packed.headers["vary"]
    for refused in ("gzip;q=0", "br", "identity", "gzip; q=0.000"):
        assert "content-encoding" not in (await get(page, "app.js", accept_encoding=refused)).headers
    assert "content-encoding" not in (await get(page, "picture.png", accept_encoding="gzip")).headers


async def test_what_has_not_changed_is_not_sent_again(page: Page) -> None:
    first = await get(page, "app.js", accept_encoding="gzip")
    for named in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
        again = await get(page, "app.js", accept_encoding="gzip", if_none_match=named)
        assert again.status == 304
        assert again.body == b""
        assert again.headers["etag"] == first.headers["etag"]
    assert (await get(page, "app.js", if_none_match=first.headers["etag"])).status == 200  # its other coding


async def test_a_file_that_has_changed_is_read_again(page: Page, folder: Path) -> None:
    first = await get(page, "app.js")
    (folder / "app.js").write_bytes(b"export const answer = 43;\n")
    os.utime(folder / "app.js", ns=(10**18, 10**18))
    second = await get(page, "app.js", if_none_match=first.headers["etag"])
    assert second.status == 200
    assert second.body == b"export const answer = 43;\n"
    (folder / "app.js").unlink()
    with pytest.raises(NotFound):
        await get(page, "app.js")


async def test_head_says_the_same_without_the_body(page: Page) -> None:
    whole, head = await get(page, "app.js"), await get(page, "app.js", method="HEAD")
    assert head.headers == whole.headers
    assert head.body == b""


async def test_it_is_served_at_the_front(app: App) -> None:
    front = await Caller(path="/").ask(app)
    assert front.headers["content-type"].startswith("text/plain")
    assert b"/api/openapi.json" in front.body
    assert (await Caller(path="/ui/../__init__.py").ask(app)).status == 404
    assert (await Caller("POST", path="/ui/app.js").ask(app)).status == 405
