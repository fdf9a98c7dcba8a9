"""Stories of the leak test: who asks what of whom, with which material in which field, under which label.

Drawn at random from a seed. A story knows what the oracle must know of it and nothing of how Freehold works.
"""

from __future__ import annotations

import base64
import functools
import json
import random
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.guards.leaks.lattice import PUBLIC, TAGS, Canary, Mark, Words, joined, mark

PERSONAL, SECRET = mark("confidential"), mark("restricted")
"""What personal data and secrets raise a request to, as the configuration of the test says."""

TOPICS = (
    "harbour",
    "orchard",
    "foundry",
    "library",
    "quarry",
    "observatory",
    "brewery",
    "vineyard",
    "sawmill",
    "ferry",
)
SHORTEST = 100
"""Characters of an answer, or of a paragraph of one, that a story quotes at least: less may be anybody's words."""
COLLECTIONS = ("shelf-a", "shelf-b", "shelf-c")


@dataclass(frozen=True)
class Holder:
    """A key and what it may do."""

    key: str
    label: Mark
    groups: frozenset[str]
    may_declare: bool


@dataclass(frozen=True)
class Reply:
    """An answer as its caller got it: the text, or the arguments of the tool call it made."""

    text: str
    call: str | None
    label: Mark


@dataclass
class Story:
    """One request. `base` is the label its caller gave it; `sources` are what its material joins to that, by family."""

    number: int
    holder: Holder
    dialect: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    base: Mark
    leaves_after: int | None = None
    sources: list[tuple[str, Mark]] = field(default_factory=list)
    began: float = 0.0

    @functools.cached_property
    def said(self) -> str:
        """The body as it is sent."""
        return json.dumps(self.body)

    def label(self, taken_out: frozenset[str] = frozenset()) -> Mark:
        """The join of everything but the families that were taken out."""
        return joined([self.base, *(label for family, label in self.sources if family not in taken_out)])


class Teller:
    """Tells stories."""

    def __init__(
        self,
        chance: random.Random,
        words: Words,
        holders: Sequence[Holder],
        models: Mapping[str, Sequence[str]],
        replies: Sequence[Reply],
    ) -> None:
        """`models`: what may be asked for ``chat``, ``embeddings`` and ``rerank``; `replies`: earlier answers."""
        self._chance = chance
        self._words = words
        self._holders = holders
        self._models = models
        self._replies = replies

    def tell(self, number: int) -> Story:
        """The story of this number."""
        chance = self._chance
        holder = chance.choice(self._holders)
        stated = self._label() if chance.random() < 0.5 else None
        kind = chance.choices(["chat", "embeddings", "rerank"], [0.92, 0.05, 0.03])[0]
        dialect = chance.choice(["openai", "anthropic"]) if kind == "chat" else "openai"
        told = _Telling(number, chance, self._words, self._replies)
        opaque = False
        if kind == "chat":
            body, opaque = told.chat(dialect, chance.choice(self._models["chat"]))
        elif kind == "embeddings":
            body = {"model": chance.choice(self._models["embeddings"]), "input": [told.opening(), told.piece()]}
        else:
            documents = [told.piece() for _ in range(3)]
            body = {"model": chance.choice(self._models["rerank"]), "query": told.opening(), "documents": documents}
        headers = {"authorization": f"Bearer {holder.key}", "content-type": "application/json"}
        if stated is not None:
            if chance.random() < 0.7 or kind != "chat":
                headers["x-freehold-label"] = str(stated)
            else:
                body.setdefault("metadata", {})["freehold"] = {"label": str(stated)}
        if kind == "chat" and chance.random() < 0.35:
            headers["x-freehold-collections"] = ",".join(chance.sample(COLLECTIONS, chance.randint(1, 3)))
        told.end(_base(holder, stated, opaque=opaque))
        return Story(
            number,
            holder,
            dialect,
            {"embeddings": "/v1/embeddings", "rerank": "/v1/rerank"}.get(
                kind, "/v1/messages" if dialect == "anthropic" else "/v1/chat/completions"
            ),
            headers,
            body,
            told.base,
            chance.randint(1, 4) if chance.random() < 0.06 else None,
            told.sources,
        )

    def _label(self) -> Mark:
        level = self._chance.choices(range(4), [0.45, 0.25, 0.2, 0.1])[0]
        tags = [tag for tag in TAGS if self._chance.random() < 0.12]
        return Mark(level, frozenset(tags))


def _base(holder: Holder, stated: Mark | None, *, opaque: bool) -> Mark:
    """The label a caller gives: the key's, raised by what the request states; a trusted key's statement alone holds."""
    if stated is None:
        return holder.label
    return stated if holder.may_declare and not opaque else joined([holder.label, stated])


class _Telling:
    """One story while it is told: what was put into it, so that every word gets its label at the end."""

    def __init__(self, number: int, chance: random.Random, words: Words, replies: Sequence[Reply]) -> None:
        self._number = number
        self._chance = chance
        self._words = words
        self._replies = replies
        self._canaries: list[Canary] = []
        self._findings = chance.choices(["", "personal-data", "secrets"], [0.65, 0.25, 0.1])[0]
        self.base = PUBLIC
        self.sources: list[tuple[str, Mark]] = []

    def end(self, base: Mark) -> None:
        """Give every word the label of all that it came with."""
        self.base = base
        for canary in self._canaries:
            canary.sources = [("", base), *self.sources]

    def opening(self) -> str:
        """A question with a word that tells the story."""
        topic = self._chance.choice(TOPICS)
        return f"About matter {self._plain()}: what does the ledger of the {topic} say?"

    def piece(self) -> str:
        """A sentence, a quotation of an earlier answer, or something that guards find, encoded at times."""
        draw = self._chance.random()
        if draw < 0.12 and (said := self._earlier()) is not None:
            return self._quoted(said)
        if self._findings and draw < 0.55:
            return self._finding()
        return f"The note says {self._plain()} and nothing else."

    def _plain(self) -> str:
        return self._new(self._words.word(), "")

    def _new(self, word: str, family: str) -> str:
        canary = Canary(word, self._number, family)
        self._words.canaries[word] = canary
        self._canaries.append(canary)
        return word

    def _finding(self) -> str:
        """A sentence with something that guards find."""
        chance, words, family = self._chance, self._words, self._findings
        self.sources.append((family, PERSONAL if family == "personal-data" else SECRET))
        if family == "secrets":
            if chance.random() < 0.5:
                return self._encoded(f"The build signs in with {self._new(words.access_key(), family)} since May.")
            return self._encoded(
                f"The build signs in with {'gh' + 'p_' + self._new(words.word(36), family)} since May."
            )
        form = chance.choice(["mail", "mail", "iban", "card"])
        if form == "mail":
            return self._encoded(f"Please write to {self._new(words.word(), family)}@mail.example.com today.")
        if form == "iban":
            return self._encoded(f"Pay to IBAN {self._new(words.iban(), family)} please.")
        return self._encoded(f"My card number is {self._new(words.card(), family)} if you need it.")

    def _encoded(self, text: str) -> str:
        """The text, at times as base64, percent signs or JSON."""
        match self._chance.choices(["plain", "base64", "percent", "json"], [0.7, 0.1, 0.1, 0.1])[0]:
            case "base64":
                return base64.b64encode(text.encode()).decode()
            case "percent":
                return urllib.parse.quote(text)
            case "json":
                return json.dumps({"said": text})
            case _:
                return text

    def _short(self) -> str:
        """A word, or something that guards find, for a field in which nobody quotes."""
        return self._finding() if self._findings and self._chance.random() < 0.4 else self._plain()

    def _earlier(self) -> Reply | None:
        """An earlier answer in words, whose label then counts here too."""
        said = [reply for reply in self._replies if len(reply.text) > SHORTEST]
        if not said:
            return None
        reply = self._chance.choice(said)
        self.sources.append(("", reply.label))
        return reply

    def _quoted(self, reply: Reply) -> str:
        """A paragraph of an earlier answer, as somebody pastes it."""
        paragraphs = [each for each in reply.text.split("\n\n") if len(each) > SHORTEST]
        return f"Somebody told me:\n\n{self._chance.choice(paragraphs or [reply.text])}\n\nIs that so?"

    def chat(self, dialect: str, model: str) -> tuple[dict[str, Any], bool]:
        """The body of a chat, and whether something in it cannot be inspected."""
        return self._anthropic(model) if dialect == "anthropic" else self._openai(model)

    def _turns(self) -> list[tuple[str, str]]:
        """Earlier turns: what was asked, and what was answered, at times by Freehold itself."""
        turns = []
        for _ in range(self._chance.choices([0, 1, 2], [0.6, 0.3, 0.1])[0]):
            if self._chance.random() < 0.6 and (reply := self._earlier()) is not None:
                turns.append((self.piece(), reply.text))
            else:
                turns.append((self.piece(), self.piece()))
        return turns

    def _image(self) -> str:
        return base64.b64encode(b"\x89PNG\r\n\x1a\n with the words " + self._plain().encode()).decode()

    def _openai(self, model: str) -> tuple[dict[str, Any], bool]:
        chance = self._chance
        messages: list[dict[str, Any]] = []
        if chance.random() < 0.4:
            messages.append({"role": chance.choice(["system", "developer"]), "content": self.piece()})
        for asked, answered in self._turns():
            messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
        body: dict[str, Any] = {"model": model, "messages": messages, "stream": chance.random() < 0.5}
        if chance.random() < 0.3:
            body["tools"] = [{"type": "function", "function": self._tool("parameters")}]
            messages += self._openai_tool_turn()
        opaque = chance.random() < 0.06
        asked = f"{self.opening()} {self.piece()}"
        image = (
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{self._image()}"}} if opaque else None
        )
        messages.append({"role": "user", "content": [{"type": "text", "text": asked}, image] if image else asked})
        if chance.random() < 0.1:
            messages[-1]["name"] = self._plain()
        if chance.random() < 0.1:
            body["stop"] = [self._short()]
        if chance.random() < 0.1:
            body["user"] = self._short()
        if chance.random() < 0.1:
            body["metadata"] = {"note": self.piece()}
        if chance.random() < 0.08:
            form = {"type": "object", "properties": {"a": {"type": "string", "description": self.piece()}}}
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": "form", "schema": form}}
        if chance.random() < 0.08:
            body["x_note"] = {self._short(): self.piece()}
            opaque = True
        return body, opaque

    def _openai_tool_turn(self) -> list[dict[str, Any]]:
        arguments = self._arguments()
        call = {"id": "call_a", "type": "function", "function": {"name": "note", "arguments": arguments}}
        return [
            {"role": "user", "content": self.piece()},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_a", "content": self.piece()},
        ]

    def _arguments(self) -> str:
        called = [reply for reply in self._replies if reply.call is not None]
        if called and self._chance.random() < 0.4:
            reply = self._chance.choice(called)
            self.sources.append(("", reply.label))
            return reply.call or ""
        return json.dumps({"text": self.piece(), self._short(): json.dumps([self.piece()])})

    def _tool(self, schema: str) -> dict[str, Any]:
        properties = {"text": {"type": "string", "description": self.piece()}, self._short(): {"enum": [self.piece()]}}
        return {"name": "note", "description": self.piece(), schema: {"type": "object", "properties": properties}}

    def _anthropic(self, model: str) -> tuple[dict[str, Any], bool]:
        chance = self._chance
        messages: list[dict[str, Any]] = []
        body: dict[str, Any] = {
            "model": model,
            "max_tokens": 200,
            "messages": messages,
            "stream": chance.random() < 0.5,
        }
        if chance.random() < 0.4:
            said = self.piece()
            body["system"] = said if chance.random() < 0.5 else [{"type": "text", "text": said}]
        for asked, answered in self._turns():
            messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
        last: list[dict[str, Any]] = []
        if chance.random() < 0.3:
            body["tools"] = [self._tool("input_schema")]
            use = {"type": "tool_use", "id": "toolu_a", "name": "note", "input": json.loads(self._arguments())}
            messages += [{"role": "user", "content": self.piece()}, {"role": "assistant", "content": [use]}]
            last.append({"type": "tool_result", "tool_use_id": "toolu_a", "content": self.piece()})
        opaque = chance.random() < 0.06
        if opaque:
            source = {"type": "base64", "media_type": "image/png", "data": self._image()}
            last.append({"type": "image", "source": source})
        last.append({"type": "text", "text": f"{self.opening()} {self.piece()}"})
        messages.append({"role": "user", "content": last})
        if chance.random() < 0.1:
            body["stop_sequences"] = [self._short()]
        if chance.random() < 0.1:
            body["metadata"] = {"user_id": self._short()}
        return body, opaque
