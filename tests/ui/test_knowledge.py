"""Knowledge: collections, files on their way in, labels, removal, search, and a document at the cited words."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import BrowserContext, FilePayload, Locator, Page, Route, expect

from support.browser import Watch, sign_in
from support.stage import IMAGE, SCRIPT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


async def make(page: Page, stage: Stage, name: str) -> None:
    """A new collection, opened."""
    await page.goto(f"{stage.url}/#/knowledge")
    await page.get_by_role("button", name="New collection").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill(name)
    await dialog.get_by_role("button", name="Make it").click()
    await expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    await expect(page.get_by_role("heading", name="Nothing in it yet")).to_be_visible()


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("table").get_by_role("row").filter(has_text=name)


async def test_files_go_in_and_one_that_cannot_be_read_says_why(signed_in: Page, stage: Stage) -> None:
    await make(signed_in, stage, "letters")
    good = file("sick-leave.md", b"# Sick leave\n\nSick leave is paid for six weeks.\n")
    async with signed_in.expect_file_chooser() as chooser:
        await signed_in.get_by_role("button", name="Choose files").press("Enter")
    await (await chooser.value).set_files([good, file("scan.pdf", b"%PDF-1.4 this is none")])
    await expect(signed_in.get_by_text("1 added, 1 failed")).to_be_visible()
    failed = signed_in.get_by_role("listitem").filter(has_text="scan.pdf")
    await expect(failed).to_contain_text("damaged")
    await expect(signed_in.get_by_role("alert")).to_contain_text("scan.pdf")
    await expect(row(signed_in, "sick-leave.md")).to_contain_text("confidential")
    await signed_in.get_by_role("button", name="Close this list").click()
    await expect(failed).to_have_count(0)


async def test_a_document_gets_another_label_and_goes_when_it_is_named(signed_in: Page, stage: Stage) -> None:
    await make(signed_in, stage, "notes")
    given = [file("one.md", b"The first note."), file("two.md", b"The second note.")]
    await signed_in.locator("input[type=file]").set_input_files(given)
    await expect(signed_in.get_by_text("2 added")).to_be_visible()
    await signed_in.get_by_role("button", name="Label and groups of one.md").click()
    dialog = signed_in.get_by_role("dialog")
    await dialog.get_by_label("Label", exact=True).select_option("restricted")
    await dialog.get_by_role("checkbox", name="eu").check()
    await dialog.get_by_label("Groups that may read it").fill("staff, board")
    await dialog.get_by_role("button", name="Save").click()
    await expect(row(signed_in, "one.md")).to_contain_text("restricted")
    await expect(row(signed_in, "one.md")).to_contain_text("board, staff")
    await signed_in.get_by_role("button", name="Remove two.md").click()
    await expect(dialog).to_contain_text("two.md is removed from notes")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(row(signed_in, "two.md")).to_be_visible()
    await signed_in.get_by_role("button", name="Remove two.md").click()
    await dialog.get_by_role("button", name="Remove", exact=True).dblclick()
    await expect(row(signed_in, "two.md")).to_have_count(0)
    await expect(row(signed_in, "one.md")).to_be_visible()


async def test_what_is_being_typed_outlives_a_file_that_is_read(signed_in: Page, stage: Stage) -> None:
    await make(signed_in, stage, "minutes")
    choose = signed_in.locator("input[type=file]")
    await choose.set_input_files([file("one.md", b"The first minutes.")])
    await expect(row(signed_in, "one.md")).to_be_visible()
    await signed_in.get_by_role("button", name="Close this list").click()
    go_on = asyncio.Event()

    async def late(route: Route) -> None:
        await go_on.wait()
        await route.continue_()

    await signed_in.route("**/api/jobs/*", late)
    await choose.set_input_files([file("two.md", b"The second minutes.")])
    await signed_in.get_by_role("button", name="Label and groups of one.md").click()
    groups = signed_in.get_by_role("dialog").get_by_label("Groups")
    await groups.fill("legal")
    go_on.set()
    await expect(signed_in.get_by_text("two.md").last).to_be_attached()
    await expect(signed_in.locator("table tr").filter(has_text="two.md")).to_have_count(1)
    await expect(groups).to_have_value("legal")


async def test_a_group_that_cannot_be_one_is_refused_in_the_dialog(
    signed_in: Page, stage: Stage, watch: tuple[BrowserContext, Watch]
) -> None:
    watch[1].allowed.append("400 (Bad Request)")
    await signed_in.goto(f"{stage.url}/#/knowledge/handbook")
    await signed_in.get_by_role("button", name="Label and groups of leave-and-notice.md").click()
    dialog = signed_in.get_by_role("dialog")
    await dialog.get_by_label("Groups that may read it").fill("all the staff")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("cannot be a group")
    await expect(dialog.get_by_label("Groups that may read it")).to_have_value("all the staff")


async def test_a_collection_goes_with_its_documents(signed_in: Page, stage: Stage) -> None:
    await make(signed_in, stage, "passing")
    await signed_in.locator("input[type=file]").set_input_files([file("one.md", b"A note.")])
    await expect(signed_in.get_by_text("1 added")).to_be_visible()
    await signed_in.get_by_role("button", name="Remove", exact=True).click()
    dialog = signed_in.get_by_role("dialog")
    await expect(dialog).to_contain_text("passing is removed with 1 document")
    await dialog.get_by_role("button", name="Remove all of it").click()
    await expect(signed_in.get_by_role("heading", name="Knowledge", level=1)).to_be_visible()
    await expect(row(signed_in, "passing")).to_have_count(0)


async def test_a_search_says_how_well_and_opens_at_the_passage(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/knowledge/handbook")
    await signed_in.get_by_label("What to find").fill("days of paid leave")
    await signed_in.get_by_label("What to find").press("Enter")
    first = signed_in.locator(".hit").first
    await expect(first).to_contain_text("27 days of paid leave")
    await expect(first).to_contain_text("score")
    await expect(first).to_contain_text("by words #1")
    await first.get_by_role("link").click()
    await expect(signed_in.locator("mark")).to_contain_text("27 days of paid leave")
    await signed_in.go_back()
    await expect(signed_in.get_by_label("What to find")).to_have_value("days of paid leave")


async def test_a_link_to_a_passage_that_is_no_more_says_so(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/knowledge/handbook")
    await signed_in.get_by_role("link", name="leave-and-notice.md").click()
    await expect(signed_in.locator(".document-words")).to_contain_text("works council")
    place = await signed_in.evaluate("location.hash")
    await signed_in.goto(f"{stage.url}/{place}?version=1&start=3&end=9&digest={'0' * 64}")
    await expect(signed_in.get_by_text("holds the words no more")).to_be_visible()
    await expect(signed_in.locator("mark")).to_have_count(0)


async def test_a_title_is_text_whatever_it_is(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/knowledge/handbook")
    hostile = row(signed_in, f"{IMAGE}.md")
    await expect(hostile).to_contain_text(SCRIPT)
    await hostile.get_by_role("link").click()
    await expect(signed_in.get_by_role("heading", level=1)).to_have_text(SCRIPT)
    await expect(signed_in.locator("main img, main script")).to_have_count(0)


async def test_what_does_not_exist_is_said_kindly(
    signed_in: Page, stage: Stage, watch: tuple[BrowserContext, Watch]
) -> None:
    watch[1].allowed.append("404 (Not Found)")
    await signed_in.goto(f"{stage.url}/#/knowledge/nowhere")
    await expect(signed_in.get_by_role("heading", name="There is no such collection")).to_be_visible()
    await signed_in.goto(f"{stage.url}/#/knowledge/handbook/documents/doc_none")
    await expect(signed_in.get_by_role("heading", name="There is no such document")).to_be_visible()


async def test_who_only_reads_is_shown_nothing_to_change(page: Page, stage: Stage) -> None:
    await sign_in(page, stage.keys["user"])
    await page.goto(f"{stage.url}/#/knowledge")
    await expect(row(page, "handbook")).to_be_visible()
    await expect(page.get_by_role("button", name="New collection")).to_have_count(0)
    await row(page, "handbook").get_by_role("link").click()
    await expect(row(page, "leave-and-notice.md")).to_be_visible()
    for name in ("Choose files", "Remove", "Label and groups"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)


async def test_where_documents_are_not_to_be_had_that_is_said(
    signed_in: Page, stage: Stage, watch: tuple[BrowserContext, Watch]
) -> None:
    watch[1].allowed.append("403 (Forbidden)")
    refusal = {"error": {"message": "this needs another key", "code": "forbidden"}}
    await signed_in.route("**/api/collections", lambda route: route.fulfill(status=403, json=refusal))
    await signed_in.goto(f"{stage.url}/#/knowledge")
    await expect(signed_in.get_by_text("Your key may not see documents here.")).to_be_visible()
    await signed_in.route("**/api/collections", lambda route: route.fulfill(json={"data": []}))
    await signed_in.reload()
    await expect(signed_in.get_by_role("heading", name="No documents yet")).to_be_visible()
