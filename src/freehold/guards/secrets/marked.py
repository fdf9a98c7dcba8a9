"""Finds tokens whose vendor has put its mark in their middle or at their end."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

import msgspec

from freehold.core.finding import Span

_AROUND = 90
"""Characters on either side of a run within which what belongs to it lies."""

_BESIDE = 10
"""Characters before or after a run in which a mark may stand that is not of letters alone, such as ``.atlasv1.``."""

_LONGEST = 300


class Mark(msgspec.Struct, frozen=True):
    """A published format: `mark`, a literal, stands somewhere in what `pattern` matches."""

    kind: str
    mark: str
    pattern: str
    sure: float = 0.95


MARKED = (
    # Microsoft's identifiable keys end in a signature of the service and a checksum.
    Mark("azure-key", "JQQJ99", "[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{24,30}"),
    Mark("azure-devops-token", "AZDO", "[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}"),
    Mark("azure-key", "+ASt", r"[A-Za-z0-9+/]{76}\+ASt[A-Za-z0-9+/]{6}=="),
    Mark("azure-key", "ACDb", "[A-Za-z0-9+/]{76}ACDb[A-Za-z0-9+/]{6}=="),
    Mark("azure-key", "+ABa", r"[A-Za-z0-9+/]{76}\+ABa[A-Za-z0-9+/]{6}=="),
    Mark("azure-key", "+AMC", r"[A-Za-z0-9+/]{76}\+AMC[A-Za-z0-9+/]{6}=="),
    Mark("azure-key", "AzFu", "[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{5}[AQgw]=="),
    Mark("azure-key", "+ASb", r"[A-Za-z0-9+/]{33}\+ASb[A-Za-z0-9+/]{6}="),
    Mark("azure-key", "+AEh", r"[A-Za-z0-9+/]{33}\+AEh[A-Za-z0-9+/]{6}="),
    Mark("azure-key", "+ARm", r"[A-Za-z0-9+/]{33}\+ARm[A-Za-z0-9+/]{6}="),
    Mark("azure-key", "AIoT", "[A-Za-z0-9+/]{33}AIoT[A-Za-z0-9+/]{6}="),
    Mark("azure-key", "AzCa", "[A-Za-z0-9]{33}AzCa[A-P][A-Za-z0-9]{5}="),
    Mark("azure-key", "AzSe", "[A-Za-z0-9]{42}AzSe[A-D][A-Za-z0-9]{5}"),
    Mark("azure-key", "+ACR", r"[A-Za-z0-9+/]{42}\+ACR[A-D][A-Za-z0-9+/]{5}"),
    Mark("azure-client-secret", "Q~", "[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}"),
    Mark("terraform-token", ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,72}"),
    Mark("newrelic-key", "NRAL", "[0-9a-zA-Z]{32,36}NRAL"),
    Mark("maxmind-key", "_mmk", "[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"),
    Mark("mailchimp-key", "-us", "[0-9a-f]{32}-us[0-9]{1,2}"),
    Mark("mailgun-key", "-", "[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}"),
    Mark("rapidapi-key", "msh", "[0-9a-f]{10}msh[0-9a-f]{15}p1[0-9a-f]{5}jsn[0-9a-f]{12}"),
    Mark("telegram-token", ":", "[0-9]{8,10}:[A-Za-z0-9_-]{35}"),
    Mark("meta-token", "|", r"[0-9]{13,17}\|[A-Za-z0-9_-]{27}"),
    Mark("fcm-key", ":APA91b", "[A-Za-z0-9_-]{7,11}:APA91b[A-Za-z0-9_-]{134,180}"),
    Mark("discord-token", ".", r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}"),
)


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))(?:{pattern})(?![A-Za-z0-9])")


def marked(text: str, runs: Iterable[tuple[int, int]]) -> Iterator[Span]:
    """Tokens with a mark in one of `runs` or right beside it. A run longer than any such token is data."""
    done = 0
    for start, end in runs:
        if end - start > _LONGEST:
            continue
        near, beside = text[max(0, start - _BESIDE) : end + _BESIDE], text[max(0, start - 1) : end + 1]
        for rule in MARKED:
            if rule.mark in (near if len(rule.mark) > 1 else beside):
                found = _compiled(rule.pattern).search(text, max(done, start - _AROUND), end + _AROUND)
                if found is not None:
                    done = found.end()
                    yield Span(found.start(), found.end(), rule.kind, rule.sure, "marked", "secrets")
                    break
