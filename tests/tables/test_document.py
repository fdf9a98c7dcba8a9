from decimal import Decimal

import pytest

from freehold.config import check
from freehold.tables.document import read_document
from freehold.tables.faults import ConfigFaults


def test_numbers_stay_exact(tmp_path):
    path = tmp_path / "f.toml"
    path.write_text("x = 0.1\n")
    assert read_document(path)[0] == {"x": Decimal("0.1")}


def test_a_windows_editor_is_no_obstacle(tmp_path):
    path = tmp_path / "f.toml"
    path.write_bytes(b'\xef\xbb\xbfa = """x\r\ny"""\r\nb = 1\r\n')
    document, findings = read_document(path)
    assert document == {"a": "x\ny", "b": 1}
    findings.add(("b",), "m")
    assert findings.found[0].line == 3


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"a = 1\n\xff", 2, "is not UTF-8"),
        (b"a = 1\nb = yes\n", 2, "not TOML"),
        (b"a = 1\na = 2\n", 2, "not TOML"),
        (b"a = " + b"[" * 100_000, None, "nested too deeply"),
        (b"a = " + b"9" * 5_000, None, "a number of thousands of digits"),
        (b"#" * (1024 * 1024 + 1), None, "more than 1 MiB"),
    ],
)
def test_what_cannot_be_read_is_one_fault(tmp_path, data, line, says):
    path = tmp_path / "f.toml"
    path.write_bytes(data)
    with pytest.raises(ConfigFaults, match=says) as caught:
        read_document(path)
    (fault,) = caught.value.faults
    assert fault.line == line or line is None
    assert fault.mend


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_file_that_is_not_there_is_a_fault(tmp_path, name):
    with pytest.raises(ConfigFaults, match="cannot be read"):
        read_document(tmp_path / name)


@pytest.mark.parametrize("depth", [100, 200, 300, 400, 500, 2000])
@pytest.mark.parametrize("pair", ["[]", "{}"])
def test_nesting_is_read_or_refused_at_any_depth(tmp_path, depth, pair):
    path = tmp_path / "f.toml"
    opening, closing = ("[", "]") if pair == "[]" else ("{x = ", "}")
    path.write_text(f"a = {opening * depth}1{closing * depth}\n")
    report = check(path, {})
    assert [fault.message for fault in report.faults] in (
        ["it is nested too deeply"],
        ["'a' is not a table of this file"],
    )
