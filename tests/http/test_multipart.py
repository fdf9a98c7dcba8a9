"""Forms are cut into their parts wherever their bytes happen to be parted on the way."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.core.errors import BadRequest
from freehold.http.multipart import Head, Splitter, boundary_of

BOUNDARY = b"--edge"


def form(*parts: tuple[str, bytes]) -> bytes:
    """A body as RFC 7578 has it; each part is its disposition and its bytes."""
    said = [b"--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (BOUNDARY, d.encode(), b) for d, b in parts]
    return b"".join(said) + b"--%s--\r\n" % BOUNDARY


def read(body: bytes, *cuts: int) -> list[tuple[Head, bytes]]:
    splitter, found = Splitter(BOUNDARY), []
    ends = sorted({cut % (len(body) + 1) for cut in cuts} | {0, len(body)})
    for start, end in pairwise(ends):
        for part in splitter.feed(body[start:end]):
            if isinstance(part, Head):
                found.append((part, b""))
            else:
                found[-1] = (found[-1][0], found[-1][1] + part)
    splitter.close()
    return found


BODY = form(
    ('name="label"', b"internal"), ('name="file"; filename="a b.txt"', b"one\r\n--edg\r\n\x00two"), ('name="e"', b"")
)
PARTS = [
    (Head("label"), b"internal"),
    (Head("file", "a b.txt"), b"one\r\n--edg\r\n\x00two"),
    (Head("e"), b""),
]


@given(st.lists(st.integers(0, len(BODY)), max_size=30))
def test_a_form_is_the_same_however_it_arrives(cuts: list[int]) -> None:
    assert read(BODY, *cuts) == PARTS


def test_a_form_arrives_byte_by_byte() -> None:
    assert read(BODY, *range(len(BODY))) == PARTS


@given(st.binary(max_size=200))
def test_a_file_holds_any_bytes(data: bytes) -> None:
    if b"--" + BOUNDARY not in data:
        assert read(form(('name="file"', data)), 7, 90) == [(Head("file"), data)]


def test_what_stands_before_the_first_boundary_is_nobodys() -> None:
    assert read(b"This is a form.\r\n" + BODY) == PARTS


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ('name="file"; filename="a%22b.txt"', 'a"b.txt'),
        ('name="file"; filename="a\\"b.txt"', 'a"b.txt'),
        ('name="file"; filename="отпуск.pdf"', "отпуск.pdf"),
        ('name="file"; filename=""', ""),
        ('filename="x"; name="file"', "x"),
        ("name=file; filename=a-b.txt", "a-b.txt"),
        ('NAME = file ; FileName="a; name=b.txt"', "a; name=b.txt"),
        ("name=file; filename*=UTF-8''%D0%BE%D1%82%20a.pdf", "от a.pdf"),
        ('name="file"; filename="_.pdf"; filename*=iso-8859-1\'de\'%FCber.pdf', "über.pdf"),
    ],
)
def test_names_are_read_as_clients_write_them(said: str, name: str) -> None:
    assert read(form((said, b"")))[0][0] == Head("file", name)


def test_a_part_may_say_its_type() -> None:
    body = BODY.replace(b'name="label"', b'name="label"\r\nContent-Type: text/plain')
    assert read(body)[0][0] == Head("label", None, "text/plain")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        BODY[:-6],
        b"no boundary at all",
        BODY.replace(b"form-data", b"attachment"),
        BODY.replace(b'name="label"', b""),
        BODY.replace(b'name="label"', b'rename="label"'),
        form(("name=file; filename*=koi8-r''x", b"")),
        form(("name=file; filename*=x", b"")),
        BODY.replace(b"--edge\r\n", b"--edge??", 1),
        form(("x" * 20_000, b"")),
        form(*[('name="n"', b"")] * 300),
    ],
)
def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read(body)


@pytest.mark.parametrize(
    ("said", "boundary"),
    [
        ("multipart/form-data; boundary=abc", b"abc"),
        ('Multipart/Form-Data; charset=utf-8; boundary="a b"', b"a b"),
        ("application/pdf", None),
        (None, None),
    ],
)
def test_the_boundary_is_in_the_header(said: str | None, boundary: bytes | None) -> None:
    assert boundary_of(said) == boundary


def test_a_form_without_a_boundary_is_refused() -> None:
    with pytest.raises(BadRequest, match="boundary"):
        boundary_of("multipart/form-data")
