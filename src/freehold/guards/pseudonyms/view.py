"""Makes the view of a request in which every finding has a stand-in."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence

from freehold.core.event import Event
from freehold.core.exchange import View
from freehold.core.finding import Finding
from freehold.core.label import Label
from freehold.core.opaque import uninspectable
from freehold.core.request import AnyRequest, Request
from freehold.core.target import Secret
from freehold.guards.encoded import NAMES, read
from freehold.guards.letters import folded, squeezed, words_of
from freehold.guards.located import MOST, Located, locate
from freehold.guards.placeholders import Placeholders
from freehold.guards.pseudonyms.cast import Cast
from freehold.guards.pseudonyms.conversation import conversation_of
from freehold.guards.pseudonyms.restore import restored
from freehold.guards.pseudonyms.standins import StandIn, stand_in
from freehold.guards.swap import Pair, Swap
from freehold.guards.traversal import rewrite, walk
from freehold.stores.pseudonyms import Kept, KeptPseudonyms

LARGE = 50_000
"""Characters above which the work is done in a thread, so that the event loop stays free."""

MOST_WORK = 10_000_000_000
"""Originals times characters: each stand-in is looked for in all of the texts, some seconds for so much."""

_FAMILIES = ("personal-data", "secrets")
_MOST_WORDS = 6
"""Words of a name; of those, short ones such as ``van`` may be in small letters."""
_SHORT_WORD = 3
_LONG = 6
"""Characters from which on a stand-in is no part of a word by accident."""


class Pseudonymiser:
    """Makes views. `kept` keeps a conversation's stand-ins between its turns; without it, each turn draws them anew.

    Both ways the same original has the same stand-in in every turn, since stand-ins are drawn by the conversation.
    What is kept beyond that are the originals: one that was found once is hidden in later turns, found there or not.
    """

    def __init__(self, secret: Secret, kept: KeptPseudonyms | None = None) -> None:
        self._secret = secret
        self._kept = kept

    async def view(self, request: AnyRequest, findings: Sequence[Finding], *, label: Label, key_id: str) -> View | None:
        """The view in which these findings have stand-ins and secrets are blotted out, labelled `label`.

        `None` where there can be none: the request holds what nobody can read, a finding is not where it says or
        would not wholly go, or the conversation has more of them than are taken out.
        Findings of other families are left alone.
        Raises `Unavailable` if what was kept of the conversation cannot be read.
        """
        found = locate(request, [each for each in findings if each.span.family in _FAMILIES])
        if found is None or uninspectable(request):
            return None
        conversation = conversation_of(self._secret, key_id, request)
        before = await asyncio.to_thread(self._kept.load, conversation) if self._kept is not None else Kept()
        originals = len({*before.originals, *((each.span.kind, each.text) for each in found)})
        texts = [field.text for field in walk(request)]
        if originals > MOST or originals * sum(map(len, texts)) > MOST_WORK:
            return None
        make = _Making(self._secret, conversation, texts, before)
        if sum(map(len, texts)) > LARGE:
            view = await asyncio.to_thread(make.view, request, found, label)
        else:
            view = make.view(request, found, label)
        if self._kept is not None and make.kept.originals:
            await asyncio.to_thread(self._kept.keep, conversation, make.kept)
        return view


class _Making:
    """The work of one view."""

    def __init__(self, secret: Secret, conversation: bytes, texts: list[str], before: Kept) -> None:
        self._texts = texts
        self._before = before
        avoided = [*texts, *(original for _, original in before.originals)]
        given = {(slot, original): stand for slot, original, stand in before.given}
        self._cast = Cast(secret, conversation, avoided, given)
        self.kept = before
        """What is to be kept of the conversation, once the view is made."""

    def view(self, request: AnyRequest, found: Sequence[Located], label: Label) -> _Pseudonyms | None:
        """The view, unless it left something of what was found; afterwards `kept` holds what is to be kept."""
        names = [each for each in found if each.span.family == "personal-data"]
        secrets = [each for each in found if each.span.family == "secrets"]
        made = self._stand_ins(names)
        hide = [pair for one in made.values() for pair in one.hide]
        show = [pair for one in made.values() for pair in one.show]
        # What its pairs would not turn into its stand-in, or back, is exchanged as it stands, within words or not.
        there, back = Swap(hide), Swap(show)
        more_hide, more_show = Placeholders(secrets).pairs, []
        for each in names:
            stand = made[each.span.kind, each.text].text
            within = each.within or _edges(each.text) != _edges(stand)
            if within or folded(there.whole(each.text)) != folded(stand):
                more_hide.append(Pair(each.text, stand, loose=True))
            # A name in escapes comes back as the name.
            if each.span.kind in NAMES and next(read(each.text), None) is not None:
                continue
            if within or folded(back.whole(stand)) != folded(each.text):
                more_show.append(Pair(stand, each.text, loose=len(stand) >= _LONG))
        there = Swap([*hide, *more_hide]) if more_hide else there
        back = Swap([*show, *more_show]) if more_show else back
        people = {(each.span.kind, made[each.span.kind, each.text].key) for each in names}
        told = _told("pseudonymise personal-data", people)
        blotted = _told("redact secrets", {(each.span.kind, each.text) for each in secrets})
        by = "; ".join(filter(None, (told, blotted)))
        json = isinstance(request, Request) and request.output is not None
        view = _Pseudonyms(label, by, there, back, json=json)
        view.prepare(self._texts)
        return None if view.leaves(found) else view

    def _stand_ins(self, names: Sequence[Located]) -> dict[tuple[str, str], StandIn]:
        """By kind and original, people first: an address takes its words from their names as these are written."""
        originals = dict.fromkeys([*self._before.originals, *((each.span.kind, each.text) for each in names)])
        made: dict[tuple[str, str], StandIn] = {}
        encoded: dict[tuple[str, str], list[str]] = {}
        for kind, original in sorted(originals, key=lambda each: each[0] != "person"):
            if kind in NAMES and (readings := list(read(original))):
                encoded[kind, original] = readings
            else:
                made[kind, original] = stand_in(kind, original, self._cast)
        by_key = {stand.key: stand for (kind, _), stand in made.items() if kind in NAMES}
        for (kind, original), readings in encoded.items():
            name = next((each for each in readings if squeezed(each) in by_key), None)
            if name is None and (name := next(filter(_is_name, readings), None)) is not None:
                by_key[squeezed(name)] = stand_in(kind, name, self._cast)
            made[kind, original] = self._as_encoded(kind, original, by_key[squeezed(name)] if name else None)
        given = tuple((slot, original, stand) for (slot, original), stand in self._cast.given.items())
        self.kept = Kept(tuple(originals), given)
        return made

    def _as_encoded(self, kind: str, original: str, name: StandIn | None) -> StandIn:
        """The stand-in of a name, for the same name in escapes; one in brackets for what encodes more than a name."""
        if name is None:
            text = self._cast.bracketed(kind, original)
            return StandIn(text, original, (Pair(original, text, loose=True),), (Pair(text, original),))
        return StandIn(name.text, name.key, (*name.hide, Pair(original, name.text, loose=True)), name.show)


class _Pseudonyms:
    """A `View`: what one target sees in place of the request."""

    def __init__(self, label: Label, by: str, hide: Swap, show: Swap, *, json: bool) -> None:
        self._label = label
        self._by = by
        self._hide = hide
        self._show = show
        self._json = json
        self._hidden: dict[str, str] = {}

    @property
    def label(self) -> Label:
        """What the request is labelled without what was taken out."""
        return self._label

    @property
    def by(self) -> str:
        """What was taken out, by counts."""
        return self._by

    def prepare(self, texts: Sequence[str]) -> None:
        """Rewrite these texts now, so that `request` need not."""
        self._hidden = {text: self._hide.whole(text) for text in texts}

    def leaves(self, found: Sequence[Located]) -> bool:
        """Whether anything of what was found still stands in the texts that were prepared."""
        hidden = self._hidden.values()
        there = [each for each in found if any(each.text in text for text in hidden)]
        still = Swap(Pair(each.text, "", loose=each.span.family == "secrets") for each in there)
        return any(still.whole(text) is not text for text in hidden)

    def request(self, request: AnyRequest) -> AnyRequest:
        """The request with a stand-in for every original, wherever one stands."""
        return rewrite(request, lambda field: self._hidden.get(field.text) or self._hide.whole(field.text))

    def restore(self, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
        """The answer with the originals in place of their stand-ins."""
        return restored(events, self._show, json=self._json)


def _is_name(reading: str) -> bool:
    words = words_of(reading)
    telling = [word for word in words if len(word) > _SHORT_WORD]
    return 0 < len(words) <= _MOST_WORDS and all(word.isalpha() and not word[0].islower() for word in telling)


def _edges(text: str) -> list[tuple[bool, bool]]:
    """What a text begins and ends with: letters go on in letters, digits in digits, other signs in nothing."""
    return [(sign.isalpha(), sign.isdecimal()) for sign in (text[0], text[-1])]


def _told(what: str, found: set[tuple[str, str]]) -> str:
    counts = Counter(kind for kind, _ in found)
    return f"{what}: " + ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items())) if counts else ""
