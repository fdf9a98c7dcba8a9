"""A page as one file: it can fetch and run nothing, and says so itself."""

from __future__ import annotations

import base64
import hashlib
import html
import re

from freehold.pages.document import document, shared_sheet
from freehold.pages.markup import element


def test_its_policy_lets_only_its_own_sheet_in():
    page = document("a < b", element("main", "x"), ".own { color: red; }")
    sheet = re.search(r"<style>(.*)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    policy = html.unescape(re.search(r'content-security-policy" content="([^"]*)"', page)[1])
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert sheet == f"{shared_sheet()}\n.own {{ color: red; }}"
    assert "<title>a &lt; b</title>" in page


def test_the_sheet_of_every_page_asks_for_nothing():
    assert "url(" not in shared_sheet()
    assert "@import" not in shared_sheet()
    assert "<" not in re.sub(r"/\*.*?\*/", "", shared_sheet(), flags=re.DOTALL)
