from __future__ import annotations

from pathlib import Path

import pytest

from freehold.knowledge.extract.found import Rejected
from freehold.knowledge.extract.package import Package, W
from support.documents import docx, zipped


def opened(folder: Path, body: bytes, part_bytes: int = 100_000) -> Package:
    source = folder / "package"
    source.write_bytes(body)
    return Package(source, part_bytes)


def test_parts_and_what_they_refer_to(tmp_path: Path) -> None:
    with opened(tmp_path, docx(["x"], title="T")) as package:
        assert package.main() == "word/document.xml"
        assert dict(package.relations(package.main()).values())["styles"] == "word/styles.xml"
        assert package.title() == "T"
        assert package.required("word/document.xml").tag == f"{W}document"
        assert package.part("no/such.xml") is None


def test_a_relation_cannot_lead_out_of_the_package(tmp_path: Path) -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="a" Type="t/up" Target="../../../etc/passwd"/>'
        '<Relationship Id="b" Type="t/out" Target="http://example.org/" TargetMode="External"/></Relationships>'
    )
    with opened(tmp_path, zipped({"_rels/.rels": relations})) as package:
        assert package.relations("") == {"a": ("up", "etc/passwd")}


def test_the_strict_form_is_read_like_the_other(tmp_path: Path) -> None:
    part = '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"/>'
    with opened(tmp_path, zipped({"a.xml": part})) as package:
        assert package.required("a.xml").tag == f"{W}document"


def test_damaged_properties_are_no_loss(tmp_path: Path) -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="a" Type="t/core-properties" Target="core.xml"/></Relationships>'
    )
    with opened(tmp_path, zipped({"_rels/.rels": relations, "core.xml": "<broken"})) as package:
        assert package.title() == ""


def test_a_part_that_swells_is_refused(tmp_path: Path) -> None:
    with (
        opened(tmp_path, zipped({"a.xml": "<a>" + " " * 100_000 + "</a>"})) as package,
        pytest.raises(Rejected, match="larger than 100,000 bytes"),
    ):
        package.part("a.xml")


def test_entities_are_refused_before_they_are_read(tmp_path: Path) -> None:
    part = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><x>&b;</x>"
    with opened(tmp_path, zipped({"a.xml": part})) as package, pytest.raises(Rejected, match="declares XML entities"):
        package.part("a.xml")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_other_encodings_are_read_and_their_entities_refused(tmp_path: Path, encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")[:6]}"?>'
    strict = '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main">Grüße</w:document>'
    swollen = "<!DOCTYPE x [<!ENTITY a 'ha'>]><x>&a;</x>"
    parts = {"a.xml": (declared + strict).encode(encoding), "b.xml": (declared + swollen).encode(encoding)}
    parts |= {"c.xml": swollen.encode(encoding), "d.xml": b"\xff\xfe<"}
    with opened(tmp_path, zipped(parts)) as package:
        root = package.required("a.xml")
        assert (root.tag, root.text) == (f"{W}document", "Grüße")
        for part in ("b.xml", "c.xml"):
            with pytest.raises(Rejected, match="declares XML entities"):
                package.part(part)
        with pytest.raises(Rejected, match=r"d\.xml cannot be read"):
            package.part("d.xml")


def test_damage_is_told_and_not_raised_as_it_comes(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="cannot be listed"):
        opened(tmp_path, b"PK\x03\x04 and no more")
    body = bytearray(zipped({"a.xml": "<a>" + "b" * 500 + "</a>"}))
    body[36:42] = bytes(6)
    with opened(tmp_path, bytes(body)) as package, pytest.raises(Rejected, match=r"part a\.xml cannot be read"):
        package.part("a.xml")
    with opened(tmp_path, zipped({})) as package, pytest.raises(Rejected, match="part x cannot be read"):
        package.required("x")
