"""The world of the leak test: a Freehold, its upstreams, documents and keys, and what is known of all from outside."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.guards.leaks.client import answer_of, ask
from benchmarks.guards.leaks.lattice import PUBLIC, Canary, Document, Mark, State, Words, joined, mark, may_see, met
from benchmarks.guards.leaks.recorders import Receipt, Recorder
from benchmarks.guards.leaks.setting import CHAT, CLEARANCES, MOVING, TAKEN_OUT, configuration
from benchmarks.guards.leaks.stories import COLLECTIONS, PERSONAL, TOPICS, Holder, Reply, Story, Teller
from freehold.assemble import Stack, build
from freehold.config import load
from freehold.core.label import Label
from freehold.http.app import App
from freehold.knowledge.service import Upload
from freehold.stores.keys import Grant

DOCUMENTS = 60
"""Documents at the beginning."""
_KEYS = 14
_TOGETHER = 8
"""Stories under way at once."""
_KEPT = 400
"""Answers that later stories may quote."""
_CHANGE_EVERY = 12
"""Stories between two changes to documents or to the configuration."""
_NONE: frozenset[str] = frozenset()


@dataclass
class Setting:
    """The clearances in force for a time, in monotonic seconds."""

    begun: float
    clearances: dict[str, Mark]
    ended: float = float("inf")


@dataclass(frozen=True)
class Leak:
    """A word that a target was sent and may not see. `label`: of the material it stood in."""

    target: str
    story: int
    family: str
    label: str
    why: str


@dataclass
class Tally:
    """What was seen: stories told, bodies searched, words found in them, and those that should not have been there."""

    stories: int = 0
    bodies: int = 0
    words: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    targets: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    leaks: list[Leak] = field(default_factory=list)


class World:
    """One world. Everything in it is drawn from its seed, but for the order in which what is at once comes about."""

    def __init__(self, folder: Path, seed: int, documents: int = DOCUMENTS, *, until_leak: bool = False) -> None:
        """`until_leak`: no story is begun any more once something has leaked."""
        self.tally = Tally()
        self._until_leak = until_leak
        self._folder = folder
        self._chance = random.Random(seed)
        self._words = Words(self._chance)
        self._at_first = documents
        self._stories: dict[int, Story] = {}
        self._replies: list[Reply] = []
        self._answered: dict[str, frozenset[str]] = {}
        """By an answer's own word, what was taken out for the target that gave it."""
        self._documents: list[Document] = []
        self._settings: list[Setting] = []
        self._holders: list[Holder] = []
        self._recorders: dict[str, Recorder] = {}
        self._stack: Stack
        self._app: App

    @contextlib.asynccontextmanager
    async def upstreams(self) -> AsyncIterator[None]:
        """Have an upstream for each target."""
        async with contextlib.AsyncExitStack() as stack:
            for name in CLEARANCES:
                recorder = Recorder(name, self._judge, self._say, random.Random(self._chance.random()))
                self._recorders[name] = await stack.enter_async_context(recorder)
            self._configure(CLEARANCES)
            yield
        self.tally.events["failed answers"] = sum(each.failures for each in self._recorders.values())

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start Freehold; the first time, with documents and keys."""
        environment = {"FREEHOLD_DATA_DIR": str(self._folder / "data")}
        self._stack = build(load(self._folder / "freehold.toml", environment), environment)
        self._app = App(self._stack, body_limit=2**20)
        await self._stack.start()
        try:
            self._app.open()
            self.tally.events["starts"] += 1
            if not self._holders:
                self._holders = [self._holder(number) for number in range(_KEYS)]
                for _ in range(self._at_first):
                    await self._add_document()
            yield
        finally:
            await self._stack.stop()

    async def tell(self, numbers: Iterable[int]) -> None:
        """Have these stories happen, some at once, while documents and the configuration change."""
        models = {"chat": CHAT, "embeddings": ("embed",), "rerank": ("rank",)}
        teller = Teller(self._chance, self._words, self._holders, models, self._replies)
        waiting, changing = iter(numbers), asyncio.Lock()

        async def worker() -> None:
            for number in waiting:
                if self._until_leak and self.tally.leaks:
                    return
                await self._live(teller.tell(number))
                if number % _CHANGE_EVERY == 0 and not changing.locked():
                    async with changing:
                        await self._change()

        async with asyncio.TaskGroup() as group:
            for _ in range(_TOGETHER):
                group.create_task(worker())

    async def _live(self, story: Story) -> None:
        self._stories[story.number] = story
        story.began = time.monotonic()
        status, body = await ask(self._app, story)
        self.tally.stories += 1
        self.tally.statuses[status] += 1
        self.tally.events["callers who left"] += story.leaves_after is not None
        answer = answer_of(story, status, body)
        if answer is not None:
            self._keep(*answer)

    def _keep(self, text: str, call: str | None) -> None:
        """Let later stories quote an answer; its label is that of its own words."""
        known = self._found(f"{text}\n{call or ''}".encode())
        own = [canary for canary in known if canary.word in self._answered]
        if not own:
            return  # It broke off before it had said anything of its own.
        taken_out = _NONE.union(*(self._answered[canary.word] for canary in own))
        for canary in known:
            canary.fallen |= taken_out
        self._replies.append(Reply(text, call, joined(canary.label() for canary in own)))
        if len(self._replies) > _KEPT:
            del self._replies[self._chance.randrange(_KEPT)]

    # What stands around the stories, and changes.

    def _configure(self, clearances: dict[str, str]) -> None:
        urls = {name: recorder.url for name, recorder in self._recorders.items()}
        text = configuration(clearances, urls, self._folder / "data", self._chance)
        (self._folder / "freehold.toml").write_text(text)
        self._settings.append(Setting(time.monotonic(), {name: mark(said) for name, said in clearances.items()}))

    def _holder(self, number: int) -> Holder:
        """A key; the first has no label of its own."""
        chance = self._chance
        level = chance.choices(range(4), [0.55, 0.25, 0.15, 0.05])[0]
        label = Mark(level, frozenset(tag for tag in ("eu", "health") if chance.random() < 0.1)) if number else PUBLIC
        groups = frozenset(group for group in ("law", "staff") if chance.random() < 0.5)
        trusted = chance.random() < 0.25
        said = Label.parse(str(label)) if number else None
        grant = Grant(name=f"key {number}", label=said, groups=groups, may_declare=trusted)
        return Holder(self._stack.keys.create(grant).secret.reveal(), label, groups, trusted)

    async def _add_document(self) -> None:
        chance = self._chance
        tags = frozenset(["eu"] if chance.random() < 0.2 else [])
        label = Mark(chance.choices(range(4), [0.35, 0.25, 0.25, 0.15])[0], tags)
        groups = frozenset([chance.choice(["law", "staff"])] if chance.random() < 0.3 else [])
        document, topic = Document("", [State(time.monotonic(), label, groups)]), chance.choice(TOPICS)
        words = [self._document_word(document, "") for _ in range(3)]
        lines = [f"The ledger of the {topic} says {word} in its {topic} column." for word in words]
        if chance.random() < 0.25:
            lines.append(f"Ask about the {topic}: {self._document_word(document, 'personal-data')}@mail.example.com")
        name, collection = f"{self._words.word()}.md", chance.choice(COLLECTIONS)
        body, knowledge = "\n\n".join(lines).encode(), self._stack.knowledge
        job = await knowledge.add(Upload(collection, name, body, label=Label.parse(str(label)), groups=groups))
        report = await knowledge.wait(job)
        if report.state != "done":
            raise RuntimeError(f"the document {name} was not taken: {report}")
        document.id = (await knowledge.digests(collection))[name][0]
        self._documents.append(document)

    def _document_word(self, document: Document, family: str) -> str:
        word = self._words.word()
        sources = [("personal-data", PERSONAL)] if family else []
        self._words.canaries[word] = Canary(word, 0, family, sources, document)
        return word

    async def _change(self) -> None:
        """Change a document, or the configuration, while requests are under way."""
        kind = self._chance.choices(["relabel", "readers", "remove", "add", "reload"], [0.35, 0.15, 0.1, 0.15, 0.25])[0]
        self.tally.events[kind] += 1
        if kind == "add":
            await self._add_document()
        elif kind == "reload":
            before = self._settings[-1]
            self._configure(CLEARANCES | {name: self._chance.choice(choices) for name, choices in MOVING.items()})
            self._stack.reload()
            before.ended = time.monotonic()
        else:
            await self._change_document(kind)

    async def _change_document(self, kind: str) -> None:
        document = self._chance.choice(self._documents)
        before = document.states[-1]
        if before.gone:
            return
        label, groups = before.label, before.groups
        if kind == "relabel":
            label = Mark(self._chance.randrange(4), label.tags)
        elif kind == "readers":
            groups = frozenset([self._chance.choice(["law", "staff"])])
        document.states.append(State(time.monotonic(), label, groups, gone=kind == "remove"))
        if kind == "remove":
            await self._stack.knowledge.remove([document.id])
        else:
            await self._stack.knowledge.relabel(document.id, label=Label.parse(str(label)), groups=groups)
        before.ended = time.monotonic()

    # What upstreams see, and say.

    def _found(self, data: bytes) -> list[Canary]:
        return [self._words.canaries[word] for word in self._words.found_in(data)]

    def _whose(self, found: Sequence[Canary]) -> Story | None:
        """Whose request it was: a story quotes only earlier ones, and its own word is in it."""
        return self._stories.get(max((canary.story for canary in found), default=0))

    def _judge(self, receipt: Receipt) -> None:
        """Look at everything that a target was sent."""
        tally, found = self.tally, self._found(receipt.head + b"\n" + receipt.body)
        tally.bodies += 1
        tally.targets[receipt.target] += 1
        tally.words += len(found)
        story = self._whose(found)
        for canary in found:
            if why := self._forbidden(canary, receipt, story):
                states = canary.document.states[-1:] if canary.document else []
                label = joined([canary.label(), *(state.label for state in states)])
                tally.leaks.append(Leak(receipt.target, canary.story, canary.family, str(label), why))

    def _forbidden(self, canary: Canary, receipt: Receipt, story: Story | None) -> str:
        """Why the target may not see the word; empty where it may."""
        taken_out = TAKEN_OUT.get(receipt.target, _NONE)
        if canary.family in taken_out:
            return "a declassifier takes it out"
        # A request that is under way goes on as it began, and so under any setting since then.
        since = story.began if story else 0.0
        settings = [each for each in self._settings if each.begun <= receipt.at and each.ended >= since]
        clearances = [each.clearances[receipt.target] for each in settings]
        label = canary.label(taken_out)
        if canary.document is None:
            return "" if any(may_see(each, label) for each in clearances) else f"above {clearances[-1]}"
        # What an answer has carried to a caller is that caller's to repeat, under the answer's label; rights end there.
        quoted = story is not None and canary.word in story.said
        for state in canary.document.between(0.0 if quoted else since, receipt.at):
            reader = quoted or story is None or not state.groups or state.groups & story.holder.groups
            if reader and any(may_see(each, joined([state.label, label])) for each in clearances):
                return ""
        return "the document is above it, gone, or not for this caller"

    def _say(self, receipt: Receipt) -> str:
        """Two paragraphs: one with a word of the answer's own, which comes from all that was sent; one that repeats."""
        found = self._found(receipt.body)
        story, word = self._whose(found), self._words.word()
        # An answer is labelled as what its target saw. What was taken out is found anew wherever it is put back.
        taken_out = TAKEN_OUT.get(receipt.target, _NONE)
        labels = [story.label(taken_out)] if story else []
        for canary in found:
            # A passage that was only quoted has the label of the answer that it was quoted from.
            if canary.document is not None and not (story and canary.word in story.said):
                # It may have been relabelled meanwhile: it was read in one of its states, and in which is not known.
                states = canary.document.between(story.began if story else 0.0, receipt.at)
                labels += [met(state.label for state in states), canary.label(taken_out)]
        self._words.canaries[word] = Canary(word, story.number if story else 0, "", [("", joined(labels))])
        self._answered[word] = taken_out
        return (
            f"The answer to what was asked is {word}, as far as anybody can tell from what stands in the papers here,"
            " and there is no reason to doubt it.\n\nYou said the following, which I repeat word for word:"
            f" {_last_words(receipt.body)}"
        )


def _last_words(body: bytes) -> str:
    """What was said last, in one line."""
    content = json.loads(body).get("messages", [{}])[-1].get("content", "")
    if isinstance(content, list):
        content = " ".join(part.get("text") or "" for part in content if part.get("type") == "text")
    return re.sub(r"\s+", " ", content if isinstance(content, str) else "")[:600]
