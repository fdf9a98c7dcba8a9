from __future__ import annotations

import pytest

from freehold.knowledge.extract.charset import decode

RUSSIAN = "Отпуск согласуется с руководителем не позднее чем за две недели."
JAPANESE = "休暇は二週間前までに上司に申請してください。"
KOREAN = "휴가는 이 주 전에 상사에게 신청해야 합니다."
CHINESE = "休假须提前两周向主管申请，并由人事部门批准。"
GERMAN = "Urlaub wird höchstens zwei Wochen vorher beantragt, außer für Ältere."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        (KOREAN, "cp949"),
        (CHINESE, "gb18030"),
        (GERMAN, "cp1252"),
    ],
)
def test_a_legacy_encoding_is_told_by_how_it_reads_and_named(text: str, encoding: str) -> None:
    read, note = decode(text.encode(encoding))
    assert read == text
    assert note == f"The file is not UTF-8; it was read as {encoding}."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_with_and_without_a_mark(encoding: str) -> None:
    assert decode("Grüße, plain enough\n".encode(encoding)) == ("Grüße, plain enough\n", None)


def test_a_declared_encoding_is_believed_where_it_is_not_utf8() -> None:
    assert decode("λόγος".encode("iso8859-7"), "iso-8859-7") == ("λόγος", None)


def test_valid_utf8_stands_above_what_is_declared() -> None:
    assert decode("é".encode(), "latin-1") == ("é", None)


@pytest.mark.parametrize("name", ["no-such-encoding", "zlib_codec", "rot13", "idna"])
def test_a_declared_encoding_that_is_none_is_passed_over(name: str) -> None:
    assert decode("Grüße an Björn".encode("latin-1"), name)[0] == "Grüße an Björn"


def test_what_was_cut_off_within_a_character_is_still_utf8() -> None:
    assert decode("Grüße, ä".encode()[:-1]) == ("Grüße, ", None)


def test_a_sample_that_ends_within_a_character_is_still_told() -> None:
    long = ("休暇は申請してください。" * 6000).encode("cp932")
    assert decode(b"a" + long)[1] == "The file is not UTF-8; it was read as cp932."
