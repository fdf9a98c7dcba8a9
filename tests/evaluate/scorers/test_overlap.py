from __future__ import annotations

import builtins
from typing import Any

import pytest

from freehold.core.errors import BadRequest
from freehold.evaluate.scorers.reading import scorer
from support.scored import score, value


def test_f1_is_that_of_words() -> None:
    scored = score("f1", "the red car", "red car of Ann")
    assert scored.detail == {"precision": 1.0, "recall": 0.5}
    assert scored.value == pytest.approx(2 / 3)
    assert value("f1", "blue", ["red", "blue"]) == 1
    assert value("f1", "", "red") == 0
    assert value("f1", "", "") == 1


def test_rouge_l_is_the_longest_common_subsequence() -> None:
    # Lin 2004: "police killed the gunman" against "police kill the gunman".
    assert value("rouge-l", "police killed the gunman", "police killed the gunman") == 1
    assert value("rouge-l", "the gunman police killed", "police killed the gunman") == 0.5
    assert value("rouge-l", "running", "runs") == 1, "stemmed"
    assert value("rouge-l", "кошка спит", "кошка ест") == 0.5, "of any script"


def test_bleu_is_of_one_sentence() -> None:
    assert value("bleu", "the cat sat on the mat", "the cat sat on the mat") == pytest.approx(1)
    some = value("bleu", "the cat sat on a mat", ["the cat sat on the mat", "a cat was on the mat"])
    assert some is not None
    assert 0.3 < some < 1
    assert value("bleu", "", "the cat") == 0


def test_texts_that_would_take_long_are_not_compared() -> None:
    assert value("rouge-l", "word " * 3000, "word") is None
    assert value("bleu", "word", "word " * 3000) is None


@pytest.mark.parametrize("name", ["rouge-l", "bleu"])
def test_the_extra_that_is_missing_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(module: str, *rest: Any, **more: Any) -> Any:
        if module.partition(".")[0] in {"rouge_score", "sacrebleu", "nltk"}:
            raise ImportError(name=module)
        return real(module, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(BadRequest, match=r"pip install 'freehold\[evaluate\]'"):
        scorer(name)
