"""What the classifier learns from, and which of it is held out together when it is measured on what it has not seen.

Published sets are read from a folder and not copied: NotInject (one and two), WildGuard's harmless prompts and the
attacks of BIPIA, as the repository of PIGuard has them (MIT). The rest is made by `attacks`, `benign` and `abroad`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from tools.injection import abroad, attacks, benign

_DOCS = Path(__file__).parents[2] / "docs"

_EACH_ATTACK = 150
_EACH_BENIGN = 220
_EMBEDDED = 500
_SHORTEST = 15
"""Characters of a sentence."""
_ONE_WINDOW = 500
_PLANTED = 3
"""Passages that each published attack is planted in."""
_PASSAGES = 300
_ABOUT_ATTACKS = frozenset({"explanation/injection.md"})
"""Pages that quote instructions to a model."""


class Row(msgspec.Struct, frozen=True):
    """One row of a published set."""

    prompt: str
    label: int = 0
    source: str = ""
    word_list: tuple[str, ...] = ()


class Sample(msgspec.Struct, frozen=True):
    """A text. ``text[start:end]`` is the attack in it; empty where it is harmless."""

    text: str
    source: str
    group: str
    """What is held out together: near duplicates have one group."""
    start: int = 0
    end: int = 0

    @property
    def attack(self) -> bool:
        return self.end > self.start


def published(folder: Path) -> Iterator[Sample]:
    """What the published sets hold, each text once. Raises `FileNotFoundError`."""
    seen: set[str] = set()
    for sample in _published(folder):
        if sample.text not in seen:
            seen.add(sample.text)
            yield sample


def made(seed: int = 1) -> Iterator[Sample]:
    """What is made, the same for the same seed."""
    rng = random.Random(seed)
    planted = []
    for kind, text in dict.fromkeys(attacks.made(rng, _EACH_ATTACK)):
        planted.append((kind, text))
        yield _attack(text, f"made/{kind}", f"made/{kind}")
    for kind, text in dict.fromkeys(benign.made(rng, _EACH_BENIGN)):
        yield Sample(text, f"made/{kind}", f"made/{kind}/{text[:24]}")
    for language, texts in abroad.ATTACKS.items():
        yield from (_attack(text, "made/abroad", f"made/abroad/{language}") for text in texts)
    for language, texts in abroad.BENIGN.items():
        yield from (Sample(text, "made/abroad", f"made/abroad/{language}") for text in texts)
    for _ in range(_PASSAGES):
        kind, text = benign.passage(rng)
        yield Sample(text, f"made/passage/{kind}", f"made/{kind}/{text[:24]}")
    for _ in range(_EMBEDDED):
        kind, text = rng.choice(planted)
        yield embedded(rng, text, f"made/embedded/{kind}", f"made/{kind}")


def planted(samples: Iterable[Sample], seed: int = 2) -> Iterator[Sample]:
    """Each published attack of one window, in a few harmless passages; held out with the attack."""
    rng = random.Random(seed)
    for sample in samples:
        if sample.attack and len(sample.text) < _ONE_WINDOW:
            for _ in range(_PLANTED):
                yield embedded(rng, sample.text, f"planted/{sample.source}", sample.group)


def pages() -> Iterator[Sample]:
    """The project's own documentation: harmless, and full of prompts, answers, tools and code."""
    for path in sorted(_DOCS.rglob("*.md")):
        name = path.relative_to(_DOCS).as_posix()
        if name not in _ABOUT_ATTACKS:
            text = path.read_text(encoding="utf-8")
            yield Sample(text, "pages", f"pages/{name}")
            sentences = [each for each in re.split(r"(?<=[.?!])\s+|\n+", text) if len(each) > _SHORTEST]
            # By themselves too, so that what is short and unheard of is not taken for an attack.
            yield from (
                Sample(each, "pages/sentence", f"pages/{name}") for each in sentences[:: len(sentences) // 12 + 1]
            )


def embedded(rng: random.Random, attack: str, source: str, group: str) -> Sample:
    """An attack within a harmless passage: before it, in it or after it."""
    _, text = benign.passage(rng)
    places = [0, len(text), *(at + 2 for at in range(len(text)) if text[at : at + 2] in {". ", ".\n"})]
    at = rng.choice(places)
    before = text[:at] + ("" if at == 0 else rng.choice((" ", "\n", "\n\n")))
    return Sample(f"{before}{attack}\n{text[at:]}", source, group, len(before), len(before) + len(attack))


def _published(folder: Path) -> Iterator[Sample]:
    for name in ("one", "two"):
        for row in _rows(folder / f"NotInject_{name}.json"):
            yield Sample(row.prompt, f"NotInject_{name}", f"notinject/{row.word_list[0]}")
    for row in _rows(folder / "wildguard.half.json"):
        yield Sample(row.prompt, "wildguard", f"wildguard/{row.prompt[:40]}")
    for name in ("text", "code"):
        path = folder / f"BIPIA_{name}.json"
        for category, texts in msgspec.json.decode(path.read_bytes(), type=dict[str, list[str]]).items():
            yield from (_attack(text, f"BIPIA_{name}", f"BIPIA_{name}/{category}") for text in texts)
    for number, row in enumerate(_rows(folder / "valid.json")):
        source = f"valid/{row.source}"
        group = f"{source}/{number}"
        yield _attack(row.prompt, source, group) if row.label else Sample(row.prompt, source, group)


def _rows(path: Path) -> list[Row]:
    return msgspec.json.decode(path.read_bytes(), type=list[Row])


def _attack(text: str, source: str, group: str) -> Sample:
    return Sample(text, source, group, 0, len(text))
