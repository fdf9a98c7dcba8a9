from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from freehold.core.errors import BadRequest
from freehold.core.label import Label
from freehold.evaluate.asking import Asker
from freehold.evaluate.judges.model import Certificate, Certification
from freehold.evaluate.scorers.around import Around
from freehold.evaluate.scorers.reading import scorer
from support.judging import CALLER, CHOOSER, RATER, Played, around_judges, chooses, judge_store, rates
from support.scored import example, result


async def test_a_rubric_judge_rates_the_answer(tmp_path: Path) -> None:
    scored = await scorer("judge:rater", around_judges(tmp_path, rates(4)))(example("Paris"), result("Lyon"))
    assert scored.value == pytest.approx(0.75)
    assert scored.reason == "so"
    assert scored.cost == 7


async def test_a_pairwise_judge_compares_with_what_is_expected(tmp_path: Path) -> None:
    first = scorer(
        "judge:chooser",
        around_judges(tmp_path, lambda shown: chooses("1" if shown["answer 1"] == "Lyon" else "2")(shown)),
    )
    assert (await first(example("Paris"), result("Lyon"))).value == 1
    assert (await first(example(), result("Lyon"))).value is None


async def test_what_a_judge_may_not_see_is_not_scored(tmp_path: Path) -> None:
    store = judge_store(tmp_path)
    store.add(RATER)
    played = Played(rates(5), cleared=Label.parse("internal"))
    asked = scorer("judge:rater", Around(Asker(played), CALLER, store))
    secret = example("x", label=Label.parse("restricted"))
    for answer in (await asked(secret, result("a")), await asked(example("x"), result("a", label="confidential"))):
        assert answer.value is None
        assert "may not be shown" in answer.reason
    assert (await asked(example("x"), result("a", label="internal"))).value == 1
    assert (await asked(example("x"), result("a", label="nonsense"))).value is None


def test_a_judge_gates_only_while_it_is_certified_as_what_it_is(tmp_path: Path) -> None:
    store = judge_store(tmp_path)
    store.add(RATER)
    around = Around(Asker(Played(rates(5))), CALLER, store, standing=lambda _model: "as it was")
    assert not scorer("judge:rater", around).gates
    passed = Certificate(RATER.id, True, "2026-01-01", "gold_1", 100, (), standing="as it was")
    done = Certification("ct_1", RATER, "key_ann", "done", 1, certificate=passed)
    store.keep(done)
    assert scorer("judge:rater", around).gates
    other = Around(Asker(Played(rates(5))), CALLER, store, standing=lambda _model: "another")
    assert not scorer("judge:rater", other).gates
    store.add(msgspec.structs.replace(RATER, rubric="Is it polite?"))
    assert not scorer("judge:rater", around).gates


async def test_another_model_that_answers_in_its_place_gives_no_score(tmp_path: Path) -> None:
    store = judge_store(tmp_path)
    store.add(RATER)
    passed = Certificate(RATER.id, True, "2026-01-01", "gold_1", 100, (), standing="s", answered_as=("wise-1",))
    store.keep(Certification("ct_1", RATER, "key_ann", "done", 1, certificate=passed))
    same = scorer("judge:rater", Around(Asker(Played(rates(5))), CALLER, store, standing=lambda _model: "s"))
    assert (await same(example("x"), result("a"))).value == 1
    changed = Played(rates(5), named="wise-2")
    other = scorer("judge:rater", Around(Asker(changed), CALLER, store, standing=lambda _model: "s"))
    assert other.gates
    scored = await other(example("x"), result("a"))
    assert scored.value is None
    assert "wise-2" in scored.reason
    assert not other.gates


def test_a_version_is_of_what_the_model_stands_for(tmp_path: Path) -> None:
    store = judge_store(tmp_path)
    store.add(RATER)
    versions = {
        scorer("judge:rater", Around(Asker(Played(rates(5))), CALLER, store, standing=lambda _model, to=to: to)).version  # type: ignore[misc]
        for to in ("one", "other")
    }
    assert len(versions) == 2


def test_names_of_no_judge_and_pipelines_that_are_missing_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="chooser, rater"):
        scorer("judge:nobody", around_judges(tmp_path))
    with pytest.raises(BadRequest, match="models to ask"):
        scorer("judge:rater")
    assert CHOOSER.name == "chooser"
