"""A whole page as one HTML file: no script, no request to anywhere, the same in ten years as today.

Everything in it is text that was escaped, style sheets that ship with Freehold, and SVG drawn here. A policy in its
head lets the browser load nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from freehold.pages.markup import Markup, element


def document(title: str, body: Markup, *sheets: str) -> str:
    """The file, to be written as UTF-8. `sheets` are styles beside those that every page has (`page.css`)."""
    page = element(
        "html", element("head", *_meta(title, "\n".join((shared_sheet(), *sheets)))), element("body", body), lang="en"
    )
    return f"<!doctype html>\n{page}\n"


@cache
def shared_sheet() -> str:
    """What every page looks like: its colours in light and dark, its type, tables, plots, and how it prints."""
    return files("freehold.pages").joinpath("page.css").read_text(encoding="utf-8")


def _meta(title: str, sheet: str) -> list[Markup]:
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return [
        element("meta", charset="utf-8"),
        element("meta", http_equiv="content-security-policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Markup(sheet)),
    ]
