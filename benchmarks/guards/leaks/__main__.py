"""Entry of ``python -m benchmarks.guards.leaks``."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence

from benchmarks.guards.leaks import SEED, STORIES, measure
from benchmarks.guards.leaks.sabotage import SABOTAGES


def main(arguments: Sequence[str] | None = None) -> int:
    """Tell stories, and say what was seen; 1 where something leaked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guards.leaks", description="Look for leaks.")
    parser.add_argument("--stories", type=int, default=STORIES)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--sabotage", choices=sorted(SABOTAGES), help="break this on purpose")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    tally = measure(options.stories, options.seed, sabotage=options.sabotage)
    print(f"{tally.stories} stories, {tally.bodies} bodies, {tally.words} words in them: {len(tally.leaks)} leaks")
    print(f"in {time.monotonic() - began:.0f} s")
    for what, counts in (("answers", tally.statuses), ("bodies", tally.targets), ("meanwhile", tally.events)):
        print(f"{what}: {', '.join(f'{name} {count}' for name, count in sorted(counts.items(), key=str))}")
    kinds = Counter((leak.target, leak.family or "plain", leak.label, leak.why) for leak in tally.leaks)
    for kind, count in kinds.most_common(20):
        print(f"  {count} x {', '.join(kind)}")
    return 1 if tally.leaks else 0


if __name__ == "__main__":
    sys.exit(main())
