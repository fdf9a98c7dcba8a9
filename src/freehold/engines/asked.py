"""Tells what a conversation asks of a reader, and which of its text is the material to read.

The last user message holds the question or the instruction, before or after its material; system text, earlier user
messages, documents and tool results are material too. What an assistant said is not: it is no source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from freehold.core.request import FilePart, Message, Part, TextPart, ToolResult
from freehold.engines.language import SMALL_NUMBERS, blocks, fold, raw_words, split_sentences

_SUMMARY = re.compile(
    r"\b(?:summar(?:y|ies|i[sz]e\w*)|tl;?dr|(?:key|main) points?|main idea|gist|what (?:is|'s) (?:this|the)\b.{0,30}"
    r"\babout|worum geht|de quoi parle|de qué trata|zusammenfass\w*"
    r"|fass\w*\b.{0,60}\bzusammen|kernpunkte"
    r"|résum\w+|resum\w+|points clés|puntos clave)",
    re.IGNORECASE | re.DOTALL,
)
_CREATES = re.compile(
    r"^(?:please |bitte |can you |could you |kannst du |peux-tu |puedes )*"
    r"(?:translate|write|rewrite|rephrase|paraphrase|generate|create|compose|draft|implement|code|program"
    r"|invent|imagine"
    r"|calculate|compute|schreib\w*|übersetz\w*|erfinde\w*|erstelle\w*|berechne\w*|écri\w*|tradui\w*"
    r"|rédige\w*|calcul\w*"
    r"|invente\w*|escrib\w*|traduc\w*|redact\w*)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:please |bitte |and |und |et |y |so )*(?:who|whom|whose|what|when|where|which|why|how|is|are|was"
    r"|were|does|do|did|can|tell me"
    r"|find|name|list|give me|explain|describe|answer|according to|wer|wen|wem|was|wann|wo|woher|wohin"
    r"|welche\w*|warum|wieso"
    r"|weshalb|wie|nenne|erkläre|beschreibe|qui|que|quoi|quand|où|pourquoi|comment|combien|quel\w*|donne"
    r"|explique|quién"
    r"|qué|cuándo|dónde|cómo|cuál\w*|cuánt\w+)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\s*(?:context|passage|text|document|article|source|material|background|question|query|q|kontext|frage"
    r"|dokument|contexte|question"
    r"|document|texte|contexto|pregunta|texto)\s*(?:\d+\s*)?[:：]\s*",
    re.IGNORECASE,
)
_EMPTY_LABEL = re.compile(r"^\s*(?:answer|antwort|réponse|respuesta)\s*[:：]?\s*$", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?[A-Za-z][\w:-]*(?:\s[^<>]*)?>|^```\w*[^\S\n]*$|^[^\S\n]*[-=_]{3,}[^\S\n]*$|\"\"\"", re.MULTILINE
)
_COUNT = re.compile(
    r"\b(?:in|into|to|with|en|auf)?\s*(?:at most |exactly |up to |no more than |about |genau |höchstens |au plus )?"
    r"(\d{1,2}|[^\W\d_]+)[ -](?:short |concise |key |main |kurzen? |bullet )*"
    r"(?:sentences?|sätze?n?|satz|phrases?|frases?|oraci(?:ón|ones)|(?:bullet )?points?|bullets|lines?"
    r"|stichpunkte?n?)\b",
    re.IGNORECASE,
)
_WORD_LIMIT = re.compile(r"\b(\d{1,4})\s+(?:words?|wörter\w*|worte\w*|mots|palabras)\b", re.IGNORECASE)
_BULLETS = re.compile(r"\bbullet|\bstichpunkt|\bpuces\b|\bviñetas\b", re.IGNORECASE)
_INSTRUCTS = re.compile(
    r"^(?:you (?:are|must|should|will|may|can|have)|your (?:task|job|role)|always|never|answer|use|do not"
    r"|don't|respond|reply|be |please"
    r"|if (?:the|you)|when (?:the user|you)|only|only use|keep|cite|du bist|sie sind|antworte\w*|verwende\w*"
    r"|benutze\w*|nutze"
    r"|vous êtes|tu es|réponds|répondez|utilise\w*|eres|responde|usa)\b",
    re.IGNORECASE,
)
_LONGEST_ASK = 400
"""Characters. A longer paragraph is material, whatever it begins with."""
LONGEST_MATERIAL = 300_000
"""Characters of a conversation that are read, the last user message first. Longer material is work for an index."""
_LONGEST_END = 2 * _LONGEST_ASK
"""Characters that are read from the end of a text that is too long, for there a question may stand."""
_PASTED_WORDS = 60
"""From this many words on, text without a question is taken as pasted to be summarised."""


class Asked(msgspec.Struct, frozen=True):
    """What to do with which material. `count` sentences and `words` words where the caller said so."""

    kind: Literal["answer", "summary", "create", "nothing"]
    question: str = ""
    material: tuple[str, ...] = ()
    count: int | None = None
    words: int | None = None
    bullets: bool = False
    earlier: str = ""
    """What was asked in the turn before."""
    cut: bool = False
    """Whether there was more material than `LONGEST_MATERIAL`."""


class _Room:
    """What may still be read of a conversation."""

    def __init__(self) -> None:
        self.left = LONGEST_MATERIAL
        self.cut = False

    def take(self, text: str) -> str:
        """The text, or so much of its beginning and its end as there is room for."""
        if len(text) > self.left:
            self.cut = True
            end = min(_LONGEST_END, self.left)
            text = f"{text[: self.left - end]}\n\n{text[len(text) - end :]}"
        self.left = max(0, self.left - len(text))
        return text


def understand(messages: Sequence[Message], passages: Sequence[str] = ()) -> Asked:
    """Read a conversation, with passages that were found for it, which end its material.

    Never fails: what asks nothing and brings no material is ``nothing``.
    """
    users = [place for place, message in enumerate(messages) if message.role == "user" and _own_text(message)]
    if not users:
        return Asked("nothing")
    last = users[-1]
    room = _Room()
    ask, here = _part(room.take(_own_text(messages[last])))
    before = [_part(room.take(_own_text(messages[place]))) for place in users[:-1]]
    system = [_own_text(message) for message in messages if message.role in {"system", "developer"}]
    material = [fact for text in system for fact in _facts(room.take(text))]
    material += [text for _, rest in before for text in rest]
    material += [room.take(text) for message in messages for text in _attached(message)]
    material += here
    material += passages
    asked = _decide(ask, tuple(text for text in material if raw_words(text)), before[-1][0] if before else "")
    return msgspec.structs.replace(asked, cut=room.cut)


def _decide(ask: str, material: tuple[str, ...], earlier: str) -> Asked:
    if _CREATES.match(ask):
        return Asked("create", ask, material)
    pasted = not ask and sum(len(raw_words(text)) for text in material) >= _PASTED_WORDS
    if not material or not (ask or pasted):
        return Asked("nothing", ask)
    return Asked(
        kind="summary" if pasted or _SUMMARY.search(ask) else "answer",
        question=ask,
        material=material,
        count=_count(ask),
        words=_limit(ask),
        bullets=bool(_BULLETS.search(ask)),
        earlier=earlier,
    )


def _part(text: str) -> tuple[str, list[str]]:
    """What a user message asks, and the rest of it, which is material."""
    whole = [
        stripped for block in blocks(_MARKUP.sub("\n\n", text)) if (stripped := block) and not _EMPTY_LABEL.match(block)
    ]
    pieces = [(bool(_LABEL.match(block)), _LABEL.sub("", block)) for block in whole]
    pieces = [(labelled, block) for labelled, block in pieces if block]
    if not pieces:
        return "", []
    # The end is looked at first: after long material, that is where the question stands.
    for place in (len(pieces) - 1, 0):
        block = pieces[place][1]
        found = _ask_in(block)
        if found is not None:
            ask, rest = found
            others = [piece for other, (_, piece) in enumerate(pieces) if other != place]
            return ask, [*others[:place], *rest, *others[place:]]
    block = pieces[0][1]
    if len(pieces) == 1 and len(raw_words(block)) < _PASTED_WORDS and len(split_sentences(block)) < 3:
        return block, []
    return "", [piece for _, piece in pieces]


def _ask_in(block: str) -> tuple[str, list[str]] | None:
    """The question or instruction within one block, and what else is in it; `None` if it holds none."""
    if (led := _led_by_colon(block)) is not None:
        return led
    sentences = split_sentences(block)
    for place in (len(sentences) - 1, 0):
        sentence = sentences[place]
        if len(sentence) <= _LONGEST_ASK and _is_ask(sentence, alone=len(sentences) == 1):
            rest = " ".join([*sentences[:place], *sentences[place + 1 :]])
            return sentence, [rest] if rest else []
    return None


def _led_by_colon(block: str) -> tuple[str, list[str]] | None:
    """``Summarise this in two sentences: ...`` as its two halves."""
    head, colon, tail = block.partition(":")
    if not colon or len(head) > _LONGEST_ASK or len(split_sentences(head)) > 1:
        return None
    if _SUMMARY.search(head) or _CREATES.match(head) or (_is_ask(head, alone=True) and not tail.strip().endswith("?")):
        return head.strip(), [tail.strip()] if tail.strip() else []
    return None


def _is_ask(sentence: str, *, alone: bool) -> bool:
    if sentence.rstrip("\"'”’»)").endswith(("?", "？")):
        return True
    if _CREATES.match(sentence) or (len(sentence) < _LONGEST_ASK / 2 and _SUMMARY.search(sentence)):
        return True
    return alone and len(raw_words(sentence)) <= 20 and bool(_ASKS.match(sentence))


def _facts(system: str) -> list[str]:
    """System text without the sentences that tell the model how to behave."""
    kept = []
    for block in blocks(_MARKUP.sub("\n\n", system)):
        sentences = [sentence for sentence in split_sentences(_LABEL.sub("", block)) if not _INSTRUCTS.match(sentence)]
        kept.append(" ".join(sentences))
    return [text for text in kept if text]


def _own_text(message: Message) -> str:
    return "\n\n".join(part.text for part in message.parts if isinstance(part, TextPart))


def _attached(message: Message) -> list[str]:
    """The text of documents and tool results."""
    found: list[str] = []
    for part in message.parts:
        if isinstance(part, FilePart) and part.text:
            found.append(part.text)
        elif isinstance(part, ToolResult):
            found.extend(_texts(part.parts))
    return found


def _texts(parts: Iterable[Part]) -> list[str]:
    return [part.text for part in parts if isinstance(part, TextPart)]


def _count(ask: str) -> int | None:
    for match in _COUNT.finditer(ask):
        word = fold(match[1])
        value = int(word) if word.isdigit() else SMALL_NUMBERS.get(word)
        if value:
            return value
    return None


def _limit(ask: str) -> int | None:
    match = _WORD_LIMIT.search(ask)
    return int(match[1]) if match else None
