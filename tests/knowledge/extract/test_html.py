from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.extract.html import read_html
from freehold.knowledge.model import Extracted
from support.extracted import check, pieces


def of(text: str | bytes, declared: str | None = None) -> Extracted:
    return read_html(text if isinstance(text, bytes) else text.encode(), "text/html", 10_000, declared)


def test_words_stand_as_a_browser_shows_them() -> None:
    page = "<h1>Big\n  head</h1><p>one <b>two</b>\n three &amp; &eacute;<br>four</p>five<div>six</div>"
    assert pieces(of(page)) == [
        ("heading1", "Big head"),
        ("paragraph", "one two three & é\nfour"),
        ("paragraph", "five"),
        ("paragraph", "six"),
    ]


def test_what_is_not_shown_is_not_read() -> None:
    page = "<script>var a='<p>no'</script><style>p{}</style><nav><ul><li>Menu<nav>x</nav></ul></nav><p>Yes<!-- no -->"
    assert pieces(of(page)) == [("paragraph", "Yes")]


def test_a_link_to_the_heading_itself_is_no_part_of_it() -> None:
    page = "<h2>C# <a href='#c'>and F#</a><a href='#c'>¶</a></h2><pre>x <button>copy</button></pre>"
    assert pieces(of(page)) == [("heading2", "C# and F#"), ("code", "x")]


def test_lists_keep_their_marks_and_depth() -> None:
    page = "<ul><li>a<p>more</p><li>b<ol start=3><li>n<li>m</ol></ul>after"
    assert pieces(of(page)) == [("list", "- a\n  more\n- b\n  3. n\n  4. m"), ("paragraph", "after")]


def test_tables_are_rows_of_cells() -> None:
    page = (
        "<table><caption>Days</caption><tr><th>Who<th>How many<tr><td>Ann</td><td><p>25</p><p>or 26</p></td></tr>"
        "<tr><td></td><td>x<table><tr><td>in</td></tr></table></td></tr></table>"
    )
    assert pieces(of(page)) == [("paragraph", "Days"), ("table", "Who | How many\nAnn | 25 or 26\n | x in")]


def test_a_table_that_is_never_closed_is_still_read() -> None:
    assert pieces(of("<table><tr><td>1<td>2<table><tr><td>3")) == [("table", "1 | 2 3")]


def test_preformatted_text_keeps_its_lines() -> None:
    assert pieces(of("<p>x</p><pre>  if a:\n    <b>b</b>\n</pre>")) == [("paragraph", "x"), ("code", "  if a:\n    b")]


def test_the_title_is_the_pages_own_else_its_first_heading() -> None:
    assert of("<title>A &lt; B</title><svg><title>icon</title></svg><h1>C</h1>").title == "A < B"
    assert of("<h2>B</h2><h1>C</h1>").title == "C"


def test_the_encoding_is_the_one_declared() -> None:
    page = '<meta charset="iso-8859-7"><p>λόγος'
    assert pieces(of(page.encode("iso-8859-7"))) == [("paragraph", "λόγος")]
    assert pieces(of("<p>λόγος".encode("iso-8859-7"), "iso-8859-7")) == [("paragraph", "λόγος")]


TAGS = (
    *("<p>", "</p>", "<ul>", "<li>", "</ul>", "<ol>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<h2>", "</h2>"),
    *("<pre>", "</pre>", "<br>", "x", "y z", "\n", "<nav>", "</nav>", "<title>", "</title>"),
)


@given(st.lists(st.sampled_from(TAGS), max_size=40))
def test_any_page_gives_blocks_that_cover_the_text(parts: list[str]) -> None:
    check(of("".join(parts)))


@given(st.text(alphabet="<>!-/pa\"'= &;#[]", max_size=80))
def test_malformed_pages_are_read_somehow(page: str) -> None:
    check(of(page))
