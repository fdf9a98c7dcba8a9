from __future__ import annotations

import pytest

from freehold.core.caller import Caller as Holder
from freehold.core.errors import Forbidden, Unauthorized
from freehold.http.auth import admit, authenticate
from support.asgi import Caller

ANN = Holder(key_id="key_ann", name="ann")
ROOT = Holder(key_id="key_root", name="root", role="admin")


def lookup(secret: str) -> Holder | None:
    return {"fh-ann": ANN, "fh-root": ROOT}.get(secret)


def given(**headers: str) -> Caller:
    return Caller(headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer fh-ann"},
        {"authorization": "bearer   fh-ann "},
        {"x_api_key": "fh-ann"},
        {"x_api_key": " fh-ann "},
        {"authorization": "Bearer fh-ann", "x_api_key": "fh-ann"},
    ],
)
def test_a_key_is_found_in_either_header(headers: dict[str, str]) -> None:
    assert authenticate(given(**headers).http, lookup) is ANN


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "no API key"),
        ({"x_api_key": ""}, "no API key"),
        ({"authorization": ""}, "not 'Bearer KEY'"),
        ({"authorization": "fh-ann"}, "not 'Bearer KEY'"),
        ({"authorization": "Bearer"}, "not 'Bearer KEY'"),
        ({"authorization": "Basic fh-ann"}, "not 'Bearer KEY'"),
        ({"authorization": "Basic fh-ann", "x_api_key": "fh-ann"}, "not 'Bearer KEY'"),
        ({"authorization": "Bearer fh-ann", "x_api_key": "fh-root"}, "different keys"),
        ({"authorization": "Bearer fh-eve"}, "not known"),
        ({"x_api_key": "fh-eve"}, "not known"),
    ],
)
def test_without_a_good_key_nobody_enters(headers: dict[str, str], said: str) -> None:
    with pytest.raises(Unauthorized, match=said) as caught:
        authenticate(given(**headers).http, lookup)
    assert "fh-" not in caught.value.message


def test_only_an_admin_passes_for_one() -> None:
    assert admit(given(x_api_key="fh-root").http, lookup, "admin") is ROOT
    with pytest.raises(Forbidden):
        admit(given(x_api_key="fh-ann").http, lookup, "admin")
    with pytest.raises(Unauthorized):
        admit(given().http, lookup, "admin")


def test_who_may_enter_is_as_the_operation_says() -> None:
    assert admit(given(x_api_key="fh-ann").http, lookup, "key") is ANN
    assert admit(given(x_api_key="nonsense").http, lookup, "anyone") is None
    with pytest.raises(Unauthorized):
        admit(given().http, lookup, "key")
