"""One example says whether its text may be used, and holds none where it may not."""

from __future__ import annotations

from typing import Any

import pytest

from freehold.ledger.examples import example

ROW: dict[str, Any] = {
    **dict.fromkeys(("thumb", "score", "outcome", "corrected", "comment", "target", "label", "route")),
    "id": "fb_1",
    "exchange_id": "fh_1",
    "key_id": "k",
    "at_ns": 5 * 10**9,
    "alias": "auto",
    "asker": "a",
    "started_ns": 10**9,
    "prompt": None,
    "answer": None,
}


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({}, (False, None, None)),
        ({"prompt": '{"model":"auto"}'}, (True, {"model": "auto"}, None)),
        ({"prompt": "{}", "answer": '{"choices":[{"text":"Yes."}]}'}, (True, {}, [{"text": "Yes."}])),
    ],
)
def test_an_example_has_text_by_consent(texts: dict[str, str], told: tuple[object, ...]) -> None:
    line = example(ROW | texts)  # type: ignore[arg-type]  # it is read by name alone
    assert (line["consent"], line["input"], line["answer"]) == told
    assert (line["at"], line["asked"]) == ("1970-01-01T00:00:05.000Z", "1970-01-01T00:00:01.000Z")
