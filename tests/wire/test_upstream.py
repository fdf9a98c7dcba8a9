"""What a provider's errors mean."""

from __future__ import annotations

import json

import pytest

from freehold.core.errors import AttemptFailed, Fault
from freehold.wire.anthropic import MessagesProvider
from freehold.wire.codec import ProviderCodec
from freehold.wire.openai import ChatProvider
from freehold.wire.sse import Splitter
from freehold.wire.upstream import MESSAGE_LENGTH, clean, failure_of_status, not_the_dialect, refused
from support.decisions import a_request


@pytest.mark.parametrize(
    ("status", "fault", "safe"),
    [
        (400, Fault.REJECTED, False),
        (401, Fault.AUTH, False),
        (402, Fault.AUTH, False),
        (403, Fault.AUTH, False),
        (404, Fault.REJECTED, False),
        (408, Fault.SERVER, False),
        (413, Fault.REJECTED, False),
        (422, Fault.REJECTED, False),
        (429, Fault.RATE_LIMITED, True),
        (500, Fault.SERVER, False),
        (502, Fault.SERVER, False),
        (503, Fault.SERVER, True),
        (504, Fault.SERVER, False),
        (529, Fault.SERVER, True),
        (302, Fault.PROTOCOL, False),
    ],
)
def test_the_status_decides(status, fault, safe):
    failure = failure_of_status(status, b'{"error": {"message": "429 rate limit"}}', 2.5)
    assert (failure.fault, failure.safe_to_retry) == (fault, safe)
    assert (failure.status, failure.retry_after) == (status, 2.5)


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "too long"}},
        {"error": "too long"},
        {"message": "too long"},
        {"detail": [{"msg": "too long"}]},
        [{"error": {"message": "too long"}}],
    ],
)
def test_the_text_is_found_where_servers_put_it(body):
    assert failure_of_status(400, json.dumps(body).encode(), None).message == "the target answered 400: too long"


def test_a_label_that_a_freehold_refuses_is_no_refused_key():
    body = {"error": {"message": "data labelled internal may not flow to box", "code": "label_forbidden"}}
    failure = failure_of_status(403, json.dumps(body).encode(), None)
    assert failure.fault is Fault.REJECTED
    assert failure.message == "the target answered 403: data labelled internal may not flow to box"
    for other in (b"", b"<html>", b"[1]", b'{"error": null}', b'{"error": {"code": 7}}', b'{"error": {"code": "key"}}'):
        assert failure_of_status(403, other, None).fault is Fault.AUTH


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"{}", b'{"error": null}', b'{"error": {"message": 7}}'])
def test_a_body_without_text_gives_the_status_alone(body):
    assert failure_of_status(500, body, None).message == "the target answered 500"


def test_the_text_is_bounded_and_on_one_line():
    message = clean("a\r\nb " + "x" * 5000)
    assert message.startswith("a b x")
    assert len(message) == MESSAGE_LENGTH


@pytest.mark.parametrize(
    "secret", ["sk-proj-abc123def456", "sk-ant-api03-xyz", "Bearer abcdef123", "AIzaSyA1234567890"]
)
def test_nothing_like_a_key_is_repeated(secret):
    body = json.dumps({"error": {"message": f"bad key {secret} given"}}).encode()
    assert secret.split()[-1] not in failure_of_status(400, body, None).message
    assert secret not in failure_of_status(401, body, None).message


def test_a_web_page_is_called_one():
    failure = not_the_dialect(b"\n<!DOCTYPE html><html>", ValueError("x"))
    assert failure.fault is Fault.PROTOCOL
    assert "web page" in failure.message


SPOKEN = "the key sk-hunter2-abcdef is not known"
DIALECTS = [ChatProvider(), MessagesProvider()]
BEGUN = {
    ChatProvider: b'data: {"id":"x","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n',
    MessagesProvider: b'event: message_start\ndata: {"type":"message_start","message":{"id":"x","model":"m",'
    b'"usage":{"input_tokens":1,"output_tokens":1}}}\n\n'
    b'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text",'
    b'"text":"a"}}\n\n',
}
ERROR = b'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"%s"}}\n\n' % SPOKEN.encode()


def failure_in_stream(codec: ProviderCodec, stream: bytes) -> AttemptFailed:
    reader = codec.reader(a_request())
    with pytest.raises(AttemptFailed) as caught:
        [reader.read(frame) for frame in Splitter().feed(stream)]
    return caught.value


@pytest.mark.parametrize("codec", DIALECTS, ids=lambda codec: type(codec).__name__)
@pytest.mark.parametrize("begun", [False, True])
def test_no_dialect_repeats_a_key_that_a_stream_names(codec, begun):
    failure = failure_in_stream(codec, (BEGUN[type(codec)] if begun else b"") + ERROR)
    assert "the key [key] is not known" in failure.message
    assert (failure.fault is Fault.BROKEN) == begun


@pytest.mark.parametrize("codec", DIALECTS, ids=lambda codec: type(codec).__name__)
@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_no_dialect_repeats_a_key_that_a_refusal_names(codec, status):
    body = json.dumps({"type": "error", "error": {"type": "api_error", "message": SPOKEN}}).encode()
    assert "hunter2" not in codec.failure(status, body, None).message


@pytest.mark.parametrize("codec", DIALECTS, ids=lambda codec: type(codec).__name__)
def test_no_dialect_repeats_a_key_in_an_error_under_a_good_status(codec):
    body = json.dumps({"type": "error", "error": {"type": "api_error", "message": SPOKEN}}).encode()
    with pytest.raises(AttemptFailed) as caught:
        codec.whole(body, a_request())
    assert "hunter2" not in caught.value.message


def test_a_refusal_without_words_is_its_status():
    assert refused(500, "").message == "the target answered 500"
    assert refused(500, "too hot").message == "the target answered 500: too hot"
    assert refused(401, "sk-hunter2 is wrong").message == "the target answered 401: it refused the key it was sent"
