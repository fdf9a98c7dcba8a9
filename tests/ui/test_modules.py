"""What the views reckon before they draw: Markdown, citations, answers, conversations, uploads, prices, forms."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from support.browser import open_context
from support.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

_WIDE = " " * 80_000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser: Browser, stage: Stage) -> AsyncIterator[Page]:
    """One page for all of these, since none of them changes it."""
    context, _ = await open_context(browser, stage.url)
    opened = await context.new_page()
    await opened.goto(stage.url)
    yield opened
    await context.close()


async def run(page: Page, module: str, body: str, given: Any = None) -> Any:
    """What `body` gives back, with the names of a module of the page in `m` and `given` in `given`."""
    script = f"async (given) => {{ const m = await import('/ui/views/{module}.js'); {body} }}"
    return await page.evaluate(script, given)


def link(href: str, *children: Any) -> dict[str, Any]:
    return {"kind": "link", "href": href, "children": list(children)}


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("plain", ["plain"]),
        ("a **b** c", ["a ", {"kind": "strong", "children": ["b"]}, " c"]),
        ("*a _b_*", [{"kind": "em", "children": ["a ", {"kind": "em", "children": ["b"]}]}]),
        ("a ~~b~~", ["a ", {"kind": "struck", "children": ["b"]}]),
        ("`a*b*` and ``a`b``", [{"kind": "code", "text": "a*b*"}, " and ", {"kind": "code", "text": "a`b"}]),
        ("[a](https://e.org/x_(y))", [link("https://e.org/x_(y)", "a")]),
        ("see https://e.org/a.", ["see ", link("https://e.org/a", "https://e.org/a"), "."]),
        ("<https://e.org>", [link("https://e.org/", "https://e.org")]),
        ("snake_case_name and 2 * 3", ["snake_case_name and 2 * 3"]),
        ("\\*a\\*", ["*a*"]),
        ("an ** open one", ["an ** open one"]),
        ("![a](https://e.org/b.png)", [link("https://e.org/b.png", "image: ", "a")]),
    ],
)
async def test_a_line_of_markdown_becomes_nodes(page: Page, text: str, nodes: list[Any]) -> None:
    assert await run(page, "playground/inline", "return m.inline(given)", text) == nodes


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//e.org",
        "/api/reload",
        "https://bank.example@evil.example/",
        "java\tscript:alert(1)",
        "https://",
    ],
)
async def test_no_address_but_one_of_the_web_becomes_a_link(page: Page, address: str) -> None:
    found = await run(page, "playground/inline", "return [m.safe(given), m.inline(`[a](${given})`)]", address)
    assert found[0] is None
    assert "link" not in {node["kind"] for node in found[1] if isinstance(node, dict)}


async def test_markdown_becomes_blocks(page: Page) -> None:
    text = "# H\n\none\ntwo\n\n- a\n  - b\n- c\n\n2. x\n3. y\n\n```py\n# no heading\n```\n> q\n\n"
    text += "| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n~~~\nopen"
    found = await run(page, "playground/blocks", "return m.blocks(given)", text)
    assert [each["kind"] for each in found] == ["h", "p", "list", "list", "code", "quote", "table", "rule", "code"]
    assert found[1]["text"] == "one\ntwo"
    assert [[child["kind"] for child in item] for item in found[2]["items"]] == [["p", "list"], ["p"]]
    assert (found[3]["ordered"], found[3]["start"]) == (True, 2)
    assert found[4] == {"kind": "code", "text": "# no heading", "language": "py"}
    assert (found[6]["head"], found[6]["rows"]) == (["a", "b"], [["1", "2"]])
    assert found[8]["text"] == "open"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("# One", "One"), ("## Two ##", "Two"), ("# Why C#", "Why C#"), ("### #", ""), ("# a  # b  #", "a  # b")],
)
async def test_a_heading_keeps_what_does_not_close_it(page: Page, text: str, shown: str) -> None:
    [heading] = await run(page, "playground/blocks", "return m.blocks(given)", text)
    assert (heading["kind"], heading["text"]) == ("h", shown)


@pytest.mark.parametrize(
    "text",
    [
        *("[" * 40_000, "*a" * 40_000, "`a``" * 20_000, "_" * 40_000, "> " * 20_000, "- " * 20_000, "|\n" * 20_000),
        *(f"# a{_WIDE}b", f"```{_WIDE}`", f"|a|\n{_WIDE}|x|"),
    ],
)
async def test_no_answer_takes_long_to_read(page: Page, text: str) -> None:
    body = """
      const { blocks } = await import('/ui/views/playground/blocks.js');
      blocks(given);
      return m.inline(given).length;
    """
    began = time.monotonic()
    assert await run(page, "playground/inline", body, text) > 0
    assert time.monotonic() - began < 2


def cited(number: int, claim: tuple[int, int], at: int, **more: Any) -> dict[str, Any]:
    where = {
        "number": number,
        "start_index": claim[0],
        "end_index": claim[1],
        "valid": True,
        "document": "doc_1",
        **more,
    }
    return {"type": "url_citation", "url_citation": where | more, "at": at}


MARK = "\ue000{}\ue001"


@pytest.mark.parametrize(
    ("text", "annotations", "marked"),
    [
        ("So it is. [1]", [cited(1, (0, 9), 13)], f"So it is. {MARK.format(0)}"),
        ("So [1, 3].", [cited(1, (0, 2), 9), cited(3, (0, 2), 9)], f"So {MARK.format(0)}{MARK.format(1)}."),
        ("So [1-2].", [cited(1, (0, 2), 8), cited(2, (0, 2), 8)], f"So {MARK.format(0)}{MARK.format(1)}."),
        ("\N{PARTY POPPER} yes. [2]", [cited(2, (0, 6), 10)], f"\N{PARTY POPPER} yes. {MARK.format(0)}"),
        ("No marker.", [cited(4, (0, 10), 10)], f"No marker.{MARK.format(0)}"),
        ("Said \ue0000\ue001 by the model.", [], "Said \ufffd0\ufffd by the model."),
        ("Past the end. [1]", [cited(1, (0, 13), 999)], f"Past the end. {MARK.format(0)}"),
    ],
)
async def test_a_citation_is_marked_where_it_stands(page: Page, text: str, annotations: list[Any], marked: str) -> None:
    body = "return m.marked(given[0], m.citations(given[1]))"
    assert await run(page, "playground/marks", body, [text, annotations]) == marked


async def test_a_citation_of_a_page_elsewhere_keeps_only_an_address_of_the_web(page: Page) -> None:
    bad = {"type": "url_citation", "url_citation": {"url": "javascript:alert(1)", "title": "t"}}
    good = {"type": "url_citation", "url_citation": {"url": "https://e.org/", "title": "t"}}
    found = await run(page, "playground/marks", "return m.citations(given)", [bad, good, {"type": "file"}, None])
    assert [(each["own"], each["url"]) for each in found] == [(False, None), (False, "https://e.org/")]


def chunk(**delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}


async def test_an_answer_is_the_sum_of_its_chunks(page: Page) -> None:
    body = """
      let answer = m.asked("auto", 100);
      const states = [answer.state];
      given.forEach((chunk, at) => { answer = m.heard(answer, chunk, 150 + 10 * at); states.push(answer.state); });
      return [m.ended(answer, 300, false), states];
    """
    chunks = [
        chunk(role="assistant", content=""),
        chunk(reasoning_content="Hm."),
        chunk(content="Yes"),
        chunk(content=".", annotations=[cited(1, (0, 3), 4)]),
        chunk(tool_calls=[{"index": 0, "function": {"name": "look", "arguments": "{"}}]),
        chunk(tool_calls=[{"index": 0, "function": {"arguments": "}"}}]),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}},
    ]
    answer, states = await run(page, "playground/answer", body, chunks)
    assert states[:4] == ["waiting", "waiting", "streaming", "streaming"]
    assert (answer["state"], answer["text"], answer["thought"], answer["firstMs"], answer["totalMs"]) == (
        ("done", "Yes.", "Hm.", 60, 200)
    )
    assert answer["calls"] == [{"name": "look", "arguments": "{}"}]
    assert len(answer["annotations"]) == 1


async def test_an_answer_without_an_end_is_not_whole(page: Page) -> None:
    body = "return m.ended(m.heard(m.asked('auto', 0), given, 5), 9, false)"
    answer = await run(page, "playground/answer", body, chunk(content="This begins and"))
    assert (answer["state"], answer["error"]["code"], answer["text"]) == ("failed", "cut_short", "This begins and")


async def test_each_lane_is_told_its_own_side(page: Page) -> None:
    body = """
      let state = { ...m.FRESH, system: "Be brief." };
      state = m.reduce(state, { type: "ask", id: "1", prompt: "One?", at: 0, models: ["a", "b"] });
      const say = (text) => (answer) => ({ ...answer, text, state: "done" });
      state = m.reduce(state, { type: "answer", turn: "1", lane: 0, change: say("A1") });
      state = m.reduce(state, { type: "answer", turn: "1", lane: 1, change: say("B1") });
      state = m.reduce(state, { type: "ask", id: "2", prompt: "Two?", at: 0, models: ["a"] });
      const fail = (answer) => ({ ...answer, state: "failed" });
      state = m.reduce(state, { type: "answer", turn: "2", lane: 0, change: fail });
      state = m.reduce(state, { type: "ask", id: "3", prompt: "Three?", at: 0, models: ["a", "b"] });
      return m.messages(state, 1).map(({ role, content }) => `${role}: ${content}`);
    """
    assert await run(page, "playground/conversation", body) == [
        "system: Be brief.",
        "user: One?",
        "assistant: B1",
        "user: Three?",
    ]


async def test_a_conversation_is_kept_for_its_owner_alone(page: Page) -> None:
    body = """
      const state = m.reduce(m.FRESH, { type: "ask", id: "1", prompt: "One?", at: 0, models: ["a"] });
      m.keep(sessionStorage, "key_1", state);
      const mine = m.kept(sessionStorage, "key_1").turns.map((turn) => turn.answers[0].state);
      const other = m.kept(sessionStorage, "key_2").turns.length;
      return [mine, other, sessionStorage.length];
    """
    assert await run(page, "playground/conversation", body) == [["stopped"], 0, 0]


async def test_what_is_too_long_to_keep_is_kept_from_its_end(page: Page) -> None:
    body = """
      const turns = ["1", "2", "3", "4"].map((id) => ({ id, prompt: "x".repeat(2_000_000), answers: [] }));
      m.keep(sessionStorage, "key_1", { ...m.FRESH, turns });
      const found = m.kept(sessionStorage, "key_1").turns.map((turn) => turn.id);
      sessionStorage.clear();
      return found;
    """
    assert (await run(page, "playground/conversation", body))[-1:] == ["4"]


async def test_files_stand_as_their_job_says(page: Page) -> None:
    body = """
      let last = 0;
      const files = ["a.md", "b.pdf", "c.md"].map((name) => ({ name, size: 4 }));
      let items = m.queued(files, () => (last += 1));
      items = [1, 2, 3].reduce((all, id) => m.amended(all, id, { state: "reading" }), items);
      const failed = { name: "b.pdf", state: "failed", reason: "damaged", notes: [], document: null };
      const report = { state: "done", files: [failed] };
      items = m.reported(items, report);
      return [items.map((item) => item.state), m.tally(items), items[1].reason];
    """
    states, counts, reason = await run(page, "knowledge/queue", body)
    assert states == ["done", "failed", "done"]
    assert counts == {"all": 3, "open": 0, "done": 2, "unchanged": 0, "failed": 1}
    assert reason == "damaged"


async def test_a_passage_is_cut_by_characters(page: Page) -> None:
    piece = {"text": "\N{PARTY POPPER}\N{PARTY POPPER} the words stand", "start": 10, "end": 28}
    body = "return m.cut(given, { start: 13, end: 22 })"
    assert await run(page, "documents/window", body, piece) == {
        "before": "\N{PARTY POPPER}\N{PARTY POPPER} ",
        "passage": "the words",
        "after": " stand",
    }


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"engine": {"state": "failed", "reason": "no memory"}, "breaker": "closed", "running": 0}, "failed"),
        ({"engine": {"state": "ready", "reason": ""}, "breaker": "open", "running": 0}, "down"),
        ({"breaker": "half-open", "running": 0}, "being tried"),
        ({"breaker": "closed", "running": 2}, "answering 2"),
        ({"breaker": "closed", "running": 0}, "ready"),
    ],
)
async def test_a_target_stands_in_one_word(page: Page, row: dict[str, Any], word: str) -> None:
    assert (await run(page, "targets/state", "return m.standing(given)", row))["word"] == word


async def test_only_what_chats_is_offered_for_chatting(page: Page) -> None:
    rows = [
        {"id": "vectors", "freehold": {"flow": "fixed", "targets": ["minilm"]}},
        {"id": "auto", "freehold": {"flow": "fallback", "targets": ["minilm", "local"]}},
        {"id": "minilm", "freehold": {"owned": True, "clearance": "restricted;eu", "kinds": ["embeddings"]}},
        {"id": "local", "freehold": {"owned": True, "clearance": "internal;health", "kinds": ["chat"]}},
    ]
    body = "const kept = m.chatting(given); return [kept.map((row) => row.id), m.usual(kept), m.tags(given)]"
    assert await run(page, "fields/models", body, rows) == [["auto", "local"], "auto", ["eu", "health"]]


KEY = {"name": "ci", "role": "user", "label": "internal", "models": ["auto"], "team": "a", "groups": []}
KEY |= {"collections": [], "may_declare": False, "capture": False, "expires": None}


@pytest.mark.parametrize(
    ("change", "body"),
    [
        ({}, {}),
        ({"name": " ci "}, {}),
        ({"label": "", "team": ""}, {"label": None, "team": None}),
        ({"models": None, "days": "30"}, {"models": None, "days": 30}),
        ({"days": "never"}, {"days": None}),
        ({"days": "1.5"}, {}),
    ],
)
async def test_a_changed_key_says_only_what_is_different(page: Page, change: dict[str, Any], body: Any) -> None:
    script = "return m.changes(given[0], { ...m.formOf(given[0]), ...given[1] })"
    assert await run(page, "keys/forms", script, [KEY, change]) == body


@pytest.mark.parametrize(
    ("amounts", "shares"),
    [
        (("10", "2", "1", "7"), {"spent": 0.2, "held": 0.1, "tone": "accent"}),
        (("10", "8.5", "0", "1.5"), {"spent": 0.85, "held": 0, "tone": "warn"}),
        (("10", "12", "1", "-3"), {"spent": 1, "held": 0, "tone": "bad"}),
        (("0", "0", "0", "0"), {"spent": 1, "held": 0, "tone": "bad"}),
    ],
)
async def test_a_budgets_bar_is_never_longer_than_it(page: Page, amounts: tuple[str, ...], shares: Any) -> None:
    row = dict(zip(("amount", "spent", "held", "left"), amounts, strict=True)) | {"warn_at": 0.8}
    assert await run(page, "keys/standing", "return m.shares(given)", row) == shares
