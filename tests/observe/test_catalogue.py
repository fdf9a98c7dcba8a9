from __future__ import annotations

import re
from pathlib import Path

from freehold.observe import attributes, metrics, story
from freehold.observe.catalogue import BY_NAME, METRICS

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "telemetry.md").read_text()
MODULES = (attributes, story)


def test_each_metric_is_in_the_how_to_as_it_is() -> None:
    for metric in METRICS:
        labels = ", ".join(f"`{name}`" for name in metric.labels) or "—"
        assert f"| `{metric.written}` | {metric.kind} | {labels} | {metric.says} |" in PAGE
    named = set(re.findall(r"^\| `(freehold_\w+)`", PAGE, re.MULTILINE))
    assert named == {metric.written for metric in METRICS}


def test_each_attribute_is_in_the_how_to() -> None:
    used = {
        name
        for module in MODULES
        for name in re.findall(
            r'"((?:gen_ai|freehold|http|url|server|error|openai)\.[a-z_.]+)"', Path(str(module.__file__)).read_text()
        )
    }
    assert len(used) > 40
    assert {name for name in used if f"`{name}`" not in PAGE} == set()


def test_names_and_units_are_as_prometheus_asks() -> None:
    assert len(BY_NAME) == len(METRICS)
    for metric in METRICS:
        assert re.fullmatch(r"freehold_[a-z_]+[a-z]", metric.name)
        assert not metric.name.endswith("_total")
        assert bool(metric.bounds) == (metric.kind == "histogram")


def test_what_is_counted_is_in_the_catalogue() -> None:
    counted = set(re.findall(r'"(freehold_\w+)"', Path(str(metrics.__file__)).read_text()))
    assert counted <= set(BY_NAME)
