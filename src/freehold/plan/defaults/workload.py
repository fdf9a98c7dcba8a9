"""The inputs of the workload."""

from __future__ import annotations

from freehold.plan.defaults.field import Assumed, Field

REQUESTS = Field(
    key="requests_a_day",
    about="Requests of an average day in the first month, quiet days included.",
    unit="requests/day",
    least=1,
    most=1e9,
    bound="a team that asks less than once a day needs no plan, and nobody is known to ask a thousand million times",
    spread=(0.7, 1.4),
    why="nobody knows a volume that is still to come to better than a third",
    assumed=Assumed(10_000, 3_000, 30_000, "a moderate volume; say your own"),
)
PROMPT = Field(
    key="prompt_tokens",
    about="Prompt tokens of a request on average, cached ones included.",
    unit="tokens/request",
    least=1,
    most=2e6,
    bound="the longest context that is sold holds about two million tokens",
    spread=(0.8, 1.25),
    why="tokens are mostly guessed from words, and tokenizers differ by as much",
    assumed=Assumed(2_000, 1_000, 4_000, "a question with a few passages of text; say your own"),
)
ANSWER = Field(
    key="answer_tokens",
    about="Answer tokens of a request on average, reasoning included.",
    unit="tokens/request",
    least=1,
    most=2e5,
    bound="no model is known to write more in one answer",
    spread=(0.8, 1.25),
    why="the length of answers changes with model and instruction by as much",
    assumed=Assumed(500, 200, 1_000, "an answer of a page; say your own"),
)
CACHED = Field(
    key="cached_share",
    about="Of all prompt tokens, those that repeat the beginning of an earlier prompt.",
    unit="share",
    shape="share",
    least=0,
    most=1,
    bound="it is a share",
    spread=(0.7, 1.4),
    why="how long a provider or a server keeps a prefix is not promised",
    assumed=Assumed(0, 0, 0, "nothing is counted as cached until somebody says or measures it"),
)
BATCH = Field(
    key="batch_share",
    about="Of all requests, those that may wait for a day and so earn a batch discount.",
    unit="share",
    shape="share",
    least=0,
    most=1,
    bound="it is a share",
    spread=(0.7, 1.4),
    why="how much work may wait is mostly a guess",
    assumed=Assumed(0, 0, 0, "every request is taken to be awaited by somebody"),
)
PEAK = Field(
    key="peak_over_mean",
    about="Requests of the busiest hour of a usual week over those of its average hour.",
    unit="times the mean",
    least=1,
    most=168,
    bound="the busiest hour has no less than the average one, and a week has 168 hours",
    spread=(0.8, 1.3),
    why="one week's busiest hour is another's by about a quarter",
    assumed=Assumed(2.0, 1.5, 3.0, "people sleep; services used around the clock show about twice their mean"),
)
GROWTH = Field(
    key="growth_a_month",
    about="By what share the requests grow each month: 0.05 is five per cent more each month.",
    unit="share/month",
    shape="signed",
    least=-0.5,
    most=1.0,
    bound="a service that doubles or halves every month outruns any plan within a year",
    spread=(-0.02, 0.02),
    why="two per cent a month either way is a quarter in a year",
    assumed=Assumed(0.0, -0.02, 0.03, "no growth is assumed; two per cent a month either way is a quarter in a year"),
)
PREFIX = Field(
    key="prefix_share",
    about="Of all prompts, those that begin with the same prefix: with `prefix_tokens` it gives `cached_share`.",
    unit="share",
    shape="share",
    least=0,
    most=1,
    bound="it is a share",
    spread=(0.7, 1.4),
    why="how long a provider or a server keeps a prefix is not promised",
)

FIELDS = (REQUESTS, PROMPT, ANSWER, CACHED, BATCH, PEAK, GROWTH)
