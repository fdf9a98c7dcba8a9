"""Keys and budgets: a key made once, shown once, limited, changed, renewed, revoked; and what its holder sees."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from support.browser import Watch, sign_in, sign_out
from support.stage import IMAGE, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def told(stage: Stage, path: str, key: str | None = None) -> Any:
    """What the API says, for a test to compare with."""
    more = {} if key is None else {"key": key}
    return await asyncio.to_thread(stage.server.ask, "GET", path, **more)


async def named(stage: Stage, name: str) -> list[Any]:
    return [row for row in (await told(stage, "/api/keys")).json["data"] if row["name"] == name]


async def secret(page: Page) -> str:
    """Read the secret that is shown, and close it as one who has kept it."""
    dialog = page.get_by_role("dialog")
    found = await dialog.locator("code").first.text_content()
    await expect(dialog.get_by_role("button", name="Done")).to_be_disabled()
    await dialog.get_by_label("I have kept it").check()
    await dialog.get_by_role("button", name="Done").click()
    await expect(dialog).to_have_count(0)
    return found or ""


async def opened(page: Page, stage: Stage, name: str) -> dict[str, Any]:
    """The page of a key of this name, which is made for it."""
    row = await asyncio.to_thread(stage.server.new_key, name)
    await page.goto(f"{stage.url}/#/keys/{row['id']}")
    await expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    return row


async def confirmed(page: Page, action: str) -> Locator:
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name=action).dblclick()
    return dialog


async def test_a_double_click_makes_one_key_which_is_shown_once(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/keys")
    await signed_in.get_by_role("button", name="New key").click()
    dialog = signed_in.get_by_role("dialog", name="New key")
    await dialog.get_by_label("Name").fill("billing service")
    await dialog.get_by_label("Label of what it asks").select_option("confidential")
    await dialog.get_by_label("May ask").select_option("some")
    await dialog.get_by_role("checkbox", name="auto", exact=True).check()
    await dialog.get_by_text("Limits").click()
    await dialog.get_by_label("Budget, in US dollars").fill("25")
    await dialog.get_by_label("In", exact=True).select_option("week")
    await dialog.get_by_label("Requests a minute").fill("60")
    await dialog.get_by_role("button", name="Make the key").dblclick()
    found = await secret(signed_in)
    [row] = await named(stage, "billing service")
    assert (row["label"], row["models"]) == ("confidential", ["auto"])
    assert (await told(stage, "/v1/models", found)).status == 200
    assert found not in await signed_in.content()
    [budget] = [each for each in (await told(stage, "/api/budgets")).json["data"] if each["subject"] == row["id"]]
    assert (budget["amount"], budget["period"], budget["warn_at"]) == ("25", "week", 0.8)
    [rate] = [each for each in (await told(stage, "/api/rates")).json["data"] if each["subject"] == row["id"]]
    assert rate["requests"] == 60
    shown = signed_in.get_by_role("listitem").filter(has_text="billing service")
    await expect(shown.first).to_contain_text("$25.00 left")


async def test_a_key_without_a_good_name_is_refused_and_nothing_typed_is_lost(
    signed_in: Page, stage: Stage, watch: tuple[BrowserContext, Watch]
) -> None:
    watch[1].allowed.append("400 (Bad Request)")
    await signed_in.goto(f"{stage.url}/#/keys")
    await signed_in.get_by_role("button", name="New key").click()
    dialog = signed_in.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Make the key")).to_be_disabled()
    await dialog.get_by_label("Name").fill("a\u200bb")
    await dialog.get_by_role("button", name="Make the key").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("a key needs a name")
    await expect(dialog.get_by_label("Name")).to_have_value("a\u200bb")


async def test_what_a_key_may_is_changed(signed_in: Page, stage: Stage) -> None:
    row = await opened(signed_in, stage, "to be changed")
    await signed_in.get_by_role("button", name="Change").click()
    dialog = signed_in.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Save")).to_be_disabled()
    await dialog.get_by_label("Team").fill("legal")
    await dialog.get_by_label("Role").select_option("viewer")
    await dialog.get_by_role("button", name="Save").click()
    await expect(signed_in.locator(".facts").first).to_contain_text("legal")
    [now] = [each for each in (await told(stage, "/api/keys")).json["data"] if each["id"] == row["id"]]
    assert (now["team"], now["role"], now["label"]) == ("legal", "viewer", row["label"])


async def test_a_new_secret_ends_the_old_one(signed_in: Page, stage: Stage) -> None:
    row = await opened(signed_in, stage, "to be renewed")
    await signed_in.get_by_role("button", name="New secret").click()
    await confirmed(signed_in, "Make a new secret")
    fresh = await secret(signed_in)
    assert (await told(stage, "/v1/models", fresh)).status == 200
    assert (await told(stage, "/v1/models", row["key"])).status == 401


async def test_a_revoked_key_is_done(signed_in: Page, stage: Stage) -> None:
    row = await opened(signed_in, stage, "to be revoked")
    await signed_in.get_by_role("button", name="Revoke").click()
    dialog = signed_in.get_by_role("dialog")
    await expect(dialog).to_contain_text("to be revoked ends at once and for good")
    await confirmed(signed_in, "Revoke for good")
    await expect(signed_in.get_by_role("heading", name="Keys and budgets", level=1)).to_be_visible()
    table = signed_in.get_by_role("table", name="Keys")
    await expect(table.get_by_role("row").filter(has_text="to be revoked")).to_have_count(0)
    assert (await told(stage, "/v1/models", row["key"])).status == 401
    await signed_in.get_by_label(re.compile("that ended")).check()
    await expect(table.get_by_role("row").filter(has_text="to be revoked")).to_contain_text("revoked")


async def test_the_last_admin_cannot_be_taken_away(
    signed_in: Page, stage: Stage, watch: tuple[BrowserContext, Watch]
) -> None:
    watch[1].allowed.append("409 (Conflict)")
    [admin] = [row for row in (await told(stage, "/api/keys")).json["data"] if row["role"] == "admin"]
    await signed_in.goto(f"{stage.url}/#/keys/{admin['id']}")
    await signed_in.get_by_role("button", name="Revoke").click()
    dialog = signed_in.get_by_role("dialog")
    await expect(dialog).to_contain_text("You are signed in with it")
    await dialog.get_by_role("button", name="Revoke for good").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("is the last admin key")


async def test_a_budget_is_set_changed_seen_and_removed(signed_in: Page, stage: Stage) -> None:
    row = await opened(signed_in, stage, "spender")
    await signed_in.get_by_role("button", name="Set a budget").click()
    dialog = signed_in.get_by_role("dialog")
    await dialog.get_by_label("US dollars").fill("ten")
    await expect(dialog.get_by_text("An amount such as 25 or 0.10.")).to_be_visible()
    await expect(dialog.get_by_role("button", name="Set it")).to_be_disabled()
    await dialog.get_by_label("US dollars").fill("5")
    await dialog.get_by_label("In", exact=True).select_option("day")
    await dialog.get_by_label("Once it is spent").select_option("owned")
    await dialog.get_by_role("button", name="Set it").dblclick()
    limit = signed_in.locator(".limit")
    await expect(limit).to_contain_text("$0 spent of $5.00 (0%), $5.00 left")
    await expect(limit).to_contain_text("targets at home go on")
    asked = await asyncio.to_thread(stage.server.chat, "What of notice?", "gpt-5", key=row["key"])
    assert asked.status == 200
    await signed_in.reload()
    await expect(limit).not_to_contain_text("$0 spent")
    await signed_in.get_by_role("button", name="Change the budget of spender for a day").click()
    await dialog.get_by_label("US dollars").fill("7.50")
    await dialog.get_by_role("button", name="Set it").click()
    await expect(limit).to_contain_text("of $7.50")
    await signed_in.get_by_role("button", name="Remove the budget of spender for a day").click()
    await expect(dialog).to_contain_text("hold spender to $7.50 a day")
    await dialog.get_by_role("button", name="Remove the budget").click()
    await expect(signed_in.get_by_role("heading", name="No budget")).to_be_visible()


async def test_a_keys_name_is_text_whatever_it_is(signed_in: Page, stage: Stage) -> None:
    [row] = await named(stage, IMAGE)
    await signed_in.goto(f"{stage.url}/#/keys")
    await expect(signed_in.get_by_role("table", name="Keys")).to_contain_text(IMAGE)
    await signed_in.goto(f"{stage.url}/#/keys/{row['id']}")
    await expect(signed_in.get_by_role("heading", level=1)).to_have_text(IMAGE)
    await expect(signed_in.locator("main img, main script")).to_have_count(0)


async def test_a_holder_sees_their_own_key_and_a_viewer_changes_none(page: Page, stage: Stage) -> None:
    await sign_in(page, stage.keys["user"])
    await page.goto(f"{stage.url}/#/keys")
    await expect(page.get_by_role("heading", name="Your key", level=1)).to_be_visible()
    await expect(page.locator(".facts")).to_contain_text("staff")
    await expect(page.get_by_role("table", name="Keys")).to_have_count(0)
    await sign_out(page)
    await sign_in(page, stage.keys["viewer"])
    await page.goto(f"{stage.url}/#/keys")
    await expect(page.get_by_role("table", name="Keys")).to_be_visible()
    for name in ("New key", "Set a budget", "Set a rate"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)
