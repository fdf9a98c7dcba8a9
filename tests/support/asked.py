"""The pipeline over the shipped double, for what a wing asks of models: real labels, real records, no network."""

from __future__ import annotations

from freehold.core.label import Label
from freehold.core.target import Target
from freehold.gateway.admit import Rules, admit
from freehold.gateway.dispatch import dispatch
from freehold.gateway.settle import settle
from freehold.policy.select import Menu
from freehold.providers.scripted import Script, Scripted
from support.pipeline import PROMPT, Book, an_attempter


class House:
    """A pipeline that knows one target, with what it was asked and what its ledger keeps."""

    def __init__(self, target: Target, script: Script | None = None) -> None:
        self.target = target
        self.double = Scripted(script)
        self.book = Book()
        rules = Rules(Menu(targets={target.name: target}), Label.parse("restricted;unsaid"), (target,))
        stage = admit(lambda: rules, lambda _: PROMPT)
        self.handler = settle(self.book, lambda _: False)(stage(dispatch(an_attempter(self.double))))

    @property
    def inputs(self) -> list[tuple[object, ...]]:
        """The texts of each embedding request."""
        return [asked.request.inputs for asked in self.double.asked]
