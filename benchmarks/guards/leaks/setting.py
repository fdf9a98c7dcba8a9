"""The targets and routes of the leak test, and the configuration that says so."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

CLEARANCES = {
    "vault": "restricted;client-x,eu,health",
    "ward": "restricted;health",
    "office": "confidential;eu",
    "desk": "confidential",
    "hall": "internal;eu",
    "lane": "internal",
    "street": "public",
    "veiled": "internal",
    "masked": "internal;eu",
    "embed": "internal",
    "rank": "confidential",
}
"""What each target is cleared for."""

MOVING = {"hall": ("internal;eu", "internal", "confidential;eu"), "lane": ("internal", "public", "confidential")}
"""Clearances that change when the configuration is read again."""

ANTHROPIC = frozenset({"ward", "desk", "lane", "masked"})
"""Targets that speak Anthropic's dialect; the others speak OpenAI's."""

TAKEN_OUT = {"veiled": frozenset({"personal-data"}), "masked": frozenset({"personal-data", "secrets"})}
"""What declassifiers take out for whom."""

PROFILES = {"embed": "{ embeddings = true, chat = false }", "rank": "{ rerank = true, chat = false }"}

_BEGINNING = """
[server]
data_dir = "{data}"

[policy]
default_label = "public"
documents_label = "confidential"
tags = ["client-x", "eu", "health"]

[discover]
enabled = false
keys = false

[knowledge]
embedding = "off"
documentation = false
rewrite = "veiled"

[guards]
pseudonyms_hours = {hours}
injection = "{injection}"
"""

_TARGET = """
[[target]]
name = "{name}"
model = "m"
base_url = "{url}"
dialect = "{dialect}"
api_key = "not-a-key"
retries = 1
clearance = {{ level = "{level}", tags = [{tags}] }}
"""

_ROUTES = """
[[route]]
name = "downhill"
flow = "fallback"
targets = ["street", "hall", "desk", "vault"]

[[route]]
name = "uphill"
flow = "fallback"
targets = ["lane", "veiled", "masked", "vault"]

[[route]]
name = "steps"
flow = "cascade"
targets = ["vault", "office", "lane", "street"]
accept = { score = "confidence", at_least = 0.8 }

[[route]]
name = "steps-down"
flow = "cascade"
targets = ["veiled", "hall", "street"]
accept = { score = "confidence", at_least = 0.8 }

[[route]]
name = "sprint"
flow = "race"
targets = ["vault", "street", "hall"]

[[route]]
name = "relay"
flow = "race"
targets = ["desk", "veiled", "lane"]

[[route]]
name = "crossing"
flow = "split"
targets = ["office", "hall", "ward", "street"]
weights = [0.3, 0.3, 0.2, 0.2]
sticky = "none"

[[declassify]]
when = "personal-data"
for = ["veiled"]
by = "pseudonymise"

[[declassify]]
when = "personal-data"
for = ["masked"]
by = "redact"

[[declassify]]
when = "secrets"
for = ["masked"]
by = "redact"
"""

CHAT = (
    *("downhill", "uphill", "steps", "steps-down", "sprint", "relay", "crossing"),
    *(name for name in CLEARANCES if name not in PROFILES),
)
"""What a chat may be asked of."""


def configuration(clearances: Mapping[str, str], urls: Mapping[str, str], data: Path, chance: random.Random) -> str:
    """The file in which targets at these addresses have these clearances; what else may vary is drawn."""
    parts = [_BEGINNING.format(data=data, hours=chance.choice([0, 1]), injection=chance.choice(["mark", "drop"]))]
    for name, clearance in clearances.items():
        level, _, tags = clearance.partition(";")
        quoted = ", ".join(f'"{tag}"' for tag in tags.split(",") if tag)
        dialect = "anthropic" if name in ANTHROPIC else "openai"
        parts.append(_TARGET.format(name=name, url=urls[name], dialect=dialect, level=level, tags=quoted))
        if name in PROFILES:
            parts.append(f"profile = {PROFILES[name]}\n")
    return "".join([*parts, _ROUTES])
