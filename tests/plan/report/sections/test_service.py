"""How long users wait."""

from __future__ import annotations

from msgspec.structs import replace

from freehold.plan.report.sections.service import service
from support.plans import moderate


def test_each_server_has_two_plots_and_a_table_of_its_loads() -> None:
    [made] = service(moderate())
    assert made.count("<figure>") == 4
    assert made.count(">not kept<") == 4


def test_without_servers_there_is_no_section() -> None:
    plan = moderate()
    assert list(service(replace(plan, results=plan.results[:2]))) == []
