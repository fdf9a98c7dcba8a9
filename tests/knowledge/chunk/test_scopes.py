from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.chunk import scopes


def found(text):
    lines = text.splitlines()
    return [(each.name, lines[each.first].strip(), lines[each.last].strip()) for each in scopes.definitions(lines)]


def test_rust():
    assert found(
        "/// A point.\n#[derive(Debug)]\npub struct Point {\n    x: u8,\n}\n\n"
        "impl<T> Show for Point<T> {\n    pub fn show(&self) -> String {\n        x()\n    }\n}\n"
    ) == [
        ("Point", "/// A point.", "}"),
        ("impl Show for Point", "impl<T> Show for Point<T> {", "}"),
        ("show", "pub fn show(&self) -> String {", "}"),
    ]


def test_java_with_braces_on_their_own_lines():
    assert found(
        "public final class Shop\n{\n    @Override\n    public String sell(String a,\n            int b)\n    {\n"
        "        if (a) {\n            b();\n        }\n        return a;\n    }\n}\n"
    ) == [("Shop", "public final class Shop", "}"), ("sell", "@Override", "}")]


def test_c_and_cpp():
    assert found("static int add(int a, int b)\n{\n    return a + b;\n}\n") == [
        ("add", "static int add(int a, int b)", "}")
    ]
    assert found("void Shop::sell(Thing* t) const {\n  give(t);\n}\n") == [
        ("Shop::sell", "void Shop::sell(Thing* t) const {", "}")
    ]


def test_javascript_and_typescript():
    assert [name for name, _, _ in found(
        "export default class Shop extends Base {\n  async sell(thing) {\n    await give(thing);\n  }\n}\n"
        "export const buy = async (thing) => {\n  take(thing);\n};\nfunction* all() {\n}\ninterface Thing {\n}\n"
    )] == ["Shop", "sell", "buy", "all", "Thing"]  # fmt: skip


def test_languages_that_end_by_a_word():
    assert found("module Shop\n  def sell(thing)\n    give thing\n  end\nend\n") == [
        ("Shop", "module Shop", "end"),
        ("sell", "def sell(thing)", "end"),
    ]


def test_sql_and_shell():
    assert found("CREATE OR REPLACE FUNCTION f(a int)\n  RETURNS int\n") == [
        ("f", "CREATE OR REPLACE FUNCTION f(a int)", "RETURNS int")
    ]
    assert found("start() {\n  run\n}\n") == [("start", "start() {", "}")]


@pytest.mark.parametrize(
    "line",
    ["if (x) {", "return new Shop(a) {", "sell(thing);", "describe('x', () => {", "x = call(a)", "} else {", "a" * 400],
)
def test_what_defines_nothing(line):
    assert found(f"{line}\n    x\n") == []


def test_a_tab_counts_for_four():
    assert scopes.indent("\t  x") == 6


@given(
    st.lists(
        st.sampled_from(["", "class A {", "  fn b() {", "    x", "  }", "}", "// c", "def d", "end", "f(", ")"]),
        max_size=30,
    )
)
def test_definitions_lie_within_the_text_and_one_another(lines):
    inside = []
    for each in scopes.definitions(lines):
        assert 0 <= each.first <= each.named <= each.last < len(lines)
        while inside and inside[-1].last < each.first:
            inside.pop()
        assert not inside or each.last <= inside[-1].last
        inside.append(each)
