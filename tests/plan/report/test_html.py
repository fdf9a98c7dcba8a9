"""The report as one file: it asks for nothing, escapes everything, and links every figure to its inputs."""

from __future__ import annotations

import base64
import hashlib
import html as markup
import re
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest

from freehold.plan.report.html import html
from freehold.plan.result import Plan
from support.plans import moderate

_VOID = {"meta", "br", "hr", "col"}


class Outline(HTMLParser):
    """Ids, links within the page, whatever could fetch, and whether the elements close in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in _VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name == "href" and (value or "").startswith("#"):
                self.links.append((value or "")[1:])
            elif name in {"href", "src", "srcset", "style", "action"} or name.startswith("on"):
                self.fetched.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page() -> str:
    return html(moderate())


def test_it_is_one_well_formed_file_that_can_fetch_and_run_nothing(page: str) -> None:
    outline = Outline(page)
    assert outline.open == []
    assert outline.fetched == []
    assert not outline.tags & {"script", "link", "img", "iframe", "object", "form"}
    sheet = re.search(r"<style>(.*)</style>", page, re.DOTALL)
    assert sheet is not None
    assert "url(" not in sheet[1]
    assert "@import" not in sheet[1]
    digest = base64.b64encode(hashlib.sha256(sheet[1].encode()).digest()).decode()
    policy = markup.unescape(re.search(r'content-security-policy" content="([^"]*)"', page)[1])  # type: ignore[index]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_ids_are_unique_and_every_link_leads_somewhere(page: str) -> None:
    outline = Outline(page)
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.links
    assert set(outline.links) <= set(outline.ids)


def test_it_shows_every_option_formula_refusal_claim_and_assumption(page: str) -> None:
    said = markup.unescape(re.sub(r"<[^>]*>", " ", page))
    plan = moderate()
    for result in plan.results:
        assert result.title in said
        assert result.refusal in said
        assert all(line.formula in said for line in result.lines)
    assert all(claim.sentence in said and claim.verdict in said for claim in plan.claims)
    assert all(mark.sentence in said for mark in plan.break_evens)
    assert all(f'id="input-{row.path}"' in page for row in plan.assumptions)
    assert all(sentence in said for sentence in (*plan.recommendation.overturned_by, *plan.workload, *plan.notes))
    assert page.count(">stale<") == 1
    assert page.index("Recommendation") < page.index("What each option costs")


def test_the_same_plan_gives_the_same_bytes(page: str) -> None:
    assert html(moderate()) == page


def poisoned(value: Any, poison: str) -> Any:
    """Every text of a plan with something in it that must not become markup."""
    if isinstance(value, str):
        return value + poison
    if isinstance(value, dict):
        return {key: poisoned(each, poison) for key, each in value.items()}
    return [poisoned(each, poison) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("poison", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><b>'&"])
def test_whatever_a_plan_says_stays_text(poison: str) -> None:
    plan = msgspec.convert(poisoned(msgspec.to_builtins(moderate()), poison), Plan)
    outline = Outline(html(plan))
    assert outline.fetched == []
    assert not outline.tags & {"script", "img"}
    assert outline.open == []


def test_a_plan_of_nothing_is_a_page_all_the_same() -> None:
    plan = moderate()
    bare = msgspec.structs.replace(
        plan,
        results=(plan.results[-1],),
        curves=(),
        break_evens=(),
        tornado=None,
        claims=(),
        assumptions=(),
        notes=(),
        recommendation=msgspec.structs.replace(plan.recommendation, option="", sentences=(), overturned_by=(), wins={}),
    )
    page = html(bare)
    assert "Nothing can be recommended." in page
    assert bare.results[0].refusal in page
    assert "Cost against volume" not in page
