from __future__ import annotations

import pytest

from freehold.http.asgi import Http
from freehold.http.cookie import Cookie, has_token, token
from support.asgi import Caller

HERE = "http://127.0.0.1:8080"


def a_request(method: str = "GET", *, scheme: str = "http", **headers: str) -> Http:
    caller = Caller(method, headers={"host": "127.0.0.1:8080"} | {k.replace("_", "-"): v for k, v in headers.items()})
    caller.scope["scheme"] = scheme
    return caller.http


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("freehold=abc", "abc"),
        ("theme=dark; freehold=abc ; x=y", "abc"),
        ("freehold=a=b", "a=b"),
        ("freehold=", ""),
        ("freehold", None),
        ("myfreehold=abc", None),
        ("__Host-freehold=abc", None),
        ("", None),
        (";;;=;", None),
    ],
)
def test_it_is_found_among_others(header: str, found: str | None) -> None:
    assert Cookie().read(a_request(cookie=header)) == found


def test_it_is_found_in_any_of_several_headers() -> None:
    caller = Caller()
    caller.scope["headers"] = [(b"cookie", b"a=b"), (b"cookie", b"freehold=abc")]
    assert Cookie().read(caller.http) == "abc"


def test_no_script_and_no_other_site_gets_it() -> None:
    name, value = Cookie().given(a_request(), "abc", 60)
    assert (name, value) == (b"set-cookie", b"freehold=abc; HttpOnly; SameSite=Strict; Path=/; Max-Age=60")


@pytest.mark.parametrize(("public", "scheme"), [("https://ai.example.org", "http"), (None, "https")])
def test_over_tls_it_stays_there(public: str | None, scheme: str) -> None:
    cookie, http = Cookie(public), a_request(scheme=scheme, cookie="freehold=old; __Host-freehold=abc")
    assert cookie.given(http, "abc", 60)[1].startswith(b"__Host-freehold=abc; ")
    assert cookie.given(http, "abc", 60)[1].endswith(b"; Secure")
    assert cookie.read(http) == "abc"


@pytest.mark.parametrize(
    ("method", "headers", "allowed"),
    [
        ("POST", {}, True),
        ("POST", {"sec_fetch_site": "same-origin"}, True),
        ("POST", {"sec_fetch_site": "same-origin", "origin": "https://behind.example"}, True),
        ("POST", {"sec_fetch_site": "same-site"}, False),
        ("POST", {"sec_fetch_site": "cross-site", "origin": HERE}, False),
        ("POST", {"sec_fetch_site": "none"}, False),
        ("GET", {"sec_fetch_site": "none"}, True),
        ("GET", {"sec_fetch_site": "same-site"}, False),
        ("GET", {"sec_fetch_site": "cross-site"}, False),
        ("POST", {"origin": HERE}, True),
        ("POST", {"origin": "https://127.0.0.1:8080"}, True),
        ("POST", {"origin": "https://ai.example.org"}, True),
        ("POST", {"origin": "http://127.0.0.1:8081"}, False),
        ("POST", {"origin": "http://evil.example"}, False),
        ("POST", {"origin": "null"}, False),
        ("POST", {"origin": ""}, False),
    ],
)
def test_a_browser_must_say_that_the_page_asks(method: str, headers: dict[str, str], allowed: bool) -> None:
    assert Cookie("https://ai.example.org").from_here(a_request(method, **headers)) is allowed


def test_without_a_host_no_origin_is_here() -> None:
    caller = Caller("POST", headers={"origin": "http://None"})
    assert not Cookie().from_here(Caller("POST", headers={"origin": "null"}).http)
    assert not Cookie().from_here(caller.http)


def test_the_token_is_the_sessions_own() -> None:
    assert token("abc") == token("abc") != token("abd")
    assert len(token("abc")) == 43
    assert "abc" not in token("abc")
    assert has_token(a_request(x_freehold_csrf=token("abc")), "abc")
    for said in ("", token("abd"), token("abc")[:-1], token("abc") + "=", "é" * 43):
        assert not has_token(a_request(x_freehold_csrf=said), "abc")
    assert not has_token(a_request(), "abc")
