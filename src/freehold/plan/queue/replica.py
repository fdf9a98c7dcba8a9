"""One engine that serves many requests at once: continuous batching with chunked prefill, many steps at a leap.

At each step every request under way gains a token. What is left of the step's budget of tokens goes to the prompts that
wait, in the order in which they came, as long as there is a slot; a prompt that is longer than the budget is read over
several steps (Yu et al., Orca, OSDI 2022; Agrawal et al., Sarathi-Serve, OSDI 2024; the scheduler of vLLM). A step
takes what its tokens take, and what its share of the prompts adds to that. Between two changes of who takes part the
steps are alike but for their growing contexts, so their sum is a formula and they are taken at once.
"""

from __future__ import annotations

import math
from collections import deque
from heapq import heappop, heappush

from freehold.plan.queue.steps import Steps


class Replica:
    """An engine's state at the end of a step. Times are seconds; requests are known by their index."""

    __slots__ = (
        "_budget",
        "_context",
        "_count",
        "_ends",
        "_first_s",
        "_growth_s",
        "_leap_s",
        "_left",
        "_slots",
        "_step",
        "_steps",
        "_waiting",
        "busy_s",
        "clock",
        "due",
        "end",
        "first",
        "held",
    )

    def __init__(self, steps: Steps, slots: int, budget: int, first: list[float], end: list[float]) -> None:
        """`slots`: requests at once; `budget`: tokens of a step."""
        self._steps = steps
        self._slots = slots
        self._budget = budget
        self.first = first
        """When each request's first token came; filled here."""
        self.end = end
        """When its last one came."""
        self.clock = 0.0
        self.busy_s = 0.0
        self.held = 0
        """Requests that are here, under way or waiting."""
        self.due = math.inf
        """When something next happens of itself: a step that reads a prompt begins, or a request ends."""
        self._step = 0
        self._context = 0.0
        """Tokens that all requests under way look at in the next step, together."""
        self._ends: list[int] = []
        """A heap of the requests under way: the step after which each ends, times the number of all, plus its index."""
        self._waiting: deque[int] = deque()
        self._left = 0.0
        """Tokens still to be read of the first prompt that waits."""
        self._count = 0
        """Steps until the next request ends; they take `_leap_s`, the first of them `_first_s`, each next one
        `_growth_s` more."""
        self._leap_s = self._first_s = self._growth_s = 0.0

    def advance(self, until: float) -> None:
        """Do all that is due before a moment, as if nothing came before it."""
        while self.due < until:
            if self._waiting and len(self._ends) < self._slots:
                self._read()
            else:
                self._leap(self._count, self._leap_s)

    def take(self, request: int, at: float) -> None:
        """Give it a request at a moment to which it has advanced."""
        under_way = len(self._ends)
        if not self.held:
            self.clock = max(self.clock, at)
        elif self.clock < at and under_way < self._slots:
            # It is seen when the step that runs at this moment ends. Where all slots are taken that changes nothing.
            count = min(self._count, _steps_over(at - self.clock, self._first_s, self._growth_s))
            self._leap(count, count * self._first_s + self._growth_s * count * (count - 1) / 2)
        if not self._waiting:
            self._left = self._steps.fresh[request]
        self._waiting.append(request)
        self.held += 1
        if len(self._ends) < self._slots:
            self.due = self.clock

    def _read(self) -> None:
        """One step with a share of the prompts that wait."""
        steps = self._steps
        under_way = len(self._ends)
        prompts = steps.once - steps.shared[under_way]
        budget = max(1.0, float(self._budget - under_way))
        free = self._slots - under_way
        read: list[int] = []
        waiting, left = self._waiting, self._left
        while waiting and budget > 0 and len(read) < free:
            request = waiting[0]
            if left > budget:
                prompts += budget * steps.prefill[request]
                left -= budget
                break
            prompts += left * steps.prefill[request]
            budget -= left
            read.append(waiting.popleft())
            left = steps.fresh[waiting[0]] if waiting else 0.0
        self._left = left
        self._pass(1, steps.fixed[under_way] + steps.token[under_way] * self._context + max(prompts, 0.0))
        for request in read:
            self._begin(request)
        self._look_ahead()

    def _leap(self, count: int, seconds: float) -> None:
        """Steps without a prompt."""
        self._pass(count, seconds)
        self._look_ahead()

    def _pass(self, count: int, seconds: float) -> None:
        """Everyone under way gains `count` tokens; who has all of them leaves."""
        ends, total = self._ends, len(self.first)
        self.clock += seconds
        self.busy_s += seconds
        self._step += count
        self._context += count * len(ends)
        while ends and ends[0] < (self._step + 1) * total:
            request = heappop(ends) % total
            self.end[request] = self.clock
            self.held -= 1
            self._context -= self._steps.prompt[request] + self._steps.answer[request]

    def _begin(self, request: int) -> None:
        """A prompt has been read whole: its first token is there."""
        self.first[request] = self.clock
        more = self._steps.answer[request] - 1
        if not more:
            self.end[request] = self.clock
            self.held -= 1
            return
        heappush(self._ends, (self._step + more) * len(self.first) + request)
        self._context += self._steps.prompt[request] + 1

    def _look_ahead(self) -> None:
        """Work out the leap to the next end, and what is due."""
        under_way = len(self._ends)
        if under_way:
            token = self._steps.token[under_way]
            self._first_s = self._steps.fixed[under_way] + token * self._context
            self._growth_s = token * under_way
            count = self._count = self._ends[0] // len(self.first) - self._step
            self._leap_s = count * self._first_s + self._growth_s * count * (count - 1) / 2
        if self._waiting and under_way < self._slots:
            self.due = self.clock
        else:
            self.due = self.clock + self._leap_s if under_way else math.inf


def _steps_over(gap: float, first: float, growth: float) -> int:
    """The fewest steps that together take at least `gap` seconds, of `first` and each `growth` more than the last."""
    half = growth / 2
    slope = first - half
    # The root of half·x² + slope·x = gap, in the form that holds for a growth of nothing.
    count = math.ceil(2 * gap / (slope + math.sqrt(slope * slope + 4 * half * gap)))
    return max(1, count)
