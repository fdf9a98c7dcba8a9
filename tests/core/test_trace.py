from __future__ import annotations

import asyncio

import pytest

from freehold.core.exchange import new_id
from freehold.core.trace import CURRENT, begin

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_request_of_no_trace_begins_one_of_its_own_id():
    name = new_id()
    trace = begin(name, None)
    assert trace.trace == name[3:]
    assert trace.span == name[-16:]
    assert (trace.parent, trace.sampled) == (None, None)


def test_a_traceparent_is_the_parent():
    name = new_id()
    trace = begin(name, PARENT)
    assert (trace.trace, trace.parent) == ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")
    assert trace.span == name[-16:]
    assert trace.sampled is True
    assert begin(name, PARENT[:-1] + "0").sampled is False


def test_a_later_version_is_read_as_far_as_it_is_known():
    assert begin(new_id(), "01" + PARENT[2:] + "-what-comes-later").parent == "b7ad6b7169203331"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        PARENT[:-1],
        PARENT + "0",
        PARENT.upper(),
        "ff" + PARENT[2:],
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-0af7651916cd43dd8448eb211c80319c-{'0' * 16}-01",
        "00-" + "٠" * 32 + "-b7ad6b7169203331-01",
        "01" + PARENT[2:] + "-" + "x" * 1000,
    ],
)
def test_a_header_that_is_none_counts_as_absent(header: str):
    name = new_id()
    assert begin(name, header) == begin(name, None)


async def test_each_task_has_its_own():
    async def serve(name: str) -> str:
        CURRENT.set(begin(name, None))
        await asyncio.sleep(0)
        held = CURRENT.get()
        assert held is not None
        return held.request

    names = [new_id() for _ in range(3)]
    assert await asyncio.gather(*map(serve, names)) == names
    assert CURRENT.get() is None
