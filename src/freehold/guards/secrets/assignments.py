"""Finds values by the name that they are given: ``password = "..."`` in code, settings, YAML, JSON, flags, headers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from freehold.core.finding import Span
from freehold.guards.secrets.placeholders import is_placeholder
from freehold.guards.secrets.shape import looks_random

KIND = "assigned-secret"


class Stem(msgspec.Struct, frozen=True):
    """A word in names of secrets, in small letters.

    `before` has to match what stands before it, `after` what comes after it. `personal`: people choose such secrets, so
    a short one counts too. `spoken`: people say it of their own and no code does, so that a value may stand bare with
    spaces around its colon, and anything may follow it.
    """

    word: str
    before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None
    personal: bool = False
    spoken: bool = False


_NO_LETTER_BEFORE = re.compile(r"(?:^|[^a-z])$")
_NO_LETTER_AFTER = re.compile(r"(?![a-z])")
_WHAT_KEY = re.compile(
    r"(?:api|access|account|auth|private|encryption|signing|service|shared|licen[cs]e|master|admin|app|application|storage"
    r"|session|client|consumer|webhook|ssh|deploy|subscription|primary|secondary|integration|ingest|user|project|security"
    r"|hmac|jwt|cookie|crypt|publish|openai|anthropic|datadog|twilio|stripe)[_. -]?$"
)
STEMS = (
    Stem("passw", personal=True),
    Stem("passphrase", personal=True),
    Stem("passcode", personal=True),
    Stem("pass", _NO_LETTER_BEFORE, _NO_LETTER_AFTER, personal=True),
    Stem("pwd", personal=True),
    Stem("secret", personal=True),
    Stem("token"),
    Stem("credential"),
    Stem("key", _WHAT_KEY),
    Stem("auth", _NO_LETTER_BEFORE, _NO_LETTER_AFTER),
    Stem("sig", _NO_LETTER_BEFORE, _NO_LETTER_AFTER),
    *(
        Stem(word, _NO_LETTER_BEFORE, personal=True, spoken=True)
        for word in (
            "mot de passe", "motdepasse", "mot_de_passe", "mdp", "contraseña", "contrasena", "clave", "senha",
            "wachtwoord", "lösenord", "adgangskode", "passord", "salasana", "hasło", "heslo", "şifre", "пароль", "密码",
            "密碼", "パスワード",
        )
    ),
    Stem("kennwort", personal=True, spoken=True),
)  # fmt: skip

_STEMS = {
    (passes, plain): tuple(
        stem for stem in STEMS if (passes or "pass" not in stem.word) and (stem.word.isascii() or not plain)
    )
    for passes in (True, False)
    for plain in (True, False)
}
"""Those that may stand in a text, by whether ``pass`` stands in it, and whether it is ASCII."""
_LONGEST_WHAT = 14
_REST = re.compile(r"[a-z0-9_-]{0,24}")
_ABOUT = re.compile(
    r"hash|digest|sha|md5|sum|type|name|url|uri|path|file|field|format|version|policy|label|hint|rule|regex|pattern|error"
    r"|message|count|len|size|limit|expir|ttl|bytes|tokens?_|izer|ize"
)
"""Names with such an ending are about a secret and do not hold it."""

# Between a name and its value: the end of a quoted name or of a subscript; then an operator, with a type before it, or
# a word; in XML a bracket, or an attribute of its own; after a flag, a space.
_BETWEEN = re.compile(
    r"(?:\\?[\"'`]|\]){0,2}[ \t]{0,4}(?:"
    r"(?::[ \t]{0,2}[A-Za-z |.\[\]]{1,24}?[ \t]{0,2})?(?:=>|:=|={1,3}|[:：]|>)"
    r"|(?:is|est|ist|lautet|es|är|er|jest):?[ \t]|,[ \t]{0,2}(?=[\"'])|\((?=[\"'])|value=|(?P<space>[ ])"
    r")[ \t]{0,4}(?:[brfuBRFU@]{1,2}(?=[\"'`]))?"
)
_VALUE = re.compile(
    r"\\?\"(?P<double>[^\"\\\r\n]{4,512})\\?\"|'(?P<single>[^'\\\r\n]{4,512})'|`(?P<tick>[^`\\\r\n]{4,512})`"
    r"|(?P<bare>[^\s\"'`,;(){}\[\]<>|\\&]{6,512})(?![(\[])"
)
_SETTING = re.compile(r"[\"'`\]]{0,2}(?:=|:=|: {0,2}| is:? |>| )")
"""What stands between a name and a value that ends its line in settings; code has spaces around its operator."""
_DIGEST = re.compile(r"[0-9a-f]{20,128}|[0-9A-F]{20,128}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_REFERENCE = re.compile(r"[A-Za-z_$][A-Za-z0-9_]*(?:(?:\.|::|->|/)[A-Za-z_$][A-Za-z0-9_]*)+")
_WORDS = re.compile(r"[A-Za-z]+(?:[_.:/ -][A-Za-z]+)*")
_SIGNS = frozenset("!@#$%^&*?+~")
"""What people put into passwords and not into names."""
_PATH = re.compile(r"[./~]|[A-Za-z]:\\|[a-z]{2,10}://")


def assigned(text: str) -> Iterator[Span]:
    """Values of names that look secret. Placeholders, references, types and words are none."""
    low = text.lower()
    if len(low) != len(text):  # A few letters grow when they are made small, and would shift what follows.
        low = "".join(each.lower() if each.isascii() else each for each in text)
    done: set[int] = set()
    for stem in _STEMS["pass" in low, low.isascii()]:
        at = low.find(stem.word)
        while at >= 0:
            end = at + len(stem.word)
            value = _value(text, low, at, end, spoken=stem.spoken) if _fits(low, stem, at, end) else None
            if value is not None:
                start, end = value.start, value.end  # Names within the value are part of it.
                sure = _sure(text[start:end], value, personal=stem.personal)
                if sure and start not in done:
                    done.add(start)
                    yield Span(start, end, KIND, sure, "assigned", "secrets")
            at = low.find(stem.word, end)


class _Value(msgspec.Struct, frozen=True):
    """What a name is given. `setting`: with nothing after it, as in a file of settings or a flag, not as in code."""

    start: int
    end: int
    quoted: bool
    setting: bool
    operator: str


def _fits(low: str, stem: Stem, at: int, end: int) -> bool:
    return (stem.before is None or stem.before.search(low[max(0, at - _LONGEST_WHAT) : at]) is not None) and (
        stem.after is None or stem.after.match(low, end) is not None
    )


def _value(text: str, low: str, at: int, end: int, *, spoken: bool) -> _Value | None:
    """The value that is given to the name whose stem stands at `at` and ends at `end`."""
    rest = _REST.match(low, end)
    assert rest is not None  # It may be empty.
    between = _BETWEEN.match(text, rest.end())
    if between is None or _ABOUT.search(rest.group()) or (between["space"] and not _is_flag(text, at)):
        return None
    value = _VALUE.match(text, between.end())
    if value is None or value.lastgroup is None:
        return None
    start, stop = value.span(value.lastgroup)
    if spoken and not any(each.isalpha() for each in text[start:stop]):
        return None  # A year or a number of something else.
    operator = between.group().strip(" \t\"'`]")
    setting = spoken or (_SETTING.fullmatch(between.group()) is not None and _ends_setting(text, stop))
    return _Value(start, stop, quoted=value.lastgroup != "bare", setting=setting, operator=operator)


def _sure(words: str, value: _Value, *, personal: bool) -> float:
    """How sure it is that a value is a secret; 0 where it is none."""
    if is_placeholder(words) or any(each.isspace() for each in words):
        return 0.0
    if _DIGEST.fullmatch(words) or (len(words) >= 16 and looks_random(words)):
        return 0.85
    if _PATH.match(words):
        return 0.0
    # A list of words has commas too, so there only the value itself can tell.
    if not personal or value.operator == "," or _WORDS.fullmatch(words) or _REFERENCE.fullmatch(words):
        return 0.0
    digit, sign = any(each.isdigit() for each in words), not _SIGNS.isdisjoint(words)
    if value.quoted:
        return 0.75 if digit or sign else 0.0
    return 0.65 if value.setting and digit and not words.isdigit() else 0.0


def _is_flag(text: str, at: int) -> bool:
    """Whether the name belongs to a flag of a command: ``--db-password``."""
    word = text.rfind(" ", max(0, at - 40), at) + 1
    return text.startswith("-", max(word, at - 40))


def _ends_setting(text: str, end: int) -> bool:
    """Whether a value ends its line, its query, its element or its word of a command."""
    return end >= len(text) or text[end] in " \t\r\n&;<"
