"""An endpoint paid by the token: plain and cached prompts, answers, batch discount, prices of long prompts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from freehold.plan.cost.bill import Part
from freehold.plan.cost.formula import equation, number
from freehold.plan.cost.setting import Setting, mean
from freehold.plan.quantity import Quantity
from freehold.plan.requests import Floats, Requests
from freehold.plan.scenario import Api, Workload

PER_TOKEN = 1e-6
MINUTE = 60.0


@dataclass(frozen=True)
class Split:
    """Of plain prompt tokens, cached ones and answer tokens, the shares in long requests; each of shape (draws, 1)."""

    plain: Floats
    cached: Floats
    answer: Floats


def parts(option: Api, setting: Setting) -> tuple[Part, ...]:
    """Tokens by their kind and, where the price list has a boundary, by the length of their prompt."""
    bill = _Tokens(option, setting)
    if option.long_above is None:
        every = np.ones((1, 1))
        return bill.tier("", (option.input, option.cached_input, option.output), Split(every, every, every))
    long = split(setting.scenario.workload, option.long_above, setting.case[setting.scenario.workload.prompt_tokens])
    short = Split(1 - long.plain, 1 - long.cached, 1 - long.answer)
    dear = (
        option.long_input or option.input,
        option.long_cached_input or option.cached_input,
        option.long_output or option.output,
    )
    return (
        *bill.tier("", (option.input, option.cached_input, option.output), short),
        *bill.tier(" of long prompts", dear, long),
    )


def split(workload: Workload, boundary: int, prompt_tokens: Floats) -> Split:
    """What share of the tokens is in requests whose prompt is above the boundary, by the sample's own lengths.

    Where the mean prompt is drawn longer or shorter, every prompt of the sample is, in the same proportion.
    """
    sample = workload.busiest
    order = np.argsort(sample.prompt)
    first = np.searchsorted(sample.prompt[order], boundary * workload.prompt_tokens.value / prompt_tokens, side="right")

    def above(tokens: Floats) -> Floats:
        beyond = np.append(np.cumsum(tokens[order][::-1])[::-1], 0.0)
        return beyond[first] / beyond[0] if beyond[0] else np.zeros(first.shape)

    return Split(above(sample.prompt - sample.cached), above(sample.cached), above(sample.answer))


def warnings(option: Api, setting: Setting) -> tuple[str, ...]:
    """A limit of the provider's that the busiest minute passes, in the first month or by the last."""
    flow, traffic = setting.scenario.workload, setting.traffic
    # What may wait for a day is not asked for in the busiest minute.
    busiest = traffic.busiest[0] * (1 - setting.at(flow.batch_share))
    requests, tokens = busiest_minute(flow.busiest)
    longer = float(traffic.tokens[0, 0]) / (flow.prompt_tokens.value + flow.answer_tokens.value)
    limits = (
        ("requests", requests * busiest, option.requests_a_minute),
        ("tokens", tokens * longer * busiest, option.tokens_a_minute),
    )
    return tuple(
        f"The busiest minute asks for {_whole(asked[0])} {what} in the first month and {_whole(asked[-1])} in the "
        f"last, and the limit is {_whole(limit)} a minute: a higher tier must be asked for, or answers wait."
        for what, asked, limit in limits
        if limit is not None and asked.max() > limit
    )


def busiest_minute(sample: Requests) -> tuple[float, float]:
    """The most requests, and the most tokens of prompt and answer, that arrive in any one minute of a sample.

    A sample that is shorter goes on as it is.
    """
    if not len(sample):
        return 0.0, 0.0
    minute = (sample.at // MINUTE).astype(int)
    repeated = max(MINUTE / sample.seconds, 1.0)
    tokens = np.bincount(minute, weights=sample.prompt + sample.answer)
    return repeated * float(np.bincount(minute).max()), repeated * float(tokens.max())


def _whole(value: float) -> str:
    return f"{value:,.0f}"


class _Tokens:
    """The tokens of every month, and the sentence that says how many there are."""

    def __init__(self, option: Api, setting: Setting) -> None:
        workload, case = setting.scenario.workload, setting.case
        self.option, self.setting, self.workload = option, setting, workload
        self.requests = setting.traffic.requests
        self.kept = 1 - case[workload.batch_share] * case[option.batch_discount]

    def tier(self, suffix: str, prices: tuple[Quantity, Quantity, Quantity], share: Split) -> tuple[Part, ...]:
        """The three parts of one list of prices: plain input, cached input, output."""
        flow, case = self.workload, self.setting.case
        prompt, cached, answer = case[flow.prompt_tokens], case[flow.cached_share], case[flow.answer_tokens]
        kinds = (
            ("input tokens", prompt * (1 - cached), share.plain, self._prompt(plain=True)),
            ("cached input tokens", prompt * cached, share.cached, self._prompt(plain=False)),
            (
                "output tokens",
                answer,
                share.answer,
                (self.setting.said(flow.answer_tokens, "answer tokens"),),
            ),
        )
        return tuple(
            self._part(name + suffix, tokens, price, within, said)
            for price, (name, tokens, within, said) in zip(prices, kinds, strict=True)
        )

    def _part(self, name: str, tokens: Floats, price: Quantity, within: Floats, said: tuple[str, ...]) -> Part:
        setting, flow, option = self.setting, self.workload, self.option
        each = tokens * within * setting.case[price] * self.kept * PER_TOKEN
        usd = self.requests * each
        formula = equation(
            *setting.traffic.factors,
            *said,
            f"{number(float(within[0, 0]))} of them on this side of the boundary" if option.long_above else "",
            self._discount(),
            setting.priced(price, "USD/million"),
            usd=mean(usd),
        )
        lengths = (flow.answer_tokens,) if name.startswith("output") else (flow.prompt_tokens, flow.cached_share)
        batch = (flow.batch_share, option.batch_discount)
        return setting.part(name, usd, formula, price, *lengths, *batch, *setting.traffic.inputs)

    def _prompt(self, *, plain: bool) -> tuple[str, ...]:
        cached = self.setting.at(self.workload.cached_share)
        tokens = self.setting.said(self.workload.prompt_tokens, "prompt tokens")
        if plain:
            return tokens, f"(1 - {number(cached)} cached)" if cached else ""
        return tokens, f"{number(cached)} cached"

    def _discount(self) -> str:
        batch, off = self.setting.at(self.workload.batch_share), self.setting.at(self.option.batch_discount)
        return f"(1 - {number(batch)} that may wait x {number(off)} off)" if batch * off else ""
