from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.mail import Attachment, read_mail
from freehold.knowledge.model import Extracted
from support.documents import eml
from support.extracted import pieces


def of(folder: Path, body: bytes, members: int = 10) -> tuple[Extracted, tuple[Attachment, ...]]:
    return read_mail(body, "message/rfc822", 10_000, folder, members)


def test_the_headers_that_matter_and_the_text(tmp_path: Path) -> None:
    extracted, attachments = of(tmp_path, eml("Büdget 2026", "Hello all,\n\nten per cent.", html="<p>no"))
    assert extracted.title == "Büdget 2026"
    assert attachments == ()
    assert pieces(extracted) == [
        ("heading1", "Büdget 2026"),
        (
            "paragraph",
            "From: Ada Example <ada@example.org>\nTo: team@example.org\nDate: Mon, 05 Jan 2026 10:00:00 +0000",
        ),
        ("paragraph", "Hello all,"),
        ("paragraph", "ten per cent."),
    ]


def test_a_message_in_html_alone_is_read(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "S"
    message.set_content("<h1>News</h1><p>a &amp; b", subtype="html")
    assert pieces(of(tmp_path, message.as_bytes())[0])[1:] == [("heading1", "News"), ("paragraph", "a & b")]


def test_attachments_are_written_under_numbers(tmp_path: Path) -> None:
    body = eml("S", "text", attachments={"../../etc/passwd": b"one", "日本.bin": b"two"})
    _, attachments = of(tmp_path, body)
    assert [(one.name, (tmp_path / one.file).read_bytes()) for one in attachments] == [
        ("../../etc/passwd", b"one"),
        ("日本.bin", b"two"),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "1"]


def test_a_forwarded_message_is_an_attachment(tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["Subject"] = "Inner"
    inner.set_content("deep")
    outer = EmailMessage()
    outer["Subject"] = "Outer"
    outer.set_content("see below")
    outer.add_attachment(inner)
    extracted, (attachment,) = of(tmp_path, outer.as_bytes())
    assert attachment.name == "Inner.eml"
    assert b"deep" in (tmp_path / attachment.file).read_bytes()
    assert "deep" not in extracted.text


def test_too_many_attachments_are_left_out_with_a_note(tmp_path: Path) -> None:
    extracted, attachments = of(tmp_path, eml("S", "t", attachments={f"{n}": b"x" for n in range(4)}), members=3)
    assert len(attachments) == 3
    assert extracted.notes == ("Only the first 3 attachments were read.",)


def test_an_encrypted_message_says_so(tmp_path: Path) -> None:
    body = b"Subject: S\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMIAG"
    extracted, _ = of(tmp_path, body)
    assert extracted.notes == ("The message is encrypted; save it decrypted to have its text read.",)


@pytest.mark.parametrize("charset", ["no-such-charset", "utf-8", "iso-8859-1"])
def test_a_wrong_charset_does_no_harm(tmp_path: Path, charset: str) -> None:
    body = f"Subject: S\nContent-Type: text/plain; charset={charset}\n\n".encode() + "Grüße an Björn".encode("latin-1")
    assert "Grüße an Björn" in of(tmp_path, body)[0].text


def test_what_has_no_headers_is_no_mail(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="no headers"):
        of(tmp_path, b"\n\njust words")


@pytest.mark.parametrize(
    "header", [b"To: <", b'To: "a', b"Date: nonsense", b"Subject: =?utf-8?q?=ZZ?=", b"From: @@@,;:"]
)
def test_malformed_headers_do_no_harm(tmp_path: Path, header: bytes) -> None:
    assert "words" in of(tmp_path, header + b"\nX: y\n\nwords")[0].text
