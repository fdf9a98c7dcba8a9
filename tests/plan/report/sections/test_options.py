"""The options, from the cheapest up, with how each sum comes about."""

from __future__ import annotations

import re

from freehold.plan.report.palette import Palette
from freehold.plan.report.sections.options import options
from support.plans import moderate


def test_they_are_ranked_and_the_recommended_one_is_marked() -> None:
    plan = moderate()
    made = options(plan, Palette(plan))
    assert re.findall(r"<b>(\$[\d,]+)</b>", made) == ["$321", "$345", "$2,389", "$3,160"]
    assert made.count(">recommended<") == 1
    assert made.index(">recommended<") < made.index("$345")


def test_a_server_says_its_machines_its_memory_and_its_peak() -> None:
    plan = moderate()
    made = options(plan, Palette(plan))
    assert "1 replica on 1 GPU · first token within 581 ms at the peak" in made
    assert "Memory: weights 39.6 GB" in made
    assert "In 5 % of the draws it is the cheapest of those whose answers are alike." in made


def test_the_share_of_the_busiest_hour_at_work_is_told_from_how_full_a_replica_is() -> None:
    plan = moderate()
    made = options(plan, Palette(plan))
    assert "each of them has at least one request to answer" in made
    assert "That is not how full it is" in made
