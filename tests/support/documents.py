"""Files of the formats that people keep documents in, each built from the text it shall hold.

They are the smallest that the format's readers accept, so that a test shows all that is in its file, and the
repository holds no binaries.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from email.message import EmailMessage
from xml.sax.saxutils import escape, quoteattr

Table = Sequence[Sequence[object]]
"""Rows of cells."""

_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
"""What PDF's standard encryption pads passwords with (ISO 32000-1, 7.6.3.3)."""


def zipped(members: Mapping[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, body in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), body, method)
    return buffer.getvalue()


def pdf(pages: Sequence[str | bytes], *, title: str = "", password: str | None = None, headings: bool = False) -> bytes:
    """A PDF with a page for each text, or for each picture made by `png`.

    With `headings` the first line of a page is set large. `password` encrypts it (RC4, 40 bits, revision 2).
    """
    return _Pdf(title, password).build(pages, headings)


class _Pdf:
    """Writes the objects of a PDF in their order, and then the table of where they begin."""

    def __init__(self, title: str, password: str | None) -> None:
        self._bodies: list[bytes] = []
        self._title = title
        self._id = hashlib.md5(b"freehold", usedforsecurity=False).digest()
        self._owner, self._key = _encryption_key(password, self._id) if password is not None else (b"", b"")

    def build(self, pages: Sequence[str | bytes], headings: bool) -> bytes:
        self._add(b"<< /Type /Catalog /Pages 2 0 R >>")
        kids = " ".join(f"{5 + 3 * number} 0 R" for number in range(len(pages)))
        self._add(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
        self._add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
        self._add(b"<< /Title " + self._string(self._title.encode("cp1252"), 4) + b" >>")
        for page in pages:
            self._page(page, headings)
        return self._assemble()

    def _page(self, page: str | bytes, headings: bool) -> None:
        number = len(self._bodies) + 1
        resources = f"<< /Font << /F 3 0 R >> /XObject << /I {number + 2} 0 R >> >>"
        self._add(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources {resources} "
            f"/Contents {number + 1} 0 R >>".encode()
        )
        if isinstance(page, bytes):
            width, height, pixels = _pixels(page)
            self._stream(f"q 540 0 0 {540 * height // width} 36 300 cm /I Do Q".encode())
        else:
            width, height, pixels = 1, 1, b"\xff"
            self._stream(_content(page, headings))
        self._stream(
            pixels,
            f"/Type /XObject /Subtype /Image /Width {width} /Height {height} "
            "/ColorSpace /DeviceGray /BitsPerComponent 8",
        )

    def _add(self, body: bytes) -> None:
        self._bodies.append(body)

    def _stream(self, data: bytes, entries: str = "") -> None:
        data = self._crypt(zlib.compress(data), len(self._bodies) + 1)
        head = f"<< {entries} /Filter /FlateDecode /Length {len(data)} >>\nstream\n".encode()
        self._add(head + data + b"\nendstream")

    def _string(self, data: bytes, number: int) -> bytes:
        return b"<" + self._crypt(data, number).hex().encode() + b">"

    def _crypt(self, data: bytes, number: int) -> bytes:
        if not self._key:
            return data
        salted = self._key + number.to_bytes(3, "little") + b"\0\0"
        return _rc4(hashlib.md5(salted, usedforsecurity=False).digest()[: len(self._key) + 5], data)

    def _assemble(self) -> bytes:
        trailer = f"/Root 1 0 R /Info 4 0 R /ID [<{self._id.hex()}> <{self._id.hex()}>]"
        if self._key:
            user = _rc4(self._key, _PADDING)
            self._add(f"<< /Filter /Standard /V 1 /R 2 /O <{self._owner.hex()}> /U <{user.hex()}> /P -4 >>".encode())
            trailer += f" /Encrypt {len(self._bodies)} 0 R"
        out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
        for number, body in enumerate(self._bodies, 1):
            places.append(len(out))
            out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        start = len(out)
        out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
        out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
        out += f"trailer\n<< /Size {len(places) + 1} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
        return bytes(out)


def _content(page: str, headings: bool) -> bytes:
    drawn, y = [], 740
    for number, line in enumerate(page.split("\n")):
        size = 24 if headings and number == 0 else 11
        text = line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        drawn.append(f"BT /F {size} Tf 72 {y} Td (".encode() + text + b") Tj ET")
        y -= size + 3
    return b"\n".join(drawn)


def _encryption_key(password: str, identity: bytes) -> tuple[bytes, bytes]:
    """The owner's entry and the key of 40 bits, by algorithms 2 and 3 of ISO 32000-1."""
    padded = (password.encode("latin-1") + _PADDING)[:32]
    owner = _rc4(hashlib.md5(padded, usedforsecurity=False).digest()[:5], padded)
    rights = (-4 & 0xFFFFFFFF).to_bytes(4, "little")
    return owner, hashlib.md5(padded + owner + rights + identity, usedforsecurity=False).digest()[:5]


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_DRAWING = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_SHEET = (
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument"


def docx(parts: Iterable[str | Table], *, title: str = "") -> bytes:
    """A Word document. A part is a paragraph, ``# a heading`` (up to six marks), ``- an item``, or a table."""
    body = "".join(_word_table(part) if not isinstance(part, str) else _word_paragraph(part) for part in parts)
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        f'<w:pPr><w:outlineLvl w:val="{level - 1}"/></w:pPr></w:style>'
        for level in range(1, 7)
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    parts_of = {
        "word/document.xml": f"<w:document {_WORD}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {_WORD}>{styles}</w:styles>",
        "word/numbering.xml": f"<w:numbering {_WORD}>{numbering}</w:numbering>",
        "word/_rels/document.xml.rels": _relations([("styles", "styles.xml"), ("numbering", "numbering.xml")]),
    }
    return _office(parts_of, "word/document.xml", "wordprocessingml.document.main+xml", title)


def _word_paragraph(part: str) -> str:
    marks = len(part) - len(part.lstrip("#"))
    if marks:
        style, text = f'<w:pPr><w:pStyle w:val="Heading{marks}"/></w:pPr>', part[marks:].strip()
    elif part.startswith("- "):
        style = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
        text = part[2:]
    else:
        style, text = "", part
    return f'<w:p>{style}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _word_table(rows: Table) -> str:
    def cell(value: object) -> str:
        return f"<w:tc><w:p><w:r><w:t>{escape(str(value))}</w:t></w:r></w:p></w:tc>"

    return "<w:tbl>" + "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows) + "</w:tbl>"


def pptx(slides: Iterable[tuple[str, Sequence[str | Table]]], *, title: str = "") -> bytes:
    """A presentation. A slide is its title and its parts, each a line of the body or a table."""
    parts: dict[str, str] = {}
    numbers = []
    for number, (heading, contents) in enumerate(slides, 1):
        numbers.append(number)
        shapes = _shape("title", _drawn(heading)) if heading else ""
        lines = "".join(_drawn(line) for line in contents if isinstance(line, str))
        shapes += _shape("body", lines) if lines else ""
        shapes += "".join(_drawn_table(rows) for rows in contents if not isinstance(rows, str))
        parts[f"ppt/slides/slide{number}.xml"] = (
            f"<p:sld {_DRAWING}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
        )
    listed = "".join(f'<p:sldId id="{255 + number}" r:id="rId{number}"/>' for number in numbers)
    parts["ppt/presentation.xml"] = f"<p:presentation {_DRAWING}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>"
    parts["ppt/_rels/presentation.xml.rels"] = _relations([("slide", f"slides/slide{n}.xml") for n in numbers])
    return _office(parts, "ppt/presentation.xml", "presentationml.presentation.main+xml", title)


def _shape(kind: str, paragraphs: str) -> str:
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="{kind}"/><p:cNvSpPr/><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>'
        f"<p:spPr/><p:txBody><a:bodyPr/>{paragraphs}</p:txBody></p:sp>"
    )


def _drawn(text: str) -> str:
    return f"<a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p>"


def _drawn_table(rows: Table) -> str:
    def cell(value: object) -> str:
        return f"<a:tc><a:txBody><a:bodyPr/>{_drawn(str(value))}</a:txBody></a:tc>"

    drawn = "".join(f'<a:tr h="1">{"".join(map(cell, row))}</a:tr>' for row in rows)
    return (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="4" name="t"/><p:cNvGraphicFramePr/><p:nvPr/>'
        '</p:nvGraphicFramePr><p:xfrm><a:off x="0" y="0"/><a:ext cx="1" cy="1"/></p:xfrm><a:graphic><a:graphicData '
        f'uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl>{drawn}</a:tbl>'
        "</a:graphicData></a:graphic></p:graphicFrame>"
    )


def xlsx(sheets: Mapping[str, Table], *, title: str = "") -> bytes:
    """A workbook: its sheets by name. Numbers stay numbers, `None` is an empty cell, the rest is text."""
    parts: dict[str, str] = {}
    for number, rows in enumerate(sheets.values(), 1):
        drawn = "".join(
            f'<row r="{at}">{"".join(_cell(value, at, column) for column, value in enumerate(row))}</row>'
            for at, row in enumerate(rows, 1)
        )
        parts[f"xl/worksheets/sheet{number}.xml"] = f"<worksheet {_SHEET}><sheetData>{drawn}</sheetData></worksheet>"
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(sheets, 1)
    )
    parts["xl/workbook.xml"] = f"<workbook {_SHEET}><sheets>{listed}</sheets></workbook>"
    parts["xl/_rels/workbook.xml.rels"] = _relations(
        [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)]
    )
    return _office(parts, "xl/workbook.xml", "spreadsheetml.sheet.main+xml", title)


def _cell(value: object, row: int, column: int) -> str:
    if value is None:
        return ""
    at = f"{chr(ord('A') + column)}{row}"
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _office(parts: Mapping[str, str], main: str, main_type: str, title: str) -> bytes:
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="{_TYPE}.{main_type}"/></Types>'
    )
    core = (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>'
    )
    relations = (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="{main}"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>"
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    members = {"[Content_Types].xml": types, "_rels/.rels": relations, **parts}
    if title:
        members["docProps/core.xml"] = core
    return zipped({name: head + xml for name, xml in members.items()})


def eml(
    subject: str,
    body: str,
    *,
    html: str | None = None,
    attachments: Mapping[str, bytes] | None = None,
    sender: str = "Ada Example <ada@example.org>",
    to: str = "team@example.org",
) -> bytes:
    """An e-mail as it is saved to a file."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Mon, 05 Jan 2026 10:00:00 +0000"
    message["Message-ID"] = "<1@example.org>"
    message.set_content(body)
    if html is not None:
        message.add_alternative(html, subtype="html")
    for name, content in (attachments or {}).items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def png(width: int, height: int, pixels: bytes) -> bytes:
    """A grey picture; `pixels` holds a byte for each, row by row, 255 for white."""

    def part(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    rows = b"".join(b"\0" + pixels[row * width : (row + 1) * width] for row in range(height))
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\0\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


def _pixels(picture: bytes) -> tuple[int, int, bytes]:
    """Width, height and pixels of a picture made by `png`."""
    width, height = int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")
    length = int.from_bytes(picture[33:37], "big")
    rows = zlib.decompress(picture[41 : 41 + length])
    return width, height, b"".join(rows[row * (width + 1) + 1 : (row + 1) * (width + 1)] for row in range(height))


_GLYPHS = {
    "A": "0E11111F111111", "B": "1E11111E11111E", "C": "0E11101010110E", "D": "1E11111111111E",
    "E": "1F10101E10101F", "F": "1F10101E101010", "G": "0E11101711110F", "H": "1111111F111111",
    "I": "0E04040404040E", "L": "1010101010101F", "M": "111B1515111111", "N": "11191513111111",
    "O": "0E11111111110E", "P": "1E11111E101010", "R": "1E11111E141211", "S": "0F10100E01011E",
    "T": "1F040404040404", "U": "1111111111110E", "V": "11111111110A04", "Y": "1111110A040404",
    "0": "0E11131519110E", "1": "040C040404040E", "2": "0E11010204081F", "3": "1F02040201110E",
    "4": "02060A121F0202", "5": "1F101E0101110E", " ": "00000000000000",
}  # fmt: skip
"""Letters five dots wide and seven high, a byte for each row."""


def picture(text: str, *, scale: int = 8) -> bytes:
    """A PNG that shows a line of capitals in large dots, as a scan would."""
    margin, letter = 6, 6
    width, height = (2 * margin + letter * len(text)) * scale, (2 * margin + 7) * scale
    glyphs = [bytes.fromhex(_GLYPHS[character]) for character in text]
    rows = []
    for y in range(-margin, 7 + margin):
        row = bytearray(b"\xff" * (2 * margin + letter * len(text)))
        for at, glyph in enumerate(glyphs):
            for x in range(5):
                if 0 <= y < 7 and glyph[y] >> (4 - x) & 1:
                    row[margin + at * letter + x] = 0
        rows.append(b"".join(bytes([dot]) * scale for dot in row) * scale)
    return png(width, height, b"".join(rows))
