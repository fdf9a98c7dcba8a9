"""A view hides every finding everywhere, the same way in every turn, or there is none."""

from __future__ import annotations

import base64
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from freehold.core.event import Event, Finished, Ready, Text, gather
from freehold.core.exchange import View
from freehold.core.finding import Finding, Span
from freehold.core.label import PUBLIC, Label
from freehold.core.request import (
    EmbeddingRequest,
    ImagePart,
    Message,
    Origin,
    OutputFormat,
    Part,
    Request,
    Sampling,
    TextPart,
    Tool,
    ToolResult,
    ToolUse,
)
from freehold.core.target import Secret, Target
from freehold.guards.located import MOST
from freehold.guards.pseudonyms import Pseudonymiser
from freehold.guards.pseudonyms.cast import Cast
from freehold.guards.pseudonyms.conversation import conversation_of
from freehold.guards.pseudonyms.standins import StandIn, stand_in
from freehold.guards.swap import Pair
from freehold.guards.traversal import walk
from freehold.stores.keyfile import keyfile
from freehold.stores.pseudonyms import Kept, KeptPseudonyms
from freehold.stores.sqlite import open_store
from freehold.wire.anthropic import MessagesProvider
from freehold.wire.openai import ChatProvider

LABEL = Label.parse("internal")
SECRET = Secret("of this installation")
TOKEN = "tok-" + "9f" * 8
ORIGINALS = (
    ("person", "Ada Obi-Lund"),
    ("email", "ada.obi@clinic.test"),
    ("phone", "+44 20 7183 4421"),
    ("card", "4539 1488 0343 6467"),
    ("token", TOKEN),
)
FIRST = f"Ada Obi-Lund, ada.obi@clinic.test, +44 20 7183 4421, card 4539 1488 0343 6467, uses {TOKEN}."


def a_request(*turns: str, parts: tuple[Part, ...] = (), **changes: object) -> Request:
    roles = ("user", "assistant")
    said = [Message(roles[number % 2], (TextPart(text),)) for number, text in enumerate(turns)]
    if parts:
        said.append(Message("user", parts))
    return msgspec.structs.replace(Request("m", tuple(said), "openai"), **changes)


def find(request: Request | EmbeddingRequest, originals: tuple[tuple[str, str], ...] = ORIGINALS) -> list[Finding]:
    """Each original once, where it first stands."""
    found = []
    for kind, original in originals:
        field = next((field for field in walk(request) if original in field.text), None)
        if field is not None:
            start = field.text.index(original)
            family = "secrets" if kind == "token" else "personal-data"
            found.append(Finding(field.where, Span(start, start + len(original), kind, 1.0, "test", family)))
    return found


async def view_of(request: Request | EmbeddingRequest, *, by: Pseudonymiser | None = None, key: str = "k") -> View:
    view = await (by or Pseudonymiser(SECRET)).view(request, find(request), label=LABEL, key_id=key)
    assert view is not None
    return view


def texts(request: Request | EmbeddingRequest) -> list[str]:
    return [field.text for field in walk(request)]


def back(view: View, text: str) -> str:
    events = view.restore(Ready([Text(text), Finished()]))
    assert isinstance(events, Ready)
    return gather(events.events).choices[0].text


async def test_it_says_what_it_took_out():
    view = await view_of(a_request(FIRST))
    assert view.label == LABEL
    assert view.by == "pseudonymise personal-data: 1 card, 1 email, 1 person, 1 phone; redact secrets: 1 token"


async def test_what_was_found_once_is_gone_everywhere():
    call = ToolUse("c1", "write_to_lund", '{"ada.obi@clinic.test": "4539148803436467", "n": 4539148803436467}')
    asked = Request(
        "m",
        (
            Message("user", (TextPart(FIRST),), "ada_lund"),
            Message("assistant", (TextPart("ADA.OBI@CLINIC.TEST or ms lund"), call)),
            Message("tool", (ToolResult("c1", (TextPart('{"sent":"Obi\\nLund"}'),)),)),
        ),
        "openai",
        tools=(Tool("write_to_lund", {"properties": {"Obi": {"default": "020 7183 4421"}}}, "asks Ada"),),
        sampling=Sampling(stop=("Lund",)),
        output=OutputFormat("schema", "answer", {"properties": {"Lund": {}}}),
        user="ada.obi",
        metadata={"Obi": TOKEN},
    )
    seen = (await view_of(asked)).request(asked)
    target = Target("t", "big-1", "http://nowhere.test/v1", "openai", PUBLIC)
    for codec in (ChatProvider(), MessagesProvider()):
        body = codec.encode(seen, target).body.decode().lower().replace("metadata", "")
        for piece in ("ada", "obi", "lund", "clinic.test", "7183", "4421", "4539", "6467", TOKEN):
            assert piece not in body, body[max(0, body.find(piece) - 60) :][:120]


@pytest.mark.parametrize(
    "ways", [("4539 1488 0343 6467", "4539148803436467"), ("GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819")]
)
async def test_one_number_written_in_two_ways_comes_back_in_each(ways: tuple[str, str]):
    kind = "card" if ways[0][0].isdecimal() else "iban"
    for first, then in (ways, ways[::-1]):
        text = f"{first} and {then}."
        asked = a_request(text)
        view = await Pseudonymiser(SECRET).view(
            asked, find(asked, ((kind, first), (kind, then))), label=LABEL, key_id="k"
        )
        assert view is not None
        (hidden,) = texts(view.request(asked))
        assert [len(number) for number in hidden[:-1].split(" and ")] == [len(first), len(then)]
        assert back(view, hidden) == text


async def test_the_answer_gets_all_back_but_secrets():
    asked = a_request(FIRST)
    view = await view_of(asked)
    seen = texts(view.request(asked))[0]
    assert back(view, seen) == FIRST.replace(TOKEN, "[token]")


async def test_a_stream_is_restored_as_it_comes():
    view = await view_of(a_request(FIRST))
    seen = texts(view.request(a_request("Ada")))[0]

    async def events() -> AsyncIterator[Event]:
        for char in f"Hi {seen}!":
            yield Text(char)
        yield Finished()

    assert [event.text async for event in view.restore(events()) if isinstance(event, Text)] == ["H", "i", " ", "Ada!"]


async def test_a_request_made_of_it_with_other_sampling_is_hidden_too():
    asked = a_request(FIRST)
    view = await view_of(asked)
    warmer = asked.rewritten(sampling=Sampling(temperature=1.0))
    assert texts(view.request(warmer)) == texts(view.request(asked))
    assert view.request(warmer).sampling.temperature == 1.0


async def test_every_turn_has_the_same_stand_ins():
    first, later = a_request(FIRST), a_request(FIRST, "Noted.", "Ada again, and ben@clinic.test")
    one, other = await view_of(first), await view_of(later)
    assert texts(one.request(first))[0] == texts(other.request(later))[0]


async def test_two_conversations_share_none():
    seen = [texts((await view_of(a_request(text))).request(a_request("Ada")))[0] for text in (FIRST, f"Again: {FIRST}")]
    other_key = texts((await view_of(a_request(FIRST), key="other")).request(a_request("Ada")))[0]
    assert len({*seen, other_key}) == 3


async def test_no_stand_in_stands_in_the_text():
    name = texts((await view_of(a_request(FIRST))).request(a_request("Ada")))[0]
    later = a_request(FIRST, "Noted.", f"{name} is somebody else")
    view = await view_of(later)
    assert texts(view.request(later))[2] == f"{name} is somebody else"
    assert back(view, name) == name


async def test_a_text_that_is_to_be_json_is_restored_as_json():
    asked = a_request('"Ann" of "Elm\nHouse"', output=OutputFormat("json"))
    original = ("address", '"Elm\nHouse"')
    view = await Pseudonymiser(SECRET).view(asked, find(asked, (original,)), label=LABEL, key_id="k")
    assert view is not None
    stand_in = texts(view.request(a_request(original[1])))[0]
    answer = msgspec.json.encode({"at": stand_in}).decode()
    assert msgspec.json.decode(back(view, answer)) == {"at": original[1]}


@pytest.mark.parametrize(
    "asked",
    [
        a_request(FIRST, parts=(ImagePart(url="https://x.test/scan.png"),)),
        a_request(FIRST, extra={"prediction": {"content": "Ada"}}),
    ],
)
async def test_what_nobody_can_read_has_no_view(asked: Request):
    assert await Pseudonymiser(SECRET).view(asked, find(asked), label=LABEL, key_id="k") is None


async def test_a_finding_that_is_not_where_it_says_gives_no_view():
    asked = a_request(FIRST)
    astray = Finding("messages[5].parts[0].text", Span(0, 3, "person", 1.0, "test"))
    assert await Pseudonymiser(SECRET).view(asked, [*find(asked), astray], label=LABEL, key_id="k") is None


async def test_a_conversation_with_more_originals_than_are_taken_out_gets_no_view(tmp_path: Path):
    kept = KeptPseudonyms(open_store(tmp_path).connect, keyfile(tmp_path, "pseudonyms.key"), hours=1)
    by, asked = Pseudonymiser(SECRET, kept), a_request(FIRST)
    earlier = tuple(("email", f"a{number}@b.test") for number in range(MOST - 4))
    kept.keep(conversation_of(SECRET, "k", asked), Kept(earlier))
    assert await by.view(asked, find(asked), label=LABEL, key_id="k") is None
    assert await by.view(asked, find(asked), label=LABEL, key_id="another") is not None
    kept.close()


async def test_a_stand_in_that_brings_another_original_back_gives_no_view(monkeypatch: pytest.MonkeyPatch):
    def echo(kind: str, original: str, cast: Cast) -> StandIn:
        if original != "ada@b.test":
            return stand_in(kind, original, cast)
        pair = Pair(original, "ben@b.test")
        return StandIn(pair.target, pair.target, (pair,), (Pair(pair.target, pair.source),))

    monkeypatch.setattr("freehold.guards.pseudonyms.view.stand_in", echo)
    asked = a_request("ada@b.test, ben@b.test")
    found = find(asked, (("email", "ada@b.test"), ("email", "ben@b.test")))
    assert await Pseudonymiser(SECRET).view(asked, found, label=LABEL, key_id="k") is None


async def test_findings_of_other_families_are_left_alone():
    asked = a_request(FIRST)
    mark = Finding("tool", Span(0, 3, "instruction", 1.0, "test", "injection"))
    view = await Pseudonymiser(SECRET).view(asked, [*find(asked), mark], label=LABEL, key_id="k")
    assert view is not None
    assert "instruction" not in view.by


@pytest.mark.parametrize(
    ("text", "kind", "original"),
    [
        ("xxada@b.testyy", "email", "ada@b.test"),
        ("0045391488034364670", "card", "4539148803436467"),
        ("a d a @ b . t e s t", "email", "a d a @ b . t e s t"),
        ("Ada\n\n     Obi", "person", "Ada\n\n     Obi"),
        ("she is ada%40b.test?", "email", "ada%40b.test"),
        ("talk to will now", "person", "will"),
    ],
)
async def test_what_was_found_goes_however_it_stands(text: str, kind: str, original: str):
    asked = a_request(text)
    view = await Pseudonymiser(SECRET).view(asked, find(asked, ((kind, original),)), label=LABEL, key_id="k")
    assert view is not None
    seen = texts(view.request(asked))[0]
    assert original not in seen
    assert back(view, seen) == text


async def test_a_large_request_is_hidden_as_well():
    asked = a_request(FIRST, "Noted.", "Nothing here. " * 5000 + "Ada")
    seen = texts((await view_of(asked)).request(asked))
    assert "Ada" not in seen[2]


async def test_texts_to_embed_have_a_view():
    asked = EmbeddingRequest("m", (FIRST, "Ms Lund"))
    seen = texts((await view_of(asked)).request(asked))
    assert not any("Lund" in text or "4421" in text for text in seen)


async def test_the_caller_s_own_body_does_not_go_along():
    asked = msgspec.structs.replace(a_request(FIRST), origin=Origin("openai", {"model": "m", "x": FIRST}))
    assert (await view_of(asked)).request(asked).origin is None


class TestKept:
    """With a store, what was found in one turn is hidden in all that follow."""

    @pytest.fixture
    def kept(self, tmp_path: Path):
        made = KeptPseudonyms(open_store(tmp_path).connect, keyfile(tmp_path, "pseudonyms.key"), hours=1)
        yield made
        made.close()

    async def test_an_original_that_is_missed_later_is_hidden_still(self, kept: KeptPseudonyms):
        maker = Pseudonymiser(SECRET, kept)
        first = a_request(FIRST)
        before = (await view_of(first, by=maker)).request(first)
        later = a_request(FIRST, "Noted.", "Ms Lund again")
        view = await Pseudonymiser(SECRET, kept).view(later, [], label=LABEL, key_id="k")
        assert view is not None
        seen = texts(view.request(later))
        assert seen[0] == texts(before)[0].replace("[token]", TOKEN)
        assert "Lund" not in seen[2]
        assert view.by == ""

    async def test_another_conversation_knows_nothing_of_it(self, kept: KeptPseudonyms):
        maker = Pseudonymiser(SECRET, kept)
        await view_of(a_request(FIRST), by=maker)
        other = a_request("Ms Lund")
        view = await maker.view(other, [], label=LABEL, key_id="k")
        assert view is not None
        assert view.request(other) is other


async def test_what_is_an_address_and_a_password_has_a_placeholder_and_no_way_back():
    asked = a_request("say hunter2@acme.test, yes hunter2@acme.test")
    place = "messages[0].parts[0].text"
    found = [
        Finding(place, Span(4, 21, "email", 1.0, "test")),
        Finding(place, Span(4, 21, "password", 0.6, "test", "secrets")),
        Finding(place, Span(27, 44, "email", 1.0, "test")),
    ]
    view = await Pseudonymiser(SECRET).view(asked, found, label=LABEL, key_id="k")
    assert view is not None
    assert next(walk(view.request(asked))).text == "say [password], yes [password]"
    assert view.by == "redact secrets: 1 password"


@pytest.mark.parametrize("joint", ["\n", "\r\n    ", "\n> ", "\t", "-", "** **"])
@pytest.mark.parametrize(
    ("kind", "original"),
    [
        ("birth-date", "12 March 1984"),
        ("birth-date", "October 2, 1985"),
        ("card", "4539 1488 0343 6467"),
        ("iban", "GB29 NWBK 6016 1331 9268 19"),
        ("phone", "+44 20 7183 4421"),
        ("address", "12 Harbour Street, Fennwick FE4 7QT"),
        ("national-id", "943 476 5919"),
    ],
)
async def test_a_stand_in_is_known_again_however_the_model_breaks_or_parts_it(kind: str, original: str, joint: str):
    request = a_request(f"It is {original}.")
    view = await Pseudonymiser(SECRET).view(request, find(request, ((kind, original),)), label=LABEL, key_id="k")
    assert view is not None
    stand = texts(view.request(request))[0].removeprefix("It is ").removesuffix(".")
    assert back(view, joint.join(stand.split(" "))) == joint.join(original.split(" "))


@pytest.mark.parametrize("escaped", ["Zo\\u00eb \\u00c5ngstr\\u00f6m", "Zo%C3%AB%20%C3%85ngstr%C3%B6m"])
async def test_a_name_in_escapes_has_the_stand_in_of_the_name(escaped: str) -> None:
    request = a_request("Who is Zoë Ångström?", "Nobody.", f'{{"name": "{escaped}"}}')
    found = find(request, (("person", "Zoë Ångström"), ("person", escaped)))
    view = await Pseudonymiser(SECRET).view(request, found, label=LABEL, key_id="k")

    assert view is not None
    assert view.by == "pseudonymise personal-data: 1 person"
    first, _, last = [field.text for field in walk(view.request(request))]
    name = first.removeprefix("Who is ").removesuffix("?")
    assert last == f'{{"name": "{name}"}}'
    assert back(view, f"It is {name}.") == "It is Zoë Ångström."


async def test_a_name_in_escapes_alone_comes_back_as_the_name() -> None:
    request = a_request('{"name": "Zo\\u00eb \\u00c5ngstr\\u00f6m"}')
    found = find(request, (("person", "Zo\\u00eb \\u00c5ngstr\\u00f6m"),))
    view = await Pseudonymiser(SECRET).view(request, found, label=LABEL, key_id="k")

    assert view is not None
    (shown,) = [field.text for field in walk(view.request(request))]
    assert "u00" not in shown
    assert back(view, shown) == '{"name": "Zoë Ångström"}'


async def test_what_encodes_more_than_a_name_is_in_brackets_and_comes_back() -> None:
    encoded = base64.b64encode("Please call Zoë Ångström tonight".encode()).decode()
    request = a_request(f"Decode {encoded} tonight, please")
    view = await Pseudonymiser(SECRET).view(request, find(request, (("person", encoded),)), label=LABEL, key_id="k")

    assert view is not None
    (shown,) = [field.text for field in walk(view.request(request))]
    assert shown.startswith("Decode [person ")
    assert shown.endswith("] tonight, please")
    assert back(view, shown) == f"Decode {encoded} tonight, please"


async def test_more_text_times_originals_than_can_be_looked_through_has_no_view(monkeypatch: pytest.MonkeyPatch):
    asked = a_request("write to ann@clinic.test or to bob@clinic.test")
    place = "messages[0].parts[0].text"
    found = [Finding(place, Span(start, start + 15, "email", 1.0, "test")) for start in (9, 31)]
    most = 2 * sum(len(field.text) for field in walk(asked))
    for limit, is_made in ((most, True), (most - 1, False)):
        monkeypatch.setattr("freehold.guards.pseudonyms.view.MOST_WORK", limit)
        view = await Pseudonymiser(SECRET).view(asked, found, label=LABEL, key_id="k")
        assert (view is not None) is is_made


async def test_many_short_names_that_stand_in_other_words_are_looked_for_in_one_go():
    names = [f"A{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(400)]
    said, place, found = "", "messages[0].parts[0].text", []
    for name in names:
        found.append(Finding(place, Span(len(said), len(said) + 3, "person", 1.0, "test")))
        said += f"{name} met {name}lon. "
    begun = time.process_time()
    view = await Pseudonymiser(SECRET).view(a_request(said * 4), found, label=LABEL, key_id="k")
    assert view is not None
    assert time.process_time() - begun < 1
