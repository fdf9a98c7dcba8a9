"""The confined process: limits itself, says by which means, then judges.

``argv``: the descriptors to hear and to speak by, as in ``3,4``, and the settings as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

from freehold.evaluate.confined.inside.judge import Channel, judge
from freehold.evaluate.confined.inside.layers import confine


def main() -> None:
    """Run to the verdict; whatever goes wrong ends the process without one."""
    ears, mouth = map(int, sys.argv[1].split(","))
    channel, settings = Channel(ears, mouth), json.loads(sys.argv[2])
    limit(settings)
    channel.tell({"layers": confine(settings["folder"], settings["user"])})
    del sys.argv[1:], sys.path[0]
    # Nothing of ours is left to find by name.
    for name in [name for name in sys.modules if name.partition(".")[0] == "freehold"]:
        del sys.modules[name]
    judge(channel)


def limit(settings: dict[str, Any]) -> None:
    """Take on the limits, for good."""
    mega = 2**20
    limits = {
        resource.RLIMIT_CPU: (settings["cpu_s"], settings["cpu_s"] + 1),
        resource.RLIMIT_AS: settings["memory_mb"] * mega,
        resource.RLIMIT_FSIZE: settings["file_mb"] * mega,
        resource.RLIMIT_NOFILE: settings["open_files"],
        resource.RLIMIT_CORE: 0,
    }
    for name, most in limits.items():
        soft, hard = most if isinstance(most, tuple) else (most, most)
        _, highest = resource.getrlimit(name)
        if highest != resource.RLIM_INFINITY:
            soft, hard = min(soft, highest), min(hard, highest)
        resource.setrlimit(name, (soft, hard))
