"""The overview: what a person reads in ten seconds, and what they do next."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from support.browser import Watch, sign_in
from support.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


def told(stage: Stage, **query: str) -> dict[str, Any]:
    """The totals that the API tells of a span."""
    answer = stage.server.ask("GET", f"/api/overview?{urlencode(query)}")
    assert answer.status == 200, answer.body
    return dict(answer.json["totals"])


async def test_the_numbers_are_those_of_the_api(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/overview?range=30d")
    figures = signed_in.locator("dl.stats .stat")
    await expect(figures).to_have_count(6)
    await expect(signed_in.get_by_text("The last 30 days, beside the 30 before")).to_be_visible()
    totals = told(stage, since=(datetime.now(UTC).date() - timedelta(days=29)).isoformat(), tz="UTC")
    await expect(figures.filter(has_text="Requests").locator(".value")).to_have_text(f"{totals['requests']:,}")
    home = re.compile(rf"{round(100 * float(str(totals['share_home'])))}(\.\d)?%")
    await expect(figures.filter(has_text="Answered at home").locator(".value")).to_have_text(home)
    await expect(figures.filter(has_text="Failures").locator(".value")).to_have_text(
        str(totals["failed"] + totals["lost"])
    )


async def test_what_was_lost_has_failed_wherever_that_is_counted(signed_in: Page, stage: Stage) -> None:
    async def told_otherwise(route: Route) -> None:
        answer = await (await route.fetch()).json()
        answer["totals"] |= {"requests": 40, "failed": 1, "lost": 3}
        await route.fulfill(json=answer)

    await signed_in.route("**/api/overview?*", told_otherwise)
    await signed_in.goto(f"{stage.url}/#/overview?range=30d")
    failures = signed_in.locator("dl.stats .stat").filter(has_text="Failures")
    await expect(failures.locator(".value")).to_have_text("4")
    await expect(signed_in.get_by_role("img", name=re.compile(r"^Requests\. .* and 4 failed"))).to_be_visible()
    await expect(signed_in.get_by_text("10% of requests failed in this span")).to_be_visible()


async def test_a_span_is_chosen_and_stays_in_the_address(signed_in: Page, stage: Stage) -> None:
    await expect(signed_in.locator("dl.stats")).to_be_visible()
    async with signed_in.expect_request(lambda request: "/api/overview?since=" in request.url) as asked:
        await signed_in.get_by_role("radio", name="7 days").check()
    assert "tz=" in (await asked.value).url
    await expect(signed_in).to_have_url(re.compile("range=7d"))
    await signed_in.reload()
    await expect(signed_in.get_by_role("radio", name="7 days")).to_be_checked()
    await signed_in.get_by_role("radio", name="Custom").check()
    await signed_in.get_by_label("From").fill("2026-01-01")
    await expect(signed_in).to_have_url(re.compile("from=2026-01-01"))


async def test_a_place_gone_to_while_a_view_is_being_drawn_is_not_missed(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/targets")
    await expect(signed_in.get_by_role("heading", name="Targets and routes", level=1)).to_be_visible()
    await signed_in.evaluate("""() => {
      const watch = new MutationObserver(() => {
        if (document.querySelector("h1")?.textContent !== "Overview") return;
        watch.disconnect();
        location.hash = "#/overview?range=30d";
      });
      watch.observe(document.getElementById("main"), { childList: true, subtree: true, characterData: true });
      location.hash = "#/overview";
    }""")
    await expect(signed_in.get_by_role("radio", name="30 days")).to_be_checked()


async def test_charts_tell_their_numbers_to_who_cannot_see_them(signed_in: Page, stage: Stage) -> None:
    await signed_in.goto(f"{stage.url}/#/overview?range=7d")
    await expect(signed_in.get_by_role("img", name=re.compile(r"^Requests\. [\d,]+ requests, "))).to_be_visible()
    table = signed_in.get_by_role("table", name="Latency")
    await expect(table.get_by_role("columnheader", name="Median")).to_be_attached()
    await expect(table.get_by_role("row")).to_have_count(8)
    await expect(signed_in.locator("canvas")).to_have_count(3)


async def test_each_target_stands_with_its_state_and_leads_to_its_requests(signed_in: Page, stage: Stage) -> None:
    targets = signed_in.get_by_role("region", name="Targets")
    row = targets.get_by_role("listitem").filter(has_text="gpt-5")
    await expect(row).to_contain_text("ready")
    await row.get_by_role("link", name="gpt-5").click()
    await expect(signed_in).to_have_url(re.compile(r"#/requests\?target=gpt-5"))
    await expect(signed_in.get_by_role("table", name="Requests")).to_be_visible()


async def test_a_target_that_is_down_asks_for_attention(signed_in: Page, stage: Stage) -> None:
    async def down(route: Route) -> None:
        answer = await route.fetch()
        body = await answer.json()
        body["data"][0]["breaker"] = "open"
        await route.fulfill(response=answer, json=body)

    await signed_in.route("**/api/targets", down)
    await signed_in.reload()
    needs = signed_in.get_by_role("region", name="Needs attention")
    await expect(needs).to_contain_text("local/qwen3-8b is down")
    await expect(signed_in.get_by_role("region", name="Targets").get_by_role("listitem").first).to_contain_text("down")


async def test_what_freehold_warns_of_is_shown(signed_in: Page) -> None:
    warned = {"status": "ready", "warnings": ["the audit log waits for its witness"]}
    await signed_in.route("**/readyz", lambda route: route.fulfill(json=warned))
    await signed_in.reload()
    await expect(signed_in.get_by_text("the audit log waits for its witness")).to_be_visible()


async def test_before_the_first_request_there_is_a_line_that_sends_it(signed_in: Page, stage: Stage) -> None:
    nothing = stage.server.ask("GET", "/api/overview?since=2020-01-01&until=2020-01-02").json
    await signed_in.route("**/api/overview?*", lambda route: route.fulfill(json=nothing))
    await signed_in.reload()
    await expect(signed_in.get_by_role("heading", name="No requests yet")).to_be_visible()
    await expect(signed_in.get_by_text(f"curl {stage.url}/v1/chat/completions")).to_be_visible()


async def test_a_failure_is_said_in_a_sentence_and_tried_again(
    signed_in: Page, watch: tuple[BrowserContext, Watch]
) -> None:
    watch[1].allowed.append("503 (Service Unavailable)")
    fault = {"error": {"message": "the ledger is locked by another program", "code": "unavailable"}}
    await signed_in.route("**/api/overview?*", lambda route: route.fulfill(status=503, json=fault))
    await signed_in.reload()
    await expect(signed_in.get_by_role("alert")).to_contain_text("the ledger is locked by another program")
    await signed_in.unroute("**/api/overview?*")
    await signed_in.get_by_role("button", name="Try again").click()
    await expect(signed_in.locator("dl.stats")).to_be_visible()


async def test_a_person_sees_the_numbers_of_their_own_key_alone(page: Page, stage: Stage) -> None:
    await sign_in(page, stage.keys["user"])
    await page.goto(f"{stage.url}/#/overview?range=30d")
    figures = page.locator("dl.stats .stat")
    await expect(figures.filter(has_text="Requests").locator(".value")).to_have_text("1")
    await expect(page.get_by_role("region", name="Targets")).to_have_count(0)


async def test_small_sums_fit_their_tiles_and_charts(signed_in: Page) -> None:
    async def small(route: Route) -> None:
        answer = await (await route.fetch()).json()
        answer["totals"] |= {"cost": "0.000000083", "saved": "12345.000083"}
        for row in answer["series"]:
            row.update(cost="0.000083", saved="0.000021")
            # On a busy machine an answer may take so long that its axis needs room as well.
            row.update({name: 40.0 for name in ("p50_ms", "p95_ms") if row[name] is not None})
        await route.fulfill(json=answer)

    await signed_in.route("**/api/overview?*", small)
    for width in (1280, 1024, 390):
        await signed_in.set_viewport_size({"width": width, "height": 900})
        await signed_in.reload()
        await expect(signed_in.locator(".stat .value").nth(1)).to_have_text("$0.000000083")
        out = (
            "all => all.filter(each => each.scrollWidth > each.parentElement.clientWidth).map(each => each.textContent)"
        )
        assert await signed_in.locator(".stat .value").evaluate_all(out) == []
    await signed_in.set_viewport_size({"width": 1280, "height": 900})
    _, cost, latency = await signed_in.locator(".chart .u-over").evaluate_all("all => all.map(each => each.offsetLeft)")
    assert latency == 52
    assert cost > 72, "an axis of small sums is wide enough for them"


async def test_a_budget_of_nothing_is_no_news_and_an_unknown_place_has_a_title(signed_in: Page) -> None:
    row = {"scope": "key", "subject": "k", "name": "bud", "period": "day", "spent": "0.0002", "warn_at": None}
    budgets = {"data": [row | {"amount": "0"}, row | {"name": "ann", "amount": "0.0001"}]}
    await signed_in.route("**/api/budgets", lambda route: route.fulfill(json=budgets))
    await signed_in.reload()
    needs = signed_in.get_by_role("region", name="Needs attention")
    await expect(needs).to_contain_text("The budget of key ann is 200% spent")
    await expect(needs).not_to_contain_text("bud is")
    await signed_in.evaluate("location.hash = '#/nosuch'")
    await expect(signed_in).to_have_title("Nothing here · Freehold")
    await signed_in.get_by_role("link", name="Back to the beginning").click()
    await expect(signed_in).to_have_title("Overview · Freehold")
