"""What callers send by mistake or by design: each gets a clear answer in its own dialect, and nobody else is asked."""

from __future__ import annotations

import http.client
import socket
from typing import Any

import pytest

from support.household import Vendors
from support.server import Reply, Server

HELLO = [{"role": "user", "content": "Hello"}]
CHAT: Any = {"model": "gpt", "messages": HELLO}
MESSAGE: Any = {"model": "claude", "max_tokens": 9, "messages": HELLO}

OPENAI, ANTHROPIC = "/v1/chat/completions", "/v1/messages"
both = pytest.mark.parametrize("path", [OPENAI, ANTHROPIC])


def error_of(reply: Reply) -> dict[str, Any]:
    """The error of either dialect, checked for its shape."""
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["x-freehold-id"].startswith("fh_")
    body = reply.json
    if "type" in body:
        assert body["type"] == "error"
        assert body["request_id"] == reply.headers["x-freehold-id"]
        assert body["error"].keys() >= {"type", "message"}
    else:
        assert body["error"].keys() >= {"type", "message", "param", "code"}
    assert "Traceback" not in body["error"]["message"]
    return dict(body["error"])


def asked_nobody(vendors: Vendors) -> bool:
    return not any(vendor.requests for vendor in vendors.all)


@both
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b'{"model": "gpt", "messages": [{"role": "user", "content": "\xff\xfe"}]}',
        b'{"model": "gpt"} trailing',
        b'{"model": NaN}',
        b'{"a":' * 100_000,
        b'{"model": "gpt", "max_tokens": 1, "messages": [{"role": "user", "content": "x"}], "x": '
        + b"[" * 5000
        + b"]" * 5000
        + b"}",
        b'{"model": "gpt", "max_tokens": 1e999, "messages": [{"role": "user", "content": "x"}]}',
        b'{"model": "gpt", "model": "home", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}]}',
        b'{"model": "gpt", "max_tokens": 9, "messages": [{"role": "user", "content": "x", "content": "y"}]}',
    ],
    ids=[
        "empty",
        "cut off",
        "a list",
        "a string",
        "null",
        "invalid UTF-8",
        "trailing",
        "not a number",
        "nested and cut off",
        "nested deep",
        "a number out of range",
        "a key twice",
        "a key twice, deep",
    ],
)
def test_what_is_no_json_object_is_a_400(server: Server, vendors: Vendors, path: str, body: bytes) -> None:
    refused = server.ask("POST", path, body)
    assert refused.status == 400
    assert error_of(refused)["message"]
    assert asked_nobody(vendors)


@both
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("model", 7),
        ("model", ""),
        ("model", None),
        ("model", "gpt\r\nx-evil: 1"),
        ("model", "g" * 300),
        ("messages", "Hello"),
        ("messages", []),
        ("messages", [{"role": "wizard", "content": "x"}]),
        ("messages", [{"role": "user", "content": 7}]),
        ("messages", [{"role": "user", "content": [{"type": "text"}]}]),
        ("max_tokens", "many"),
        ("max_tokens", -1),
        ("temperature", 9),
        ("stream", "yes"),
        ("tools", "none"),
        ("tools", [{"type": 7}]),
        ("metadata", 7),
    ],
)
def test_a_field_of_the_wrong_kind_is_named(
    server: Server, vendors: Vendors, path: str, field: str, value: Any
) -> None:
    good = CHAT if path == OPENAI else MESSAGE
    refused = server.ask("POST", path, good | {field: value})
    assert refused.status == 400
    error = error_of(refused)
    assert field in (error.get("param") or error["message"])
    assert asked_nobody(vendors)


def test_anthropics_limit_is_required(server: Server) -> None:
    refused = server.ask("POST", ANTHROPIC, {"model": "claude", "messages": HELLO})
    assert refused.status == 400
    assert "max_tokens" in error_of(refused)["message"]


@both
def test_an_unknown_model_is_a_404_with_the_nearest_names(server: Server, path: str) -> None:
    refused = server.ask("POST", path, (CHAT if path == OPENAI else MESSAGE) | {"model": "clade"})
    assert refused.status == 404
    assert "claude" in error_of(refused)["message"]


def test_a_model_outside_a_keys_scope_is_as_unknown_as_one_that_is_none(server: Server, vendors: Vendors) -> None:
    key = server.new_key("narrow", models=["home"])["key"]
    hidden, none = (server.chat("Hello", model, key=key) for model in ("gpt", "gpx"))
    assert hidden.status == none.status == 404
    assert hidden.json["error"]["message"] == none.json["error"]["message"].replace("gpx", "gpt")
    assert [each["id"] for each in server.ask("GET", "/v1/models", key=key).json["data"]] == ["home"]
    assert asked_nobody(vendors)


@both
@pytest.mark.parametrize("announced", [True, False], ids=["with its length", "in chunks"])
def test_a_body_of_fifty_megabytes_hears_that_it_is_too_large(server: Server, path: str, announced: bool) -> None:
    block = b"x" * (1 << 20)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"authorization": f"Bearer {server.key}", "content-type": "application/json"}
    if announced:
        headers["content-length"] = str(50 << 20)
    connection.request("POST", path, (block for _ in range(50)), headers, encode_chunked=not announced)
    with connection.getresponse() as response:
        reply = Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    connection.close()
    assert reply.status == 413
    assert error_of(reply)["type"] == ("invalid_request_error" if path == OPENAI else "request_too_large")


def test_a_body_of_thirty_megabytes_is_answered(server: Server) -> None:
    picture = "A" * (30 << 20)
    part = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{picture}"}}
    body = {"model": "gpt", "messages": [{"role": "user", "content": [part]}]}
    assert server.ask("POST", OPENAI, body).status == 200


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "no API key"),
        ({"authorization": "Bearer fh-nobody"}, "not known"),
        ({"authorization": "Basic dXNlcjpwYXNz"}, "not 'Bearer KEY'"),
        ({"authorization": "Bearer "}, "not 'Bearer KEY'"),
        ({"x-api-key": "fh-nobody"}, "not known"),
        ({"x-api-key": ""}, "no API key"),
        ({"authorization": "Bearer fh-nobody", "x-api-key": "fh-other"}, "different keys"),
        ({"authorization": "Bearer " + "\xe9" * 10}, "not known"),
        ({"authorization": "Bearer " + "k" * 20_000}, "not known"),
    ],
)
def test_whoever_has_no_good_key_is_told_what_to_send(server: Server, headers: dict[str, str], said: str) -> None:
    for path in (OPENAI, ANTHROPIC):
        refused = server.ask("POST", path, CHAT, key=None, headers=headers)
        assert refused.status == 401
        error = error_of(refused)
        assert error["type"] == "authentication_error"
        assert refused.headers["www-authenticate"].startswith("Bearer")
        assert said in error["message"]


def test_either_header_holds_a_key(server: Server) -> None:
    assert server.ask("POST", OPENAI, CHAT, key=None, headers={"x-api-key": server.key}).status == 200
    assert server.ask("POST", ANTHROPIC, MESSAGE, key=server.key).status == 200
    twice = {"x-api-key": server.key}
    assert server.ask("POST", ANTHROPIC, MESSAGE, key=server.key, headers=twice).status == 200


def test_a_revoked_key_is_refused_at_once(server: Server) -> None:
    made = server.new_key("short-lived")
    assert server.chat("Hello", "gpt", key=made["key"]).status == 200
    assert server.ask("DELETE", f"/api/keys/{made['id']}").status == 200
    assert server.chat("Hello", "gpt", key=made["key"]).status == 401


def test_a_rotated_key_changes_its_secret_at_once(server: Server) -> None:
    made = server.new_key("turning")
    fresh = server.ask("POST", f"/api/keys/{made['id']}/rotate").json
    assert server.chat("Hello", "gpt", key=made["key"]).status == 401
    assert server.chat("Hello", "gpt", key=fresh["key"]).status == 200


def test_only_an_admin_may_look_after_keys(server: Server) -> None:
    key = server.new_key("plain")["key"]
    asked = [("GET", "/api/keys"), ("POST", "/api/keys"), ("GET", "/api/targets")]
    for method, path in [*asked, ("POST", "/api/reload")]:
        assert server.ask(method, path, {} if method == "POST" else None, key=key).status == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/chat/completions", 405),
        ("PUT", "/v1/messages", 405),
        ("DELETE", "/v1/models", 405),
        ("PATCH", "/api/keys", 405),
        ("GET", "/v1/nothing", 404),
        ("POST", "/v1/messages/nothing", 404),
        ("GET", "/v1/models/", 404),
        ("GET", "/..%2f..%2fetc/passwd", 404),
        ("OPTIONS", "/v1/chat/completions", 405),
    ],
)
def test_what_is_not_there_says_so(server: Server, method: str, path: str, status: int) -> None:
    refused = server.ask(method, path)
    assert refused.status == status
    error = error_of(refused)
    assert error["message"]
    assert (refused.json.get("type") == "error") == path.startswith("/v1/messages")
    assert ("allow" in refused.headers) == (status == 405)


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/api/openapi.json", "/v1/models", "/v1/models/gpt"])
def test_head_says_what_get_would_and_sends_no_body(server: Server, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"authorization": f"Bearer {server.key}"}
    for method in ("HEAD", "GET", "HEAD"):  # on one connection, so that a stray body would be seen
        connection.request(method, path, headers=headers)
        with connection.getresponse() as response:
            body = response.read()
            assert response.status == 200
            assert (body == b"") == (method == "HEAD")
            assert int(response.headers["content-length"]) > 0
    connection.close()


@pytest.mark.parametrize(
    "text",
    [
        b"GET / HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n",
        b"NONSENSE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
)
def test_what_is_no_http_harms_nobody(server: Server, text: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 30) as peer:
        peer.sendall(text)
        peer.shutdown(socket.SHUT_WR)
        peer.settimeout(30)
        answered = b""
        try:
            while more := peer.recv(65536):
                answered += more
        except ConnectionError:
            pass
    assert answered == b"" or answered.split(b" ", 2)[1] in {b"400", b"404", b"414", b"431"}
    assert server.ask("GET", "/healthz", key=None).status == 200


def test_strange_names_never_become_headers(server: Server) -> None:
    for name in ("gpt\r\nset-cookie: a=b", "gpt\x00", "gpt\u2028", "g\u00e9", "%0d%0ax: y"):
        refused = server.ask("POST", OPENAI, CHAT | {"model": name})
        assert refused.status in {400, 404}
        assert "set-cookie" not in refused.headers
        assert "x" not in refused.headers


@pytest.mark.parametrize(
    "said",
    [
        "not json",
        '{"labl": "public"}',
        "[]",
        '{"label": "secret"}',
        '{"label": null}',
        '{"label": "restricted", "label": "public"}',
        '{"collections": ["Hand Book"]}',
        '{"collections": [7]}',
        '{"collections": 7}',
        "[" * 3000,
    ],
)
def test_directions_in_metadata_are_checked(server: Server, vendors: Vendors, said: str) -> None:
    refused = server.chat("Hello", "gpt", metadata={"freehold": said})
    assert refused.status == 400
    assert error_of(refused)["param"]
    assert asked_nobody(vendors)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/keys", {"nome": "x"}),
        ("/api/keys", {"name": " "}),
        ("/api/keys", {"name": "x", "label": "secret"}),
        ("/api/keys", {"name": "x", "days": 0}),
        ("/api/keys", b"{"),
        ("/api/keys", {"name": 7}),
        ("/api/explain", {"text": "x", "label": "secret"}),
        ("/api/explain", {}),
        ("/api/requests?limit=x", None),
        ("/api/requests?since=yesterday", None),
        ("/api/requests?cursor=%00garbage", None),
        ("/api/usage?by=colour", None),
        ("/api/usage?" + "&".join(f"a{number}=1" for number in range(101)), None),
        ("/api/keys", b'{"name": "x", "admin": false, "admin": true}'),
    ],
)
def test_the_admin_api_says_what_is_wrong(server: Server, path: str, body: Any) -> None:
    refused = server.ask("GET" if body is None else "POST", path, body)
    assert refused.status == 400
    assert error_of(refused)["message"]


def test_embeddings_are_checked_too(server: Server, vendors: Vendors) -> None:
    for body in ({"model": "embed"}, {"model": "embed", "input": 7}, {"model": "embed", "input": []}):
        assert server.ask("POST", "/v1/embeddings", body).status == 400
    chat = server.ask("POST", "/v1/embeddings", {"model": "gpt", "input": "x"})
    assert chat.status == 400
    assert asked_nobody(vendors)


@pytest.mark.parametrize(
    "path",
    [
        "/api/requests?since=0001-01-01",
        "/api/requests?until=9999-12-31",
        "/api/requests?since=99999w",
        "/api/requests?since=0001-01-01T00:00:00%2B23:59",
        "/api/usage?since=0001-01-01&until=9999-12-31T23:59:59-23:59",
    ],
)
def test_moments_beyond_all_records_leave_nothing_out(server: Server, path: str) -> None:
    server.chat("Hello", "gpt")
    assert server.ask("GET", path).json["data"]
