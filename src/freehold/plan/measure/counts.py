"""How many tokens a request had: what the server says, held against what was sent and what came."""

from __future__ import annotations

FACTOR = 1.25
"""A server's count of an answer may be so many times what was asked for, or what came in pieces."""
MARKS = 2
"""Tokens that a server may count beside those of an answer: where it begins and ends."""
WORD = 2.0
"""Tokens for a word of a prompt, at most; and at least one for so many words."""
TEMPLATE = 128
"""Tokens that a chat template may add to a prompt."""


def counted(said: tuple[int, int] | None, *, words: int, pieces: int, asked: int) -> tuple[int, int, str]:
    """Tokens of the prompt and of the answer, and why they are not the server's; that is empty where they are.

    `said`: tokens of the prompt and of the answer by the server, `None` where it does not count. `words`: of the
    prompt, as sent. `pieces` of the answer, as they came; at least one. `asked`: most tokens of the answer. Where the
    server's counts cannot be, a piece is taken for a token, and a word too: both counts then are ours, since who is
    wrong in one is not believed in the other.

    >>> counted((560, 128), words=512, pieces=16, asked=128)
    (560, 128, '')
    >>> counted((560, 0), words=512, pieces=128, asked=128)
    (512, 128, 'it counts 0 tokens in an answer of 128 pieces, for which at most 128 tokens were asked')
    """
    if said is None:
        return words, pieces, "it does not count tokens"
    prompt, answer = said
    if not _can_be(answer, pieces, asked):
        why = f"it counts {answer} tokens in an answer of {pieces} pieces, for which at most {asked} tokens were asked"
        return words, pieces, why
    if not words / WORD <= prompt <= WORD * words + TEMPLATE:
        return words, pieces, f"it counts {prompt} tokens in a prompt of {words} words"
    return prompt, answer, ""


def _can_be(answer: int, pieces: int, asked: int) -> bool:
    """Whether an answer that came in so many pieces can have so many tokens.

    Several may come in a piece, or be thought in secret: then there are more of them than pieces, and no more than were
    asked for. There are fewer than pieces only where those are more than was asked for, and so are no tokens.
    """
    least = 1 if pieces > FACTOR * asked + MARKS else (pieces - MARKS) / FACTOR
    return max(least, 1) <= answer <= FACTOR * max(asked, 1) + MARKS
