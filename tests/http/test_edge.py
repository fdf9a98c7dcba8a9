"""Whatever goes wrong becomes an answer in the caller's dialect, with an id; nothing of what it was gets out."""

from __future__ import annotations

import pytest

from freehold.core.errors import MethodNotAllowed, NotFound, Unauthorized
from freehold.http.asgi import CallerLeft, Http
from freehold.http.edge import Edge
from support.asgi import Caller


class Failing(Edge):
    """Raises what it is told to, once it has begun to answer or before."""

    def __init__(self, error: Exception, *, begun: bool = False) -> None:
        super().__init__()
        self.ready = True
        self._error = error
        self._begun = begun

    async def route(self, http: Http) -> None:
        if self._begun:
            await http.start(200, [])
        raise self._error


async def served(edge: Edge, path: str = "/v1/chat/completions") -> Caller:
    caller = Caller("POST", path)
    await edge.serve(caller.http)
    return caller


async def test_an_error_is_said_in_the_dialect_of_the_path() -> None:
    assert (await served(Failing(NotFound("no")))).json["error"]["code"] == "not_found"
    assert (await served(Failing(NotFound("no")), "/v1/messages")).json["type"] == "error"


async def test_the_headers_that_a_status_demands_are_there() -> None:
    assert (await served(Failing(MethodNotAllowed("no", ["GET", "HEAD"])))).headers["allow"] == "GET, HEAD"
    assert "Bearer" in (await served(Failing(Unauthorized("no")))).headers["www-authenticate"]


async def test_a_failure_of_ours_shows_its_kind_and_an_id_alone(caplog: pytest.LogCaptureFixture) -> None:
    caller = await served(Failing(RuntimeError("a secret")))
    assert caller.status == 500
    assert caller.headers["x-freehold-id"] in caller.json["error"]["message"]
    assert "a secret" not in caller.body.decode()
    assert "a secret" in caplog.text


async def test_a_failure_in_mid_answer_is_left_to_the_server() -> None:
    with pytest.raises(RuntimeError):
        await served(Failing(RuntimeError("a bug"), begun=True))


async def test_who_has_left_is_told_nothing() -> None:
    assert (await served(Failing(CallerLeft()))).sent == []


async def test_nothing_is_taken_before_the_start() -> None:
    edge = Failing(NotFound("no"))
    edge.ready = False
    assert (await served(edge)).status == 503
