import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.tables.lines import locate

TEXT = '''# a comment with [brackets] and = signs
title = "x"  # and one behind

[server]
host = """
[not.a.table]
port = 1
""" # the string is over
port = 8080
"quoted key" = 1
'literal.key' = 2
nested.deep.er = 3

[a.b]
list = [
  1,
  # between
  "two, ]", [3,
  4],
]
inline = { x = 1, y.z = "}", "q" = [ { p = 5 } ] }

[[target]]
name = 'one'
[target.price]
input = 0.25

[[target]]
name = \'\'\'
two
\'\'\'
clearance = { level = "public" }
[[target.sub]]
k = 1
[[target.sub]]
k = 2
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("server",), 4),
        (("server", "host"), 5),
        (("server", "port"), 9),
        (("server", "quoted key"), 10),
        (("server", "literal.key"), 11),
        (("server", "nested", "deep", "er"), 12),
        (("a",), 14),
        (("a", "b", "list"), 15),
        (("a", "b", "list", 0), 16),
        (("a", "b", "list", 1), 18),
        (("a", "b", "list", 2, 1), 19),
        (("a", "b", "inline", "y", "z"), 21),
        (("a", "b", "inline", "q", 0, "p"), 21),
        (("target", 0), 23),
        (("target", 0, "name"), 24),
        (("target", 0, "price", "input"), 26),
        (("target", 1), 28),
        (("target", 1, "clearance", "level"), 32),
        (("target", 1, "sub", 0, "k"), 34),
        (("target", 1, "sub", 1, "k"), 36),
    ],
)
def test_finds_the_line(path, line):
    tomllib.loads(TEXT)
    assert locate(TEXT).of(path) == line


def test_answers_for_the_nearest_place_above():
    lines = locate(TEXT)
    assert lines.of(("target", 0, "missing")) == 23
    assert lines.of(("server", "port", "deeper")) == 9
    assert lines.of(("nowhere",)) is None
    assert lines.of(()) is None


@pytest.mark.parametrize(
    "text",
    [
        'x = """"quoted""""\ny = 1',
        "x = ''''quoted''''\ny = 1",
        'x = "\\"" # "\ny = 1',
        'x = """\\""""\ny = 1',
        "x = 'C:\\'\ny = 1",
        "x = 1979-05-27T07:32:00Z\ny = 1",
        "x = 1979-05-27 07:32:00\ny = 1",
        "x = [\n]\ny = 1",
        "x = {}\ny = 1",
        "x = inf#\ny = 1",
        '"\\u0078" = 1\ny = 1',
        "a . b = 1\ny = 1",
        "x = [1,2,\n3,]\ny = 1",
    ],
)
def test_is_not_thrown_off_by_odd_values(text):
    tomllib.loads(text)
    at = text.index("\ny = 1")
    assert locate(text).of(("y",)) == text[: at + 1].count("\n") + 1


scalars = st.one_of(
    st.integers(-5, 5).map(str),
    st.sampled_from(["true", '"a # b"', "'c = [d'", '"""e\n"f" = 1\n"""', "'''\n[g]\n'''", '"\\"\\\\"', "1.5", '""']),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[\n" + ",\n# c\n".join(items) + "\n]"),
        st.lists(st.tuples(st.sampled_from("abc"), inner), max_size=3, unique_by=lambda pair: pair[0]).map(
            lambda pairs: "{ " + ", ".join(f"{key} = {value}" for key, value in pairs) + " }"
        ),
    ),
    max_leaves=6,
)


@given(st.lists(values, min_size=1, max_size=6))
def test_finds_every_key_whatever_stands_before_it(given_values):
    text = "\n".join(f"key{number} = {value}\n" for number, value in enumerate(given_values))
    tomllib.loads(text)
    lines = locate(text)
    for number in range(len(given_values)):
        line = lines.of((f"key{number}",))
        assert text.splitlines()[line - 1].startswith(f"key{number} = ")
