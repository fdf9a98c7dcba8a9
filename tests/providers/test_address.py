"""The head of a request: nothing that is put into it can add a line, a header of its own, or show a key."""

from __future__ import annotations

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.errors import AttemptFailed, Fault
from freehold.core.target import RESERVED_HEADERS, Secret, Target
from freehold.providers.address import address_of, request_head
from support.decisions import a_target

KEY = "sk-very-secret"


def at(url: str = "http://127.0.0.1:8000/v1", **fields: object) -> Target:
    return msgspec.structs.replace(a_target(), base_url=url, **fields)


def lines(target: Target, path: str = "/chat/completions", headers: tuple[tuple[str, str], ...] = ()) -> list[str]:
    head = request_head(address_of(target), path, headers, 7).decode("latin-1")
    assert head.endswith("\r\n\r\n")
    return head[:-4].split("\r\n")


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "authority"),
    [
        ("http://127.0.0.1:8000/v1", "127.0.0.1", 8000, False, "127.0.0.1:8000"),
        ("https://api.example.com/v1", "api.example.com", 443, True, "api.example.com"),
        ("http://api.example.com/v1", "api.example.com", 80, False, "api.example.com"),
        ("http://[::1]:9/v1", "::1", 9, False, "[::1]:9"),
    ],
)
def test_where_it_lives(url: str, host: str, port: int, tls: bool, authority: str) -> None:
    address = address_of(at(url))
    assert (address.host, address.port, address.tls) == (host, port, tls)
    assert f"host: {authority}" in lines(at(url))


def test_the_request_line_has_path_and_query() -> None:
    target = at("https://x.example/openai/v1/", query=(("api-version", "2024 10"), ("a", "b&c")))
    assert lines(target)[0] == "POST /openai/v1/chat/completions?api-version=2024+10&a=b%26c HTTP/1.1"


@given(path=st.text(max_size=40))
def test_no_path_can_end_its_line(path: str) -> None:
    try:
        first = lines(at(), "/" + path.encode("utf-8", "replace").decode())[0]
    except AttemptFailed:
        return
    assert first.startswith("POST /v1/")
    assert first.endswith(" HTTP/1.1")
    assert first.count(" ") == 2


@pytest.mark.parametrize(
    ("auth", "line"),
    [
        ("bearer", f"authorization: Bearer {KEY}"),
        ("x-api-key", f"x-api-key: {KEY}"),
        ("api-key", f"api-key: {KEY}"),
        ("none", None),
    ],
)
def test_the_key_goes_where_the_target_wants_it(auth: str, line: str | None) -> None:
    said = lines(at(api_key=Secret(KEY), auth=auth))
    assert [each for each in said if KEY in each] == ([line] if line else [])


BAD_HEADERS = [
    ("x-a", "one\r\nx-evil: 1"),
    ("x-a", "one\nx-evil: 1"),
    ("x-a", "nul\0"),
    ("x-a\r\nx-evil", "1"),
    ("x a", "1"),
    ("", "1"),
    ("x-a", "snow\u2603"),
    ("Content-Length", "0"),
    ("transfer-encoding", "chunked"),
    ("Host", "elsewhere"),
    *((name, "1") for name in sorted(RESERVED_HEADERS)),
]


@pytest.mark.parametrize("header", BAD_HEADERS)
def test_a_target_with_such_a_header_is_not_asked(header: tuple[str, str]) -> None:
    with pytest.raises(AttemptFailed) as caught:
        address_of(at(headers=(("x-good", "1"), header)))
    assert caught.value.fault is Fault.CONNECT
    assert not caught.value.safe_to_retry


@pytest.mark.parametrize("header", [*BAD_HEADERS, ("X-Api-Key", "mine")])
def test_such_a_header_is_not_passed_on(header: tuple[str, str]) -> None:
    with pytest.raises(AttemptFailed) as caught:
        lines(at(), headers=(header,))
    assert (caught.value.fault, caught.value.param) == (Fault.UNTRANSLATABLE, header[0])


@given(name=st.text(max_size=12), value=st.text(max_size=30))
def test_a_header_is_one_line_or_refused(name: str, value: str) -> None:
    count = len(lines(at()))
    with suppress(AttemptFailed):
        assert len(lines(at(), headers=((name, value),))) == count + 1


def test_a_key_that_cannot_be_sent_is_not_quoted() -> None:
    with pytest.raises(AttemptFailed) as caught:
        address_of(at(api_key=Secret(KEY + "\n")))
    assert KEY not in str(caught.value)
    assert KEY not in repr(caught.value)


def test_an_address_does_not_show_the_key() -> None:
    address = address_of(at(api_key=Secret(KEY), query=(("key", KEY),), headers=(("x-key", KEY),)))
    assert KEY not in repr(address)
    assert KEY not in str(address)


def test_a_host_that_is_no_header_is_refused() -> None:
    with pytest.raises(AttemptFailed):
        address_of(at("http://snow\u2603.example/v1"))
