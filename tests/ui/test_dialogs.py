"""Dialogs that must be answered stay until they are, and what they show once can be taken along without TLS too."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from support.browser import sign_in
from support.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def made(page: Page, stage: Stage, name: str) -> Locator:
    """The dialog that shows the secret of a new key."""
    await page.goto(f"{stage.url}/#/keys")
    await page.get_by_role("button", name="New key").click()
    await page.get_by_role("dialog", name="New key").get_by_label("Name").fill(name)
    await page.get_by_role("button", name="Make the key").click()
    dialog = page.get_by_role("dialog", name=f"The key of {name}")
    await expect(dialog).to_be_visible()
    return dialog


async def test_what_is_shown_once_is_not_lost_to_escape(signed_in: Page, stage: Stage) -> None:
    dialog = await made(signed_in, stage, "pressed away")
    for _ in range(4):  # A browser lets a page keep a dialog only once, unless the person does something else between.
        await signed_in.keyboard.press("Escape")
    await expect(dialog).to_be_visible()
    await dialog.get_by_label("I have kept it").check()
    await dialog.get_by_role("button", name="Done").click()
    await expect(dialog).to_have_count(0)


async def test_escape_leaves_a_dialog_that_may_be_left(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/keys")
    for _ in range(3):
        await signed_in.get_by_role("button", name="New key").focus()
        await signed_in.keyboard.press("Enter")
        await expect(signed_in.get_by_role("dialog")).to_be_visible()
        await signed_in.keyboard.press("Escape")
        await expect(signed_in.get_by_role("dialog")).to_have_count(0)


async def test_a_secret_is_copied_where_there_is_no_clipboard(page: Page, stage: Stage) -> None:
    await page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    await page.reload()
    await sign_in(page, stage.keys["admin"])
    dialog = await made(page, stage, "copied")
    await dialog.get_by_role("button", name="Copy the key").click()
    await expect(dialog.get_by_role("button", name="Copied")).to_be_focused()
    secret = await dialog.locator("code").first.text_content()
    await dialog.get_by_label("I have kept it").check()
    await dialog.get_by_role("button", name="Done").click()
    await expect(dialog).to_have_count(0)
    # A field of the test's own: those of the page may be drawn anew between the focus and the key.
    await page.evaluate("document.body.append(document.createElement('textarea'))")
    field = page.locator("body > textarea")
    await field.focus()
    await page.keyboard.press("Control+v")
    await expect(field).to_have_value(secret or "no secret")
