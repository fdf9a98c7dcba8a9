"""Which options may be compared by cost alone, and in which words the others differ: quality, privacy and risk."""

from __future__ import annotations

from collections.abc import Iterable

from freehold.catalog.architectures import Architecture, find
from freehold.core.errors import UnknownRow
from freehold.plan.assumptions import label
from freehold.plan.capacity.precision import precision
from freehold.plan.cost.hybrid import asked_first
from freehold.plan.draws import inputs
from freehold.plan.report.figures import share
from freehold.plan.scenario import Api, Cloud, Hybrid, Option, Scenario, Server

FAITHFUL = 4.0
"""Bits of a weight from which a model counts as itself: at four, weights alone, it answers benchmarks nearly as it does
at sixteen (Kurtic et al. 2024, arXiv:2411.02355); with fewer it becomes another, weaker one."""


def server_of(option: Option) -> Server | None:
    """What the option runs its model on, where that is the team's to choose."""
    return None if isinstance(option, Api | Hybrid) else option.server


class Likeness:
    """What is alike among a scenario's options."""

    def __init__(self, scenario: Scenario, architectures: Iterable[Architecture]) -> None:
        self.scenario = scenario
        self._options = {option.name: option for option in scenario.options}
        self._rows = tuple(architectures)
        self._alike = self._joined()

    def model(self, option: Option) -> str:
        """The model that answers, as the scenario names it; a hybrid has two."""
        if isinstance(option, Hybrid):
            return " + ".join(self.model(self._options[part]) for part in (option.home, option.away))
        return option.model if isinstance(option, Api) else option.server.model

    def short(self, option: Option) -> str:
        """The model as people call it, without its owner and its host."""
        return " + ".join(part.rpartition("/")[2] for part in self.model(option).split(" + "))

    def parameters(self, option: Option) -> float | None:
        """Of the largest model that answers, 10^9; `None` where its maker does not say."""
        if isinstance(option, Hybrid):
            sizes = [self.parameters(self._options[part]) for part in (option.home, option.away)]
            known = [size for size in sizes if size is not None]
            return max(known) if len(known) == len(sizes) else None
        try:
            return find(self.model(option), self._rows).parameters
        except UnknownRow:
            return None

    def group(self, option: Option) -> str:
        """A name that options share whose answers are equally good, whoever owns the machines.

        The same model is alike wherever it runs, unless its weights were cut to fewer than four bits. Different models
        are unlike unless the scenario names an evaluation that found them alike. A hybrid is like no other option.
        """
        if isinstance(option, Hybrid):
            return f"{self.group(self._options[option.home])}, then {self.group(self._options[option.away])}"
        name = self._model(self.model(option))
        machine = server_of(option)
        if machine is not None and precision(machine.weights).bits < FAITHFUL:
            return f"{name} ({machine.weights})"
        return self._alike.get(name, name)

    def found_alike(self, options: Iterable[Option]) -> str:
        """Who says that these options answer equally well; empty where they run one model anyway."""
        models = {self._model(self.model(option)) for option in options}
        if len(models) < 2:
            return ""
        rows = [row for row in self.scenario.alike if len(models & {self._model(name) for name in row.models}) > 1]
        return "; ".join(row.source for row in rows)

    def will_do(self, option: Option) -> bool:
        """Whether the scenario says that the model's answers are good enough, or of none that they are."""
        if not self.scenario.good_enough:
            return True
        if isinstance(option, Hybrid):
            return all(self.will_do(self._options[part]) for part in (option.home, option.away))
        known = {self._model(name) for name in self.scenario.good_enough}
        machine = server_of(option)
        faithful = machine is None or precision(machine.weights).bits >= FAITHFUL
        return faithful and self._model(self.model(option)) in known

    def leaves(self, option: Option) -> bool:
        """Whether prompts go to machines that are not the team's own."""
        if isinstance(option, Hybrid):
            return any(self.leaves(self._options[part]) for part in (option.home, option.away))
        return isinstance(option, Api | Cloud)

    def quality(self, option: Option) -> str:
        """Whose answers they are, in words."""
        name = self.short(option)
        if isinstance(option, Hybrid):
            home, away = (self.short(self._options[part]) for part in (option.home, option.away))
            return (
                f"{share(option.share_home.value)} of the answers are those of {home}, the rest of {away}: together as "
                "good as the judge that chooses between them, which has to be measured."
            )
        if isinstance(option, Api):
            kind = "an open model, at whatever precision its host runs it" if option.open_weights else "a closed model"
            return f"{name}: {kind}."
        bits, weights = precision(option.server.weights).bits, option.server.weights
        if bits >= 8:
            return f"{name}: an open model, in {weights}."
        loss = "weaker than it is"
        if bits >= FAITHFUL:
            loss = "where it answers nearly as well as at 16 bits; try it on your own tasks"
        return f"{name}: an open model, cut to {bits:.2g} bits ({weights}), {loss}."

    def privacy(self, option: Option) -> str:
        """Where prompts go, in words."""
        if isinstance(option, Hybrid):
            home, away = (self.privacy(self._options[part]) for part in (option.home, option.away))
            passed = share(1 - option.share_home.value)
            if home == away:
                return f"{home} The {passed} passed on go to a second one as well."
            return f"{asked_first(self._options[option.home])}: {home} Of the {passed} passed on: {away}"
        if isinstance(option, Api):
            return "Every prompt is sent to the provider, whose terms and law hold for it."
        if isinstance(option, Cloud):
            return "Prompts leave the building, to machines at a cloud provider that this team alone uses."
        return "Prompts never leave the building."

    def risk(self, option: Option) -> str:
        """What may go wrong that is in no price, in words."""
        if isinstance(option, Hybrid):
            parts = " ".join(self.risk(self._options[part]) for part in (option.home, option.away))
            return f"It rests on both its parts. {parts}"
        if isinstance(option, Api):
            if option.open_weights:
                return "The provider sets prices and limits; others sell the same model."
            return "The provider sets prices and limits, and may retire the model; nobody else sells it."
        found = []
        if isinstance(option, Cloud) and option.term == "spot":
            found.append("Spot machines are taken away at any time, all of them at once if it so happens.")
        if isinstance(option, Cloud) and option.term.startswith("reserved"):
            found.append("It is paid for the whole term, used or not.")
        if option.server.spares == 0:
            down = "its machine is replaced" if isinstance(option, Cloud) else "it is repaired, which takes days"
            found.append(f"There is no spare: while a replica fails and {down}, its requests wait or are lost.")
        return " ".join(found) or "A spare replica takes over where one fails."

    def warnings(self, option: Option) -> tuple[str, ...]:
        """What a reader should know of the numbers: prices too old to be trusted unseen."""
        stale = [each for each in inputs(option) if each.stale]
        named = [(label(self.scenario, each.path), each.date) for each in stale]
        return tuple(f"{name} is of {date}, which is old: look it up again." for name, date in named)

    def _model(self, name: str) -> str:
        """The name that all spellings of a model share."""
        try:
            return find(name, self._rows).name
        except UnknownRow:
            return name

    def _joined(self) -> dict[str, str]:
        """From a model to the name of the set of models that were found alike; sets that share one are one."""
        sets: list[set[str]] = []
        for row in self.scenario.alike:
            found = {self._model(name) for name in row.models}
            touched = [each for each in sets if each & found]
            sets = [each for each in sets if not each & found]
            sets.append(found.union(*touched))
        return {name: " = ".join(sorted(each)) for each in sets for name in each}
