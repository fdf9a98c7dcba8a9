"""Freehold's own pages: found wherever it is installed, and brought into line with the release."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from freehold.core.label import PUBLIC
from freehold.core.passage import OWN_DOCUMENTATION
from freehold.knowledge.documentation import bring_up_to_date, pages
from freehold.knowledge.ingest.report import JobReport
from freehold.knowledge.service import Knowledge, Upload

ROOT = Path(__file__).parents[2]


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def test_an_installed_package_has_its_pages_inside(tmp_path: Path) -> None:
    package = tmp_path / "lib" / "freehold"
    write(package / "documentation", "README.md", "index.md", "how-to/keys.md", "assets/pipeline.svg")
    write(tmp_path, "README.md")
    assert set(pages(package)) == {"README.md", "index.md", "how-to/keys.md"}
    assert pages(package)["README.md"].read_text() == "README.md"


def test_a_working_copy_has_them_at_its_root(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "CHANGELOG.md", "docs/index.md", "src/freehold/__init__.py")
    assert set(pages(tmp_path / "src" / "freehold")) == {"README.md", "index.md"}


def test_where_there_are_none_there_are_none(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "src/freehold/__init__.py")
    assert pages(tmp_path / "src" / "freehold") == {}


def test_this_release_has_its_pages() -> None:
    assert pages()["README.md"] == ROOT / "README.md"
    assert "how-to/keys.md" in pages()


class Kept:
    """A wing that remembers what it was told to keep."""

    def __init__(self, kept: dict[str, tuple[str, str]]) -> None:
        self.kept = kept
        self.added: list[Upload] = []
        self.removed: list[str] = []

    async def digests(self, collection: str) -> dict[str, tuple[str, str]]:
        assert collection == OWN_DOCUMENTATION
        return self.kept

    async def remove(self, ids: Any) -> int:
        self.removed = list(ids)
        return len(self.removed)

    def new_job(self) -> str:
        return "job_1"

    async def add(self, upload: Upload) -> str:
        self.added.append(upload)
        return "job_1"

    async def wait(self, job: str) -> JobReport:
        return JobReport(job, "done", 0, len(self.added), 0, 0, ())


async def test_what_changed_is_read_again_and_what_is_gone_is_removed() -> None:
    wing = Kept({"README.md": ("doc_1", "an older digest"), "how-to/gone.md": ("doc_2", "x")})
    await bring_up_to_date(cast("Knowledge", wing))
    assert wing.removed == ["doc_2"]
    assert {upload.name for upload in wing.added} == set(pages())
    assert {(upload.label, upload.groups, upload.collection) for upload in wing.added} == {
        (PUBLIC, frozenset(), OWN_DOCUMENTATION)
    }
