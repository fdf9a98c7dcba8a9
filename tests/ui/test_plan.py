"""The plan: a scenario is chosen or written, inputs are moved, and the answer and its report follow."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, Request, Route, expect

from support.browser import Watch, sign_in
from support.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

SMALL = """
title = "A small one"
[workload]
requests_a_day = 1000
prompt_tokens = 1000
answer_tokens = 200
[options.dear]
kind = "api"
model = "first"
title = "<b>Dear</b>"
input = 2.5
output = 10
[options.cheap]
kind = "api"
model = "first"
title = "Cheap"
input = 0.25
output = 1
"""


def is_plan(request: Request) -> bool:
    return request.url.endswith("/api/plan")


async def opened(page: Page, stage: Stage, query: str = "scenario=laptop") -> None:
    """The view with its plan."""
    await page.goto(f"{stage.url}/#/plan?{query}")
    await expect(page.get_by_role("heading", name="In plain words")).to_be_visible()


async def write(page: Page, text: str) -> None:
    """Plan for a scenario of one's own."""
    await page.get_by_role("radio", name="Your own").check()
    await page.get_by_label("Scenario, as TOML").fill(text)
    await page.get_by_role("button", name="Plan it").click()


async def test_what_makes_a_plan_worth_little_stands_above_its_answer(signed_in: Page, stage: Stage) -> None:
    async def doubted(route: Route) -> None:
        made = await route.fetch()
        await route.fulfill(response=made, json={**await made.json(), "warnings": ["nobody knows the <b>volume</b>"]})

    await signed_in.route("**/api/plan", doubted)
    try:
        await opened(signed_in, stage)
        told = signed_in.get_by_role("note").filter(has_text="Warning: nobody knows the <b>volume</b>")
        await expect(told).to_be_visible()
    finally:
        await signed_in.unroute("**/api/plan", doubted)


async def test_a_shipped_scenario_is_planned_and_shows_its_working(signed_in: Page, stage: Stage) -> None:
    await opened(signed_in, stage, "scenario=moderate")
    await expect(signed_in.get_by_text("cheapest of the 6 options")).to_be_visible()
    options = signed_in.get_by_role("table", name="Options, the cheapest first")
    await expect(options.locator("tbody tr")).to_have_count(6)
    await expect(options.locator("tbody tr").first).to_contain_text("recommended")
    await expect(signed_in.locator(".plan-refused")).to_contain_text("39.6 GiB; the card has 24")
    volume = signed_in.get_by_role("img", name=re.compile("^Cost a month against requests a day"))
    await expect(volume).to_have_attribute("aria-label", re.compile("From 100 to 1,000,000 requests a day"))
    assert await volume.locator(".ring").count() >= 2
    assert await volume.locator("text.name").count() == 6
    await expect(signed_in.get_by_role("img", name=re.compile("^Time to the first token, "))).to_have_count(3)
    await expect(signed_in.locator(".plan-claims li")).to_have_count(8)
    await expect(signed_in.locator(".plan-claims li").first).to_contain_text("holds only if")
    working = signed_in.locator(".plan-split li").first
    await working.locator("summary").click()
    await expect(working).to_contain_text("10,000 requests/day x 30.4 days")
    await signed_in.get_by_text(re.compile(r"^Llama 3.1 8B on one's own RTX 4090 \(\d+\), some old$")).click()
    rows = signed_in.get_by_role("table", name="Llama 3.1 8B on one's own RTX 4090")
    await expect(rows.get_by_role("row").filter(has_text="price_kwh")).to_contain_text("old")


async def test_a_moved_input_makes_the_plan_anew_and_reset_takes_it_back(signed_in: Page, stage: Stage) -> None:
    await opened(signed_in, stage)
    await write(signed_in, SMALL)
    row = signed_in.get_by_role("table", name="Options, the cheapest first").get_by_role("row").filter(has_text="Dear")
    await expect(row).to_contain_text("<b>Dear</b>")
    before = await row.inner_text()
    async with signed_in.expect_request(is_plan) as asked:
        await signed_in.get_by_label("Requests a day", exact=True).first.fill("20000")
        await signed_in.get_by_label("Requests a day", exact=True).first.press("Enter")
    body = (await asked.value).post_data_json
    assert body["changes"] == {"workload.requests_a_day": 20000}
    assert "A small one" in body["scenario"]
    await expect(signed_in.locator(".stale")).to_have_count(0)
    assert await row.inner_text() != before
    await signed_in.get_by_role("button", name="Reset").click()
    await expect(row).to_have_text(re.compile(re.escape(before.split("\n")[-1].split("\t")[-1])))
    await expect(signed_in.get_by_label("Requests a day", exact=True).first).to_have_value("1000")


async def test_money_is_told_with_its_currency_and_a_slider_obeys_the_keyboard(signed_in: Page, stage: Stage) -> None:
    await opened(signed_in, stage)
    await write(signed_in, SMALL)
    price = signed_in.get_by_role("slider", name="Price of prompt tokens, <b>Dear</b>")
    await expect(price).to_have_attribute("aria-valuetext", "2.5 USD/million tokens")
    async with signed_in.expect_request(is_plan) as asked:
        await price.focus()
        await signed_in.keyboard.press("ArrowRight")
    changed = (await asked.value).post_data_json["changes"]["options.dear.input"]
    assert re.fullmatch(r"2\.\d+ USD", changed)
    await expect(signed_in.locator(".dial.changed")).to_have_count(1)
    await expect(signed_in.locator(".stale")).to_have_count(0)


async def test_only_the_last_of_several_moves_is_shown(signed_in: Page, stage: Stage) -> None:
    await opened(signed_in, stage)
    await write(signed_in, SMALL)
    await expect(signed_in.get_by_text("A small one: 2,000 draws")).to_be_visible()
    answers: list[Any] = []
    shown = asyncio.Event()

    async def slow(route: Route) -> None:
        volume = route.request.post_data_json["changes"]["workload.requests_a_day"]
        answers.append(volume)
        if volume == 5000:
            await asyncio.wait_for(shown.wait(), 15)
        await route.continue_()

    await signed_in.route("**/api/plan", slow)
    volume = signed_in.get_by_label("Requests a day", exact=True).first
    for value in ("5000", "7000"):
        async with signed_in.expect_request(is_plan):
            await volume.fill(value)
            await volume.press("Enter")
        await expect(signed_in.get_by_text("Working it out anew…")).to_be_visible()
    await expect(signed_in.locator(".stale")).to_have_count(0)
    await signed_in.get_by_text("What was planned for", exact=True).click()
    await expect(signed_in.get_by_text("7,000 (")).to_be_visible()
    shown.set()
    await signed_in.wait_for_timeout(1500)  # In which the first one's plan would come.
    await expect(signed_in.get_by_text("7,000 (")).to_be_visible()
    assert answers == [5000, 7000]
    await signed_in.unroute_all(behavior="wait")


async def test_every_fault_of_a_scenario_is_told(
    signed_in: Page, stage: Stage, watch: tuple[BrowserContext, Watch]
) -> None:
    watch[1].allowed.append("400 (Bad Request)")
    await opened(signed_in, stage)
    await write(signed_in, SMALL.replace("= 1000", "= -1"))
    alert = signed_in.get_by_role("alert")
    await expect(alert).to_contain_text("The scenario has 2 faults")
    await expect(alert.get_by_role("listitem").first).to_contain_text("the scenario:4: workload.requests_a_day is -1")
    await expect(signed_in.get_by_role("button", name="Download the report")).to_be_disabled()


async def test_a_plan_waits_for_one_that_is_under_way(
    signed_in: Page, stage: Stage, watch: tuple[BrowserContext, Watch]
) -> None:
    watch[1].allowed.append("429 (Too Many Requests)")
    asked: list[Request] = []

    async def busy_once(route: Route) -> None:
        asked.append(route.request)
        if len(asked) > 1:
            await route.continue_()
            return
        fault = {"error": {"message": "several plans are being made already", "code": "rate_limited"}}
        await route.fulfill(status=429, headers={"retry-after": "1"}, json=fault)

    await signed_in.route("**/api/plan", busy_once)
    await opened(signed_in, stage)
    assert len(asked) == 2


async def test_the_report_is_downloaded(signed_in: Page, stage: Stage, tmp_path: Path) -> None:
    await opened(signed_in, stage)
    async with signed_in.expect_download() as download:
        await signed_in.get_by_role("button", name="Download the report").click()
    file = await download.value
    assert file.suggested_filename == "plan-laptop.html"
    await file.save_as(tmp_path / "plan.html")
    assert "A laptop · Freehold plan" in (tmp_path / "plan.html").read_text("utf-8")


async def test_the_team_s_own_traffic(signed_in: Page, stage: Stage) -> None:
    await opened(signed_in, stage)
    async with signed_in.expect_request(is_plan) as asked:
        await signed_in.get_by_role("radio", name="Traffic").check()
    assert (await asked.value).post_data_json["from_ledger"] is True
    await expect(signed_in).to_have_url(re.compile("from=ledger"))
    await expect(signed_in.locator(".plan-working-now")).to_contain_text("draws over all ranges")


@pytest.mark.parametrize("role", ["viewer", "user"])
async def test_who_may_not_plan_is_not_led_there(page: Page, stage: Stage, role: str) -> None:
    await sign_in(page, stage.keys[role])
    links = page.get_by_role("navigation", name="Views")
    await expect(links.get_by_role("link", name="Overview")).to_be_visible()
    await expect(links.get_by_role("link", name="Plan", exact=True)).to_have_count(0)


async def test_axes_labels_and_numbers_are_reckoned(page: Page) -> None:
    found = await page.evaluate("""async () => {
      const scale = await import('/ui/views/plan/scale.js');
      const figures = await import('/ui/views/plan/figures.js');
      const axis = scale.logarithmic([100, 10_000], 0, 200, 1);
      const apart = scale.apart([10, 12, 50], 16, 0, 60);
      const written = [figures.sum(-3040.2, "EUR"), figures.short(58_610), figures.seconds(0.0213)];
      written.push(figures.share(0.004), figures.unitOf("share/month"));
      return [axis.place(1000), axis.ticks(3), scale.linear([4], 0, 1, 1).ticks(5), apart, ...written];
    }""")
    assert found[0] == pytest.approx(100)
    assert found[1:4] == [[100, 1000, 10_000], [0, 1, 2, 3, 4], [10, 26, 50]]
    assert found[4:] == ["−€3,040", "58.6k", "21 ms", "0.4%", "a month"]


async def test_what_says_the_same_of_several_options_is_moved_once(page: Page) -> None:
    row = {"value": 75, "low": 45, "high": 120, "unit": "USD/hour", "source": "assumed"}
    plan = {
        "results": [{"name": name, "title": name.upper(), "kind": "api"} for name in ("a", "b")],
        "tornado": {"bars": [{"path": "options.a.people.price_an_hour"}]},
        "assumptions": [
            {**row, "path": "workload.requests_a_day", "unit": "requests/day", "value": 0},
            *({**row, "path": f"options.{name}.people.price_an_hour"} for name in ("a", "b")),
            {**row, "path": "options.a.tax_share"},
        ],
    }
    script = """async (plan) => {
      const m = await import('/ui/views/plan/inputs.js');
      const dials = m.movable(plan);
      const back = m.valueAt(dials[0], m.along(dials[0], 75));
      return [dials.map((each) => [each.name, each.whose]), m.changes(dials, { [dials[0].id]: 80 }), back];
    }"""
    dials, changes, back = await page.evaluate(script, plan)
    assert dials == [["An hour of staff", "2 APIs"], ["Requests a day", ""]]
    assert changes == {f"options.{name}.people.price_an_hour": "80 USD" for name in ("a", "b")}
    assert back == 75
