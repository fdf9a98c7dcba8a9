from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.knowledge.chunk.sentences import ends, unfinished


def split(text):
    cuts = [0, *ends(text, 0, len(text)), len(text)]
    return [text[a:b].strip() for a, b in pairwise(cuts)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It cost 3.50 dollars. Cheap.", ["It cost 3.50 dollars.", "Cheap."]),
        ("Dr. Smith met Mr. Jones. They talked.", ["Dr. Smith met Mr. Jones.", "They talked."]),
        ("J. R. Tolkien wrote. So did I. We read.", ["J. R. Tolkien wrote.", "So did I.", "We read."]),
        ("See e.g. Figure 2. It shows", ["See e.g. Figure 2.", "It shows"]),
        ("See Fig. 2, and no. 7. Then", ["See Fig. 2, and no. 7.", "Then"]),
        ("Wait... what? Yes.", ["Wait... what?", "Yes."]),
        ('"Stop!" he said. "Why?" She left.', ['"Stop!" he said.', '"Why?"', "She left."]),
        ("1. First\n2. Second", ["1. First\n2. Second"]),
        ("It was 1984. War began.", ["It was 1984.", "War began."]),
        ("今日は晴れ。明日は雨！「本当？」はい。", ["今日は晴れ。", "明日は雨！", "「本当？」", "はい。"]),
        ("यह एक है। यह दो है।", ["यह एक है।", "यह दो है।"]),
        ("هل هذا؟ نعم. لا", ["هل هذا؟", "نعم.", "لا"]),
        ("Դա լավ է։ Այո։", ["Դա լավ է։", "Այո։"]),
        ("ይህ ነው። አዎ።", ["ይህ ነው።", "አዎ።"]),
        ("Das gilt z.B. Montags. Ende.", ["Das gilt z.B. Montags.", "Ende."]),
        ("series . Employing <unk>", ["series .", "Employing <unk>"]),
        ("", [""]),
    ],
)
def test_sentences_end_where_a_reader_would_say(text, sentences):
    assert split(text) == sentences


@given(st.text(alphabet="aB.!?。 \n\"')", max_size=80), st.integers(0, 10), st.integers(0, 80))
def test_ends_lie_within_and_rise(text, start, length):
    end = min(len(text), start + length)
    found = list(ends(text, start, end))
    assert found == sorted(set(found))
    assert all(start < at < end for at in found)


@pytest.mark.parametrize(
    ("text", "is_so"), [("goes on", True), ("and,", True), ("hy-", True), ("Done.", False), ("", False)]
)
def test_a_text_breaks_off_in_mid_sentence(text, is_so):
    assert unfinished(text) is is_so
