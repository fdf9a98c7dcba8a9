"""The page as one file: it can fetch and run nothing, escapes everything, and has every figure."""

from __future__ import annotations

import html as markup
import re
from html.parser import HTMLParser

import msgspec
import pytest

from freehold.evaluate.report.compare import compare
from freehold.evaluate.report.html import html
from freehold.evaluate.report.rules.grammar import parse
from freehold.evaluate.report.rules.verdict import judge
from support.evaluations import run_data

_VOID = {"meta", "br", "hr", "col"}


class Outline(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.fetched: list[str] = []
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in _VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            elif name in {"href", "src", "srcset", "style", "action"} or name.startswith("on"):
                self.fetched.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def three():
    return compare(
        [run_data("<i>closed</i>", right=0.9), run_data("open", right=0.7, seed=2), run_data("auto", seed=3, size=200)]
    )


def test_it_is_one_well_formed_file_that_can_fetch_and_run_nothing(three):
    outline = Outline(html(three, judge(three, [parse("quality < 0.9")])))
    assert outline.open == []
    assert outline.fetched == []
    assert not outline.tags & {"script", "link", "img", "iframe", "object", "form", "i"}
    assert len(outline.ids) == len(set(outline.ids))


def test_it_says_what_the_comparison_says(three):
    page = html(three, judge(three, [parse("quality < 0.9")]))
    said = markup.unescape(re.sub(r"<[^>]*>", " ", page))
    for words in (*three.notes, *(method.source for method in three.methods.values()), "<b>wrong</b>", "quality < 0.9"):
        assert words in said
    assert "worse" in said
    assert "failed" in said
    assert "task = extract" in said


@pytest.mark.parametrize("size", [1, 12, 60])
def test_there_is_a_page_for_one_subject_and_few_examples(size):
    page = html(compare([run_data("open", size=size)]))
    assert Outline(page).open == []
    assert "Beside" not in page


def test_there_is_a_page_where_nothing_was_answered():
    data = run_data("open", size=5, failed=1.0)
    page = html(compare([data, run_data("closed", size=5)]))
    assert Outline(page).open == []


def test_what_is_partial_and_who_is_not_certified_are_marked():
    data = run_data("open", uncertified=frozenset({"exact"}))
    partial = msgspec.structs.replace(data, run=msgspec.structs.replace(data.run, state="partial"))
    page = html(compare([partial, run_data("closed", seed=2)]))
    assert '<span class="badge warn">partial</span>' in page
    assert "open (not certified)" in page
