from __future__ import annotations

import msgspec

from freehold.observe.snapshot import Counted, Observed, Snapshot, added

ONE = Snapshot(
    200,
    "1.0",
    {"freehold_escalations": [Counted(("auto",), 2)]},
    {"freehold_request_cost_dollars": [Observed(("auto", "chat"), (1, 2, 0), 0.5)]},
    {"freehold_worker_memory_bytes": [Counted(("1",), 100)], "freehold_target_running": [Counted(("home",), 1)]},
)
TWO = Snapshot(
    100,
    "1.0",
    {"freehold_escalations": [Counted(("auto",), 3), Counted(("law",), 1)]},
    {"freehold_request_cost_dollars": [Observed(("auto", "chat"), (0, 1, 4), 1.5)]},
    {"freehold_worker_memory_bytes": [Counted(("2",), 50)]},
)


def test_processes_are_added_up() -> None:
    whole = added([ONE, TWO])
    assert (whole.began_ns, whole.version) == (100, "1.0")
    assert whole.counters == {"freehold_escalations": [Counted(("auto",), 5), Counted(("law",), 1)]}
    assert whole.histograms == {"freehold_request_cost_dollars": [Observed(("auto", "chat"), (1, 3, 4), 2.0)]}
    assert whole.gauges["freehold_worker_memory_bytes"] == [Counted(("1",), 100), Counted(("2",), 50)]


def test_it_travels_as_plain_data() -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(ONE), type=Snapshot) == ONE


def test_of_one_nothing_changes() -> None:
    assert added([ONE]) == ONE
