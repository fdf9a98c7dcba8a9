"""What tests of routers share."""

from __future__ import annotations

from functools import partial

import pytest

from freehold.evaluate.router.fit import teach
from freehold.evaluate.router.models import nearest


@pytest.fixture
def quickly_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    """One model is taught in the place of three, where it is not the models that are tested."""
    monkeypatch.setattr("freehold.evaluate.router.teaching.teach", partial(teach, models={"nearest": nearest}))
