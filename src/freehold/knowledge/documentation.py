"""Freehold's own documentation as a collection, which is there from the first start and changes with the release.

It is public: every key may read it, and every target may see it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from pathlib import Path

import freehold
from freehold.core.label import PUBLIC
from freehold.core.passage import OWN_DOCUMENTATION
from freehold.knowledge.ingest.sync import plan
from freehold.knowledge.service import Knowledge, Upload

_FOR_CONTRIBUTORS = ("design/", "how-to/add-a-provider-row.md")
"""Pages for who changes Freehold. They say how it came to be, in the same words in which others ask how to use it."""
_LISTS = ("reference/machines.md",)
"""A tenth of all text, in rows of figures, which a command finds better and which would all be embedded."""

_LOG = logging.getLogger("freehold")


def pages(package: Path | None = None) -> dict[str, Path]:
    """The pages of this release for who uses it, by name: as installed, or of the working copy that it runs from.

    Empty where there are none. `package`: the folder of the package, for tests.
    """
    folder = Path(freehold.__file__).parent if package is None else package
    installed = folder / "documentation"
    root = installed if installed.is_dir() else folder.parents[1]
    docs = installed if installed.is_dir() else root / "docs"
    found = {path.relative_to(docs).as_posix(): path for path in docs.rglob("*.md")}
    readme = root / "README.md"
    found = {name: path for name, path in found.items() if not name.startswith((*_FOR_CONTRIBUTORS, *_LISTS))}
    return found | ({"README.md": readme} if docs.is_dir() and readme.is_file() else {})


async def bring_up_to_date(knowledge: Knowledge) -> None:
    """Make the collection hold exactly this release's pages, and wait until it does."""
    there = await asyncio.to_thread(pages)
    digests = await asyncio.to_thread(lambda: {name: _digest(path) for name, path in there.items()})
    todo = plan(digests, await knowledge.digests(OWN_DOCUMENTATION))
    await knowledge.remove(todo.remove.values())
    changed = [*todo.add, *todo.replace]
    job = knowledge.new_job()
    for name in changed:
        upload = Upload(OWN_DOCUMENTATION, name, there[name], label=PUBLIC, groups=frozenset(), job=job)
        await knowledge.add(upload)
    if changed:
        report = await knowledge.wait(job)
        for file in report.files:
            if file.state == "failed":
                _LOG.warning("%s of Freehold's own documentation cannot be read: %s", file.name, file.reason)
        _LOG.info("Freehold's own documentation is read: %d pages", report.done)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
