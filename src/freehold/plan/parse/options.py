"""``[options.NAME]``: the ways of running it."""

from __future__ import annotations

import re
from collections import Counter

import msgspec

from freehold.catalog.words import mend_for
from freehold.plan.defaults import api as fields
from freehold.plan.parse.api import read_api
from freehold.plan.parse.cloud import read_cloud
from freehold.plan.parse.owned import read_owned
from freehold.plan.parse.people import read_people
from freehold.plan.parse.table import Table
from freehold.plan.scenario import Hybrid, Option, Workload

KINDS = ("api", "cloud", "owned", "hybrid")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
MOST = 40
"""Options of one scenario."""


def read_options(table: Table, workload: Workload, country: str = "") -> tuple[Option, ...]:
    """All of them in their order; `country` is where owned machines draw their power."""
    tables = {str(each.place[-1]): each for each in table.tables("options")}
    if not tables and not table.table("options").at_fault():
        mend = "add [options.NAME] with its kind, or leave [options] out to compare those that Freehold assumes"
        table.fault("options", "there are no options to compare", mend)
    if len(tables) > MOST:
        table.fault("options", f"there are {len(tables)} options", f"compare at most {MOST} at once")
        return ()
    kinds = {name: _kind(each) for name, each in tables.items()}
    plain: dict[str, Option] = {}
    for name, each in tables.items():
        check_name(each, name)
        if kinds[name] == "api":
            plain[name] = read_api(each, name)
        elif kinds[name] == "cloud":
            plain[name] = read_cloud(each, name, workload)
        elif kinds[name] == "owned":
            plain[name] = read_owned(each, name, workload, country)
    plain = _apart(plain)
    made = {name: _hybrid(tables[name], name, plain, kinds) for name in tables if kinds[name] == "hybrid"}
    for name, each in tables.items():
        if kinds[name]:
            each.done()
    hybrids = {name: option for name, option in made.items() if option is not None}
    found = _apart({**plain, **hybrids})
    return tuple(found[name] for name in tables if name in found)


def _apart(options: dict[str, Option]) -> dict[str, Option]:
    """The same, those of one title told apart by their names."""
    titles = Counter(option.title for option in options.values())
    return {
        name: msgspec.structs.replace(option, title=f"{option.title} ({name})") if titles[option.title] > 1 else option
        for name, option in options.items()
    }


def check_name(table: Table, name: str) -> None:
    """A name is part of paths, and so of small letters, digits, hyphens and underscores."""
    if not NAME.fullmatch(name):
        mend = "name it with small letters, digits, - and _, at most 64 of them; what it is called stands in title"
        table.fault((), f"{name[:80]!r} is no name", mend)


def _kind(table: Table) -> str:
    if not table.has("kind"):
        table.fault((), f"{table.path()} has no 'kind'", f"add kind = ..., one of: {', '.join(KINDS)}")
        return ""
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        shown = kind[:40] if isinstance(kind, str) else "no text"
        table.fault("kind", f"{table.path('kind')} cannot be {shown!r}", mend_for(str(kind)[:40], KINDS))
        return ""
    return kind


def _hybrid(table: Table, name: str, plain: dict[str, Option], kinds: dict[str, str]) -> Hybrid | None:
    home = _part(table, "home", name, plain, kinds)
    away = _part(table, "away", name, plain, kinds)
    if home is not None and home is away:
        table.fault("away", f"{table.path()} has one option as home and as away", "name two different ones")
    parts = [option for option in (home, away) if option is not None]
    hybrid = Hybrid(
        name=name,
        title=table.text("title", " first, then ".join(option.title for option in parts) or name),
        home=home.name if home else "",
        away=away.name if away else "",
        share_home=table.quantity(fields.SHARE_HOME, table.book.kept_home),
        people=read_people(table.table("people"), "hybrid", [option.people for option in parts]),
    )
    return hybrid if len(parts) == 2 else None


def _part(table: Table, key: str, name: str, plain: dict[str, Option], kinds: dict[str, str]) -> Option | None:
    other = table.text(key)
    if not other:
        if not table.has(key):
            table.fault((), f"{table.path()} has no {key!r}", f"add {key} = the name of another option")
        return None
    if other == name:
        table.fault(key, f"{table.path(key)} is {name!r} itself", "name another option")
    elif kinds.get(other) == "hybrid":
        table.fault(key, f"{table.path(key)} is {other!r}, a hybrid itself", "name an api, cloud or owned option")
    elif other not in kinds:
        table.fault(key, f"{table.path(key)} is {other[:80]!r}, which is no option here", mend_for(other[:80], plain))
    return plain.get(other)
