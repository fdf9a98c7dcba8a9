"""Quality: what was promised and whether it holds, what was measured, by which judges, and what people prefer."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from support.browser import Watch, open_context, sign_in
from support.quality import AWAY, HOME, HOSTILE, WATCHED, measured
from support.stage import Stage, staged

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A Freehold that has measured something; one of its own, for others count on a stage without votes."""
    with staged(tmp_path_factory.mktemp("evaluated"), days=1, hostile=False) as running:
        measured(running.server)
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def quality(browser: Browser, evaluated: Stage) -> AsyncIterator[Page]:
    """The view with all that was measured."""
    context, watching = await open_context(browser, evaluated.url, bypass_csp=True)
    watching.allowed.append("401 (Unauthorized)")
    page = await context.new_page()
    await page.goto(evaluated.url)
    await sign_in(page, evaluated.keys["admin"])
    await arrive(page, evaluated)
    yield page
    await context.close()
    assert watching.faults == []


async def arrive(page: Page, stage: Stage) -> None:
    await page.goto(f"{stage.url}/#/quality")
    await expect(page.get_by_role("heading", name="Quality", level=1)).to_be_visible()
    await expect(page.locator(".loading")).to_have_count(0, timeout=30_000)


ROUTED = {"pr_held": ("active", ""), "pr_alarm": ("suspended", "Harm of kept answers rose to 9%.")}
"""How the promises stand where their routes are there."""


async def routed(route: Route) -> None:
    """Answer as if they were."""
    answer = await route.fetch()
    told = await answer.json()
    for each in told["data"]:
        each["state"], each["why"] = ROUTED.get(each["id"], (each["state"], each["why"]))
    await route.fulfill(response=answer, json=told)


async def test_a_promise_says_what_it_holds_to_and_an_alarm_stands_out(quality: Page) -> None:
    part = quality.get_by_role("region", name="Promises")
    held = part.get_by_role("listitem").filter(has=quality.get_by_role("heading", name="assistant"))
    await expect(held).to_contain_text("set aside")
    await expect(held).to_contain_text("there is no such route")
    await quality.route("**/api/eval/promises", routed)
    await quality.reload()
    await expect(held).to_contain_text("in force")
    await expect(held).to_contain_text("2% with 90% confidence")
    await expect(held).to_contain_text("a chance of 0.813")
    await expect(held).to_contain_text("500 questions")
    await held.get_by_text("What it assumes").click()
    await expect(held).to_contain_text(HOSTILE)
    await expect(held.locator("img")).to_have_count(0)
    alarm = part.get_by_role("listitem").filter(has=quality.get_by_role("heading", name="code"))
    await expect(alarm).to_contain_text("Harm of kept answers rose to 9%.")
    await expect(alarm.locator(".badge.bad")).to_have_text("suspended")


async def watched(route: Route) -> None:
    """Answer as if routes had been watched and changed for a while."""
    made = await route.fetch()
    await route.fulfill(response=made, json={**await made.json(), **WATCHED})


async def test_a_promise_says_how_near_its_alarm_is_and_whether_inputs_changed(quality: Page) -> None:
    await quality.route("**/api/eval/promises", routed)
    await quality.route("**/api/eval/watch", watched)
    await quality.reload()
    part = quality.get_by_role("region", name="Promises")
    held = part.get_by_role("listitem").filter(has=quality.get_by_role("heading", name="assistant"))
    await expect(held).to_contain_text("No sign that it is broken (30% of the way to an alarm)")
    await expect(held.get_by_role("img", name="30% of the way to an alarm")).to_be_visible()
    await expect(held).to_contain_text("31 kept answers, of 412 requests")
    await expect(held).to_contain_text("most of all in their wording, over 120 prompts")
    alarm = part.get_by_role("listitem").filter(has=quality.get_by_role("heading", name="code"))
    await expect(alarm.get_by_role("alert")).to_contain_text("Alarm since")


async def test_a_closed_target_that_changed_and_a_candidate_in_the_shadow_are_told(quality: Page) -> None:
    part = quality.get_by_role("region", name="Watch")
    await expect(part.get_by_role("heading", name="No canaries and no shadows")).to_be_visible()
    await quality.route("**/api/eval/watch", watched)
    await quality.reload()
    rows = part.get_by_role("listitem")
    await expect(rows.filter(has_text=AWAY)).to_contain_text("Answers otherwise since 21 Sept 2026")
    await expect(rows.filter(has_text="steady")).to_contain_text("as it was")
    await expect(rows.filter(has_text="214 pairs")).to_contain_text("Not yet shown not to be worse")
    await expect(rows.filter(has_text="214 pairs")).to_contain_text("not known yet")
    await expect(rows.filter(has_text="214 pairs")).to_contain_text(HOSTILE)


async def test_a_promotion_is_taken_back_by_who_may(quality: Page, browser: Browser, evaluated: Stage) -> None:
    taken: list[str] = []

    async def take(route: Route) -> None:
        taken.append(f"{route.request.method} {route.request.url}")
        await route.fulfill(json={})

    await quality.route("**/api/eval/watch", watched)
    await quality.route("**/api/eval/promotions/*", take)
    await quality.reload()
    part = quality.get_by_role("region", name="Promotions")
    await expect(part).to_contain_text("fixed: gpt-5, then split: gpt-5, local/new.")
    await expect(part).to_contain_text("on trial with 10%")
    await part.get_by_role("button", name="Take back local/new on team/work").click()
    await quality.get_by_role("dialog").get_by_role("button", name="Roll back").click()
    await expect(quality.get_by_text("local/new is taken back on team/work")).to_be_visible()
    assert taken == [f"DELETE {evaluated.url}/api/eval/promotions/team%2Fwork"]
    context, _ = await open_context(browser, evaluated.url)
    page = await context.new_page()
    await page.route("**/api/eval/watch", watched)
    await page.goto(evaluated.url)
    await sign_in(page, evaluated.keys["viewer"])
    await arrive(page, evaluated)
    await expect(page.get_by_role("region", name="Promotions")).to_contain_text("on trial with 10%")
    await expect(page.get_by_role("button", name="Take back")).to_have_count(0)
    await context.close()


async def test_scorecards_and_the_difference_come_with_intervals(quality: Page) -> None:
    table = quality.get_by_role("table", name="Scorecards of leave")
    await expect(table.locator("tbody tr")).to_have_count(2)
    home = table.get_by_role("row").filter(has_text=HOME)
    await expect(home).to_contain_text(re.compile(r"67%\s*54% to 77%"))
    differences = quality.get_by_role("table", name="Differences")
    row = differences.get_by_role("row").filter(has_text=AWAY)
    await expect(row).to_contain_text("worse")
    await expect(row).to_contain_text("−33.3")


async def test_the_report_comes_as_a_file(quality: Page, tmp_path: Path) -> None:
    async with quality.expect_download() as coming:
        await quality.get_by_role("button", name="Download the report").click()
    file = tmp_path / "report.html"
    await (await coming.value).save_as(file)
    text = file.read_text()
    assert HOME in text
    assert AWAY in text
    assert "<script" not in text


async def test_runs_are_listed_and_one_under_way_shows_how_far_it_is(quality: Page, evaluated: Stage) -> None:
    await expect(quality.get_by_role("table", name="Runs").locator("tbody tr")).to_have_count(2)

    async def running(route: Route) -> None:
        made = await route.fetch()
        rows = await made.json()
        rows["data"][0]["state"] = "running"
        await route.fulfill(response=made, json=rows)

    async def half(route: Route) -> None:
        made = await route.fetch()
        counts = {"answered": 30, "refused": 0, "failed": 0, "skipped": 0}
        await route.fulfill(response=made, json={**await made.json(), "counts": counts, "total": 60})

    await quality.route("**/api/eval/runs?limit=200", running)
    await quality.route(re.compile(r"/api/eval/runs/[^/?]+$"), half)
    await quality.reload()
    await expect(quality.get_by_role("img", name="50% of 60 examples")).to_be_visible()


async def test_what_became_of_a_run_is_told_in_words_and_long_lists_are_turned(quality: Page) -> None:
    script = """async () => {
      const { comesTo, outcome, tone, turned } = await import('/ui/views/quality/words.js');
      const said = 'home is kept (promise pr_1 of today; suspended: an alarm)';
      const states = [['done', ''], ['done', '40 refused by label'], ['failed', 'x']];
      const tones = states.map(([state, note]) => tone({ state, note }));
      const run = (state, answered, refused, failed, note = '') =>
        outcome({ state, note, total: 40, counts: { answered, refused, failed, skipped: 0 } });
      const rows = Array.from({ length: 23 }, (_, place) => place);
      const early = run('partial', 10, 1, 2, 'the budget of $5 is spent');
      const pages = [turned(rows, 0, 10), turned(rows, 2, 10), turned(rows, 9, 10), turned([], 3, 10)];
      return [
        [run('done', 40, 0, 0), run('done', 0, 40, 0), early, run('running', 3, 0, 0)],
        pages.map(({ here, last, rows }) => [here, last, rows.length]),
        tones,
        comesTo({ said, state: 'suspended', why: 'an alarm' }),
      ];
    }"""
    told, pages, tones, promised = await quality.evaluate(script)
    assert promised == "home is kept (promise pr_1 of today)."
    assert tones == ["good", "warn", "bad"]
    assert told == [
        "",
        "0 answered, 40 refused.",
        "Ended early: the budget of $5 is spent. 13 of 40 examples were asked. 10 answered, 1 refused, 2 failed.",
        "",
    ]
    assert pages == [[0, 2, 10], [2, 2, 3], [2, 2, 3], [0, 0, 0]]


async def test_a_judge_that_is_not_certified_says_why(quality: Page) -> None:
    judge = quality.get_by_role("region", name="Judges", exact=True).get_by_role("listitem")
    await expect(judge).to_contain_text("not certified")
    await expect(quality.get_by_role("table", name="Certificate of careful")).to_have_count(0)
    await judge.locator("summary").click()
    table = quality.get_by_role("table", name="Certificate of careful")
    await expect(table.get_by_role("row").filter(has_text="agreement")).to_contain_text("as wanted")
    await expect(table.get_by_role("row").filter(has_text="length")).to_contain_text("not shown")


async def test_the_newest_scored_run_of_each_subject_is_laid_beside_the_others(quality: Page) -> None:
    script = """async () => {
      const { comparable, progress } = await import('/ui/views/quality/latest.js');
      const usual = { state: 'done', scorers: ['exact'] };
      const run = (id, dataset, subject, created, more) => ({ ...usual, id, dataset, subject, created, ...more });
      const runs = [
        run('r5', 'd1', 'b', '05', { state: 'running' }), run('r4', 'd1', 'a', '04', { scorers: [] }),
        run('r3', 'd1', 'a', '03'), run('r2', 'd1', 'b', '02'), run('r1', 'd2', 'a', '01'),
      ];
      const found = comparable(runs, new Map([['d1', 'work']]));
      return [found, progress({ counts: { answered: 3, refused: 1, failed: 0 }, total: 8 }), progress({ total: 0 })];
    }"""
    found, share, none = await quality.evaluate(script)
    assert found == [
        {"dataset": "d1", "name": "work", "runs": ["r2", "r3"]},
        {"dataset": "d2", "name": "d2", "runs": ["r1"]},
    ]
    assert (share, none) == (0.5, 0)


async def test_the_arena_ranks_with_intervals_and_says_what_is_undecided(quality: Page) -> None:
    arena = quality.get_by_role("region", name="Arena")
    rows = arena.get_by_role("table").locator("tbody tr")
    await expect(rows.first).to_contain_text(HOME)
    await expect(rows.first).to_contain_text("1 to 2")
    await arena.get_by_text("1 undecided pair").click()
    await expect(arena).to_contain_text(re.compile(r"about [\d,]+ more votes between them would tell"))


async def test_axe_finds_nothing_serious_with_all_of_it_open(quality: Page) -> None:
    await quality.locator("main details").evaluate_all("(all) => all.forEach((each) => (each.open = true))")
    found = await Axe().run(quality)
    bad = [each for each in found.response["violations"] if each["impact"] in ("serious", "critical")]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in bad] == []


async def test_it_fits_a_phone(browser: Browser, evaluated: Stage) -> None:
    context, _ = await open_context(browser, evaluated.url, viewport={"width": 320, "height": 640})
    page = await context.new_page()
    await page.goto(evaluated.url)
    await page.get_by_label("Key").fill(evaluated.keys["admin"])
    await page.get_by_label("Key").press("Enter")
    await expect(page.get_by_role("button", name="Open the menu")).to_be_visible()
    await arrive(page, evaluated)
    assert await page.evaluate("document.documentElement.scrollWidth") == 320
    await context.close()


async def test_where_nothing_was_measured_it_is_said_how_to_begin(signed_in: Page, stage: Stage) -> None:
    async def nothing(route: Route) -> None:
        empty = {"data": [], "votes": 0, "groups": [], "warnings": [], "canaries": [], "shadows": [], "routes": []}
        await route.fulfill(json=empty)

    await signed_in.route("**/api/eval/**", nothing)
    await signed_in.goto(f"{stage.url}/#/quality")
    for name in ("No promise yet", "Nothing measured yet", "No runs yet", "No judges", "No votes yet", "No promotions"):
        await expect(signed_in.get_by_role("heading", name=name)).to_be_visible()
    await expect(signed_in.get_by_text("freehold eval calibrate")).to_be_visible()


async def test_what_cannot_be_had_stands_by_itself_and_is_asked_for_again(
    signed_in: Page, stage: Stage, watch: tuple[BrowserContext, Watch]
) -> None:
    watch[1].allowed.append("Failed to load resource")
    await signed_in.route("**/api/eval/promises", lambda route: route.abort())
    await signed_in.goto(f"{stage.url}/#/quality")
    failed = signed_in.get_by_role("region", name="Promises").get_by_role("alert")
    await expect(failed).to_contain_text("Freehold does not answer")
    await expect(signed_in.get_by_role("heading", name="No judges")).to_be_visible()
    await signed_in.unroute("**/api/eval/promises")
    await failed.get_by_role("button", name="Try again").click()
    await expect(signed_in.get_by_role("heading", name="No promise yet")).to_be_visible()
