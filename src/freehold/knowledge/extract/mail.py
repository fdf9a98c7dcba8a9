"""E-mail: who wrote what to whom and when, the message, and its attachments as members (RFC 5322, RFC 2045 to 2049)."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import MIMEPart
from pathlib import Path

import msgspec

from freehold.knowledge.extract.charset import decode
from freehold.knowledge.extract.draft import Draft, one_line
from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.html import read_html
from freehold.knowledge.extract.kinds import MEDIA_TYPES
from freehold.knowledge.extract.text import paragraphs
from freehold.knowledge.model import Extracted

_HEADERS = ("From", "To", "Cc", "Date")


class Attachment(msgspec.Struct, frozen=True):
    """A file that came with a message. `file` is where its bytes were put, in the folder given for them."""

    name: str
    file: str
    media_type: str


def read_mail(
    data: bytes, media_type: str, characters: int, scratch: Path, members: int
) -> tuple[Extracted, tuple[Attachment, ...]]:
    """The message, its subject as title and heading, and its attachments, written into `scratch` and numbered."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    if not message.keys():
        raise Rejected("It is no e-mail: it has no headers.")
    draft = Draft(characters)
    subject = _header(message, "Subject")
    draft.heading(subject, 1)
    named = [(name, _header(message, name)) for name in _HEADERS]
    draft.paragraph("\n".join(f"{name}: {value}" for name, value in named if value))
    if message.get_content_type() in {"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"}:
        draft.note("The message is encrypted; save it decrypted to have its text read.")
        return draft.finish(media_type, title=subject), ()
    body = message.get_body(("plain", "html"))
    if body is not None:
        _add_body(draft, body)
    attachments = []
    for number, part in enumerate(_attachments(message, body)):
        if number == members:
            draft.note(f"Only the first {members:,} attachments were read.")
            break
        attachments.append(_saved(part, number, scratch))
    return draft.finish(media_type, title=subject), tuple(attachments)


def _header(message: MIMEPart, name: str) -> str:
    try:
        return one_line(str(message.get(name) or ""))
    except (ValueError, IndexError, AttributeError, TypeError):
        # The standard library's parser of headers stumbles over some that are malformed; they are left out.
        return ""


def _add_body(draft: Draft, body: MIMEPart) -> None:
    payload = body.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = body.get_content_charset()
    if body.get_content_type() == "text/html":
        draft.append(read_html(data, MEDIA_TYPES["html"], len(data) + 1, charset))
        return
    text, note = decode(data, charset)
    if note:
        draft.note(note)
    for block in paragraphs(text):
        draft.paragraph(text[block.start : block.end])


def _attachments(message: MIMEPart, body: MIMEPart | None) -> Iterator[MIMEPart]:
    """Every part that is a file: named, or said to be attached, or a message that was forwarded."""
    if message.get_content_maintype() != "multipart":
        if body is None:
            yield message
        return
    for part in message.iter_parts():
        if part is body:
            continue
        if part.get_content_type() == "message/rfc822" or part.is_attachment() or part.get_filename():
            yield part
        elif part.is_multipart():
            yield from _attachments(part, body)


def _saved(part: MIMEPart, number: int, scratch: Path) -> Attachment:
    name = part.get_filename() or ""
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0)
        data = inner.as_bytes() if isinstance(inner, MIMEPart) else b""
        name = name or f"{_header(inner, 'Subject') if isinstance(inner, MIMEPart) else ''}.eml"
    else:
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
    file = str(number)
    (scratch / file).write_bytes(data)
    return Attachment(name or f"attachment-{number + 1}", file, part.get_content_type())
