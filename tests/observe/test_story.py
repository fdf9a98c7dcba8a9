"""Where spans hang together; what they say as a collector gets it is in test_otlp."""

from __future__ import annotations

from freehold.core.caller import Caller
from freehold.core.record import Ending
from freehold.core.request import EmbeddingRequest
from freehold.core.trace import begin
from freehold.observe.span import derived
from freehold.observe.story import Story, ended_ns, place_of
from support.exchanges import attempt, begun, ended


def test_without_a_trace_of_its_callers_it_begins_its_own() -> None:
    done = ended(begun(), attempt())
    done.trace = begin(done.id, None)
    root, tried = Story().tell(done)
    assert (root.trace, root.id, root.parent) == (done.id[3:], done.id[-16:], None)
    assert (tried.trace, tried.parent) == (root.trace, root.id)


def test_what_a_wing_asks_of_its_own_accord_is_a_trace_of_its_own() -> None:
    done = ended(begun(EmbeddingRequest("e", ("a",)), Caller("k", "k"), origin="knowledge"), attempt())
    (tried,) = Story().tell(done)
    assert (tried.name, tried.trace, tried.parent) == ("embeddings qwen3-4b", done.id[3:], None)


def test_what_guards_ask_in_the_course_of_a_request_is_a_part_of_it() -> None:
    done = ended(begun(origin="guards"), attempt())
    done.trace = begin("fh_" + "0" * 31 + "7", None)
    (tried,) = Story().tell(done)
    assert (tried.trace, tried.parent) == ("0" * 31 + "7", "0" * 15 + "7")
    assert place_of(done)[2] != derived("0" * 15 + "7", "retrieval")


def test_an_end_is_by_the_steady_clock() -> None:
    done = ended(begun(started_ns=10), ending=Ending.REFUSED, status=403, error="forbidden: x", total_ms=2.0)
    assert ended_ns(done) == 10 + 2_000_000
    (root,) = Story().tell(done)
    assert (root.start_ns, root.end_ns, root.error) == (10, 2_000_010, None)
