"""Reading a URL: what is understood, what messages call it, and that its password never shows."""

from __future__ import annotations

import pytest

from freehold.core.errors import SetupError
from freehold.core.target import Secret
from freehold.knowledge.library.postgres_address import read_address


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://ada:hunter2@db.example:6543/house", "the PostgreSQL database 'house' at db.example:6543"),
        ("postgres://ada:hunter2@db.example/house", "the PostgreSQL database 'house' at db.example:5432"),
        ("postgresql://ada:hunter2@/house?host=/run/pg", "the PostgreSQL database 'house' at /run/pg"),
        ("postgresql://ada:hunter2@a:1,b:2/house", "the PostgreSQL database 'house' at a,b:1,2"),
        ("postgresql://ada@/", "the PostgreSQL database 'ada'"),
    ],
)
def test_it_is_named_without_user_and_password(url: str, place: str) -> None:
    address = read_address(Secret(url))
    assert address.place == place
    assert "hunter2" not in repr(address)


def test_a_password_may_hold_anything_as_percent_codes() -> None:
    address = read_address(Secret("postgresql://ada:p%40s%2Fs%3Aw%23@db/house"))
    assert address.parameters["password"] == "p@s/s:w#"


def test_what_the_url_says_wins_over_the_defaults() -> None:
    parameters = read_address(Secret("postgresql://db/house?connect_timeout=2&sslmode=require")).parameters
    assert (parameters["connect_timeout"], parameters["sslmode"]) == ("2", "require")
    assert parameters["application_name"] == "freehold"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sqlite",
        "host=db password=hunter2",
        "mysql://ada:hunter2@db/x",
        "postgresql://ada:hunter2/more@db/x",
        "postgresql://ada:hun@ter2@db/x",
        "postgresql://ada:hunter2%zz@db/x",
        "postgresql://db/x?pasword=hunter2",
    ],
)
def test_what_cannot_be_read_is_refused_with_the_mend_and_not_repeated(url: str) -> None:
    with pytest.raises(SetupError, match="percent codes") as caught:
        read_address(Secret(url))
    assert "hunter2" not in str(caught.value)
    assert "ter2" not in str(caught.value)
    assert caught.value.__cause__ is None
