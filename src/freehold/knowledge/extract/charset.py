"""Bytes into characters, where nobody says for certain which encoding they are in."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from freehold.knowledge.extract.clean import clean

_MARKS = (  # The longer first: UTF-32's mark begins with UTF-16's.
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 64 * 1024


def decode(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """The cleaned text, and a note when its encoding had to be guessed.

    A byte order mark is believed first, then UTF-8 that is valid throughout, then what is `declared`, and then the
    encoding whose reading looks most like a language.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return clean(data.decode(encoding, "replace")), None
    if (wide := _unmarked_utf16(data)) is not None:
        return clean(data.decode(wide, "replace")), None
    if (text := _utf8(data)) is not None:
        return clean(text), None
    if declared and (text := _declared(data, declared)) is not None:
        return clean(text), None
    encoding = likely(data[:_SAMPLE])
    return clean(data.decode(encoding, "replace")), f"The file is not UTF-8; it was read as {encoding}."


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # What was cut off within its last character is still UTF-8.
        return data[: error.start].decode("utf-8") if error.reason == "unexpected end of data" else None


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark, told by the zeros that every second byte of Latin text is."""
    sample = data[: _SAMPLE // 8]
    if len(sample) < 4 or 0 not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _declared(data: bytes, name: str) -> str | None:
    try:
        # Only encodings of text: the registry also holds codecs such as zip, which would unpack a bomb.
        if not codecs.lookup(name)._is_text_encoding:  # noqa: SLF001
            return None
        return data.decode(name)
    except (LookupError, UnicodeError):
        return None


def _share(pattern: str) -> Callable[[str], float]:
    """How much of what is not ASCII matches `pattern`."""
    wanted = re.compile(pattern)

    def share(text: str) -> float:
        foreign = sum(character > "\x7f" for character in text)
        return len(wanted.findall(text)) / foreign if foreign else 0.0

    return share


# Japanese cannot be written without kana, nor Korean without syllables; in running Russian most letters are small, and
# read as the wrong one of the two Cyrillic encodings most are capitals.
_CANDIDATES: tuple[tuple[str, Callable[[str], float], float], ...] = (
    ("cp932", _share("[\u3041-\u30fc]"), 0.25),
    ("euc_jp", _share("[\u3041-\u30fc]"), 0.25),
    ("cp949", _share("[\uac00-\ud7a3]"), 0.8),
    ("cp1251", _share("[\u0430-\u044f\u0451]"), 0.75),
    ("koi8-r", _share("[\u0430-\u044f\u0451]"), 0.75),
    ("gb18030", _share("[\u4e00-\u9fff\u3000-\u3002\uff00-\uff1f]"), 0.95),
    ("big5", _share("[\u4e00-\u9fff\u3000-\u3002\uff00-\uff1f]"), 0.95),
)
FALLBACK = "cp1252"


def likely(sample: bytes) -> str:
    """The legacy encoding that fits best; Windows-1252, the web's own fallback, when none stands out."""
    if _is_latin(sample):
        return FALLBACK
    for encoding, share, at_least in _CANDIDATES:
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError as error:
            # A sample may end within a character.
            if error.start < len(sample) - 4:
                continue
            text = sample[: error.start].decode(encoding)
        if share(text) >= at_least:
            return encoding
    return FALLBACK


def _is_latin(sample: bytes) -> bool:
    """Accented letters stand alone between ASCII letters; other scripts come in runs of high bytes."""
    runs = re.findall(rb"[\x80-\xff]+", sample)
    return sum(len(run) == 1 for run in runs) > 0.6 * len(runs)
