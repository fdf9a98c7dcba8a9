"""A routing policy as a conversation: it wishes for a try, is told what became of it, and may wish again. No I/O."""

from __future__ import annotations

from collections.abc import Generator

import msgspec

from freehold.core.errors import AttemptFailed
from freehold.core.event import Answer
from freehold.core.record import Attempt
from freehold.core.request import Sampling
from freehold.core.target import Target

FIRST = "first"
"""The `why` of a flow's first wish."""


class Try(msgspec.Struct, frozen=True):
    """A flow's next wish: the targets to try (several are raced), and whether to hold the answer until judged."""

    targets: tuple[Target, ...]
    held: bool = False
    logprobs: bool = False
    """Ask for token probabilities even if the caller did not; they are not shown to it."""
    sampling: Sampling | None = None
    """Draw with this in place of the request's own sampling; `None`: as the caller asked."""
    why: str = FIRST
    """Why this try is made, for `Attempt.note`; holds nothing of the prompt or of an answer."""


class Outcome(msgspec.Struct):
    """What became of a `Try`: the attempt of the target that won or failed last, and its answer if it was held.

    A flow that judges the answer writes its verdict into ``attempt.score``.
    """

    attempt: Attempt
    answer: Answer | None = None
    failure: AttemptFailed | None = None
    note: str = ""
    """On the outcome that a flow returns: why this answer is the one to show, for `Exchange.reason`."""


Flow = Generator[Try, Outcome, Outcome | None]
"""A routing policy without I/O. It yields tries and is sent what became of each.

A try that is not held is shown as its first event comes; from then on no other can be, so the flow may be closed, and
one that is sent its success returns it. A flow returns the held outcome to show after all, or `None` when nothing it
was sent can be shown.
"""
