from __future__ import annotations

import msgspec

from freehold.core.caller import Caller
from freehold.core.label import Label
from freehold.evaluate.watch.seen import Seen

BODY = '{"messages":[{"role":"user","content":"hi"}],"temperature":0.2}'
SEEN = Seen("fh_1", "auto", {"audit": 0.05}, 7, BODY, Caller("k", "ann"), Label.parse("internal;eu"), ("home",))


def test_it_goes_from_one_process_to_another() -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(SEEN), type=Seen) == SEEN


def test_the_request_is_read_anew() -> None:
    request = SEEN.request

    assert request is not None
    assert (request.model, request.sampling.temperature) == ("", 0.2)
    assert msgspec.structs.replace(SEEN, body=None).request is None
