"""How fast documents come in: `python -m benchmarks.knowledge.ingest`. Makes its own files; nothing is embedded.

Everything that a server does is measured: bytes staged and flushed, queued, read by the reader processes, cut, indexed
and committed, with the durable jobs around it.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.goals import Row
from freehold.core.label import Label
from freehold.knowledge.ingest.sync import digests, plan, walk
from freehold.knowledge.library.sqlite import SqliteLibrary
from freehold.knowledge.service import Knowledge, Upload
from tests.support.documents import pdf

TEXTS, PDFS, PAGES, FILES = 2_000, 20, 10, 10_000
_AT_ONCE = 16
"""Uploads under way at a time, as of a client that sends several."""
_WORDS = [
    f"{start}{end}"
    for start in ("lea", "tra", "con", "mo", "bud", "re")
    for end in ("ve", "del", "get", "port", "tract")
]


def prose(seed: int, words: int) -> str:
    """Sentences of made-up words, the same for the same seed."""
    chance = random.Random(seed)
    sentences = (" ".join(chance.choices(_WORDS, k=12)).capitalize() + "." for _ in range(words // 12))
    return " ".join(sentences)


def text_documents(count: int) -> dict[str, bytes]:
    """Half HTML pages of some 4 kB with headings, half Markdown and plain text."""
    made = {}
    for number in range(count):
        parts = [prose(number * 10 + part, 150) for part in range(4)]
        if number % 2:
            sections = "".join(f"<h2>Part {part}</h2><p>{text}</p>" for part, text in enumerate(parts))
            body = (
                f"<html><head><title>Page {number}</title></head><body><h1>Page {number}</h1>{sections}</body></html>"
            )
            made[f"pages/{number}.html"] = body.encode()
        else:
            sections = "".join(f"\n## Part {part}\n\n{text}\n" for part, text in enumerate(parts))
            made[f"notes/{number}.{'md' if number % 4 else 'txt'}"] = f"# Note {number}\n{sections}".encode()
    return made


def pdf_documents(count: int, pages: int) -> dict[str, bytes]:
    """PDF files with a text layer of some 250 words a page."""
    return {
        f"reports/{number}.pdf": pdf([prose(number * pages + page, 250) for page in range(pages)])
        for number in range(count)
    }


async def ingest(folder: Path, documents: Mapping[str, bytes]) -> float:
    """Seconds from the first upload until all can be found."""
    library = SqliteLibrary(folder / "library")
    knowledge = Knowledge(library, folder / "knowledge", documents_label=Label.parse("internal"))
    await knowledge.start()
    try:
        # What is started once, the engine of the jobs and the readers, is started before the clock.
        await knowledge.wait(await knowledge.add(Upload("warm", "up.txt", b"Warm.")))
        await knowledge.wait(await knowledge.add(Upload("warm", "up.pdf", pdf(["Warm."]))))
        job, room = knowledge.new_job(), asyncio.Semaphore(_AT_ONCE)

        async def send(name: str, body: bytes) -> None:
            async with room:
                await knowledge.add(Upload("bench", name, body, job=job))

        began = time.perf_counter()
        await asyncio.gather(*(send(name, body) for name, body in documents.items()))
        report = await knowledge.wait(job)
        seconds = time.perf_counter() - began
        if report.done != len(documents):
            raise RuntimeError(f"of {len(documents)} documents {report.done} came in: {report.files[:3]}")
        return seconds
    finally:
        await knowledge.stop()
        library.close()


def sync_unchanged(folder: Path, count: int) -> float:
    """Seconds to find that a folder of that many files has not changed."""
    for number in range(count):
        path = folder / f"{number % 100}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(prose(number, 300))
    kept = {found.name: (f"doc_{found.name}", digest) for found, digest in digests(walk(folder))}
    began = time.perf_counter()
    made = plan({found.name: digest for found, digest in digests(walk(folder))}, kept)
    seconds = time.perf_counter() - began
    if len(made.unchanged) != count:
        raise RuntimeError(f"of {count} files {len(made.unchanged)} were found unchanged")
    return seconds


def run(data: Path) -> Sequence[Row]:  # noqa: ARG001  # as every benchmark of this folder is called; it makes its own data
    """All measures. On a machine that does nothing else."""
    with tempfile.TemporaryDirectory(prefix="freehold-ingest-") as name:
        folder = Path(name)
        texts = asyncio.run(ingest(folder / "texts", text_documents(TEXTS)))
        pdfs = asyncio.run(ingest(folder / "pdfs", pdf_documents(PDFS, PAGES)))
        sync = sync_unchanged(folder / "sync", FILES)
    return [
        ("ingest of text and HTML, documents/s", f"{TEXTS:,} files", TEXTS / texts, 100.0),
        ("ingest of PDF, pages/s", f"{PDFS} files of {PAGES} pages", PDFS * PAGES / pdfs, 20.0),
        ("sync of unchanged files, seconds (at most)", f"{FILES:,} files", sync, 5.0),
    ]


if __name__ == "__main__":
    for measure, method, value, goal in run(Path(sys.argv[1] if len(sys.argv) > 1 else ".")):
        print(f"{measure:42} {method:24} {value:8.1f}   {goal:g}")
