"""Every code block of the README and the docs is run, or says why not. CONTRIBUTING.md tells how to write them."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from freehold.config.load import load
from freehold.config.schema import ARRAYS, PLAIN
from freehold.core.errors import FreeholdError
from support.hub import Hub, serving
from support.live import COMMANDS, Live, freehold
from support.markdown import Block, Step, blocks, matches, steps
from support.tiny_gguf import build

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SHOWN_ADDRESS = "127.0.0.1:8080"
"""What a page writes for the address of the running Freehold."""
NEEDS_FREEHOLD = (SHOWN_ADDRESS, "FREEHOLD_", "freehold ", "freehold\n")
NEEDS_HUB = "hf:"
MODELS = {"Qwen/Qwen3-4B-GGUF": "Qwen3-4B-Q4_K_M.gguf"}
"""What a page may fetch: each is a tiny model of random weights, at a hub of the page's own on loopback."""
SECONDS = 60
UP = re.compile(r"(?:make|freehold) up\b")


class Page:
    """One page's blocks share a folder and one Freehold, which starts when a block first needs it."""

    def __init__(self, name: str, folder: Path, stack: contextlib.ExitStack) -> None:
        self.name = name
        self.folder = folder
        (folder / "examples").symlink_to(ROOT / "examples")  # where a page stands in a clone
        self.stack = stack
        self.live: Live | None = None
        self.hub: Hub | None = None
        self.files: dict[str, str] = {}
        self.up = stack.enter_context(contextlib.ExitStack())

    def check(self, block: Block) -> None:
        """Run or parse one block; raises `AssertionError` where it does not do what the page says."""
        checks: dict[str, Callable[[Block], None]] = {
            "console": self.run_console,
            "python": self.run_python,
            "toml": self.read_toml,
            "json": lambda block: json.loads(block.text),
            "text": lambda _block: None,
            "mermaid": lambda _block: None,
        }
        assert block.language in checks, (
            f"{self.at(block.line)}: use one of {', '.join(checks)}, not {block.language!r}"
        )
        checks[block.language](block)
        if block.file is not None:
            if block.language == "python":
                self.environment(block.text)  # it may be about a Freehold that has yet to start
            self.files[block.file] = block.text
            self.write(block.file)

    def write(self, file: str) -> None:
        """Put a named block into the page's folder, with the address at which the page's Freehold answers."""
        (self.folder / file).write_text(self.files[file].replace(SHOWN_ADDRESS, self.address))

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.live.port}" if self.live else SHOWN_ADDRESS

    def at(self, line: int) -> str:
        return f"{self.name}:{line}"

    def environment(self, text: str) -> dict[str, str]:
        """That of a user whose Freehold runs; it is started if `text` has a use for it."""
        if self.live is None and any(word in text for word in NEEDS_FREEHOLD):
            self.start()
        if self.hub is None and NEEDS_HUB in text:
            self.hub = self.stack.enter_context(serving(Hub(repositories())))
        own = {"PATH": f"{COMMANDS}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "120"}
        if self.hub is not None:
            own["HF_ENDPOINT"] = self.hub.endpoint
        if self.live is not None:
            own |= {
                "FREEHOLD_URL": self.live.url,
                "FREEHOLD_KEY": self.live.key,
                "FREEHOLD_DATA_DIR": str(self.live.data),
            }
        return {**os.environ, **own}

    def start(self, *arguments: str) -> Live:
        """The page's Freehold, in the page's folder, where an earlier block may have put a ``freehold.toml``.

        One that runs already is ended first, and its data stays.
        """
        assert "--port" not in arguments, f"a page's Freehold answers at {SHOWN_ADDRESS}"
        self.up.close()
        self.live = self.up.enter_context(freehold(self.folder / ".freehold", *arguments, cwd=self.folder))
        for file, text in self.files.items():
            if SHOWN_ADDRESS in text:
                self.write(file)  # it may answer elsewhere than before
        return self.live

    def run_up(self, step: Step) -> None:
        """``make up`` and ``freehold up`` do not end; what is compared is what they print until they are ready."""
        live = self.start(*up_arguments(step.command))
        deadline = time.monotonic() + SECONDS
        while not matches(step.expected, printed := live.log.read_text().replace(live.url, f"http://{SHOWN_ADDRESS}")):
            if time.monotonic() > deadline:
                self.compare(step, printed)
            time.sleep(0.05)

    def run(self, command: list[str], text: str) -> subprocess.CompletedProcess[str]:
        environment = self.environment(text)
        done = subprocess.run(
            [*command, text.replace(SHOWN_ADDRESS, self.address)],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        done.stdout = done.stdout.replace(self.address, SHOWN_ADDRESS)
        return done

    def run_console(self, block: Block) -> None:
        for step in steps(block):
            if UP.match(step.command):
                self.run_up(step)
            else:
                self.compare(step, self.run(["/bin/sh", "-c"], step.command).stdout)

    def compare(self, step: Step, printed: str) -> None:
        said = "\n".join(step.expected)
        assert matches(step.expected, printed), (
            f"{self.at(step.line)}: $ {step.command}\n--- the page says\n{said}\n--- it printed\n{printed}"
        )

    def run_python(self, block: Block) -> None:
        if block.file is not None:
            compile(block.text, block.file, "exec")  # a command of the page runs it
            return
        done = self.run([sys.executable, "-c"], block.text)
        assert done.returncode == 0, f"{self.at(block.line)}:\n{done.stdout}"

    def with_models(self, text: str, tables: dict[str, Any]) -> str:
        """The text, with files that pass for models where it names some of its reader's."""
        for target in tables.get("target", []):
            model = target.get("model", "")
            if "engine" in target and not model.startswith("hf:"):
                file = self.folder / Path(model).name
                file.write_bytes(b"GGUF")
                text = text.replace(f'"{model}"', f'"{file}"')
        return text

    def read_toml(self, block: Block) -> None:
        """A block that holds a table of ``freehold.toml`` is read as Freehold reads it."""
        tables = tomllib.loads(block.text)
        if tables.keys() & {*PLAIN, *ARRAYS}:
            path = self.folder / "checked.toml"
            path.write_text(self.with_models(block.text, tables))
            try:
                load(path, {"HOME": str(self.folder), "OPENAI_API_KEY": "sk-shown", "ANTHROPIC_API_KEY": "sk-shown"})
            except FreeholdError as fault:
                raise AssertionError(f"{self.at(block.line)}: {fault}") from fault


@functools.cache
def repositories() -> dict[str, dict[str, bytes]]:
    """What the hub holds."""
    with tempfile.TemporaryDirectory() as folder:
        weights = build(Path(folder) / "tiny.gguf").read_bytes()
    return {repo: {file: weights} for repo, file in MODELS.items()}


def up_arguments(command: str) -> list[str]:
    """What ``make up ARGS="..."`` or ``freehold up ...`` hand to Freehold."""
    words = shlex.split(command)
    if words[0] == "freehold":
        return words[2:]
    return [word for part in words[2:] for word in shlex.split(part.removeprefix("ARGS="))]


def dead_links(path: Path) -> list[str]:
    """The relative links of a page that lead to no file."""
    links = re.findall(r"\]\(([^)#\s]+)", path.read_text())
    return [link for link in links if "://" not in link and not (path.parent / link).exists()]


def run_page(path: Path, folder: Path) -> None:
    """Run the blocks of the page at `path`, in order, in `folder`."""
    with contextlib.ExitStack() as stack:
        page = Page(path.name, folder, stack)
        for block in blocks(path.read_text()):
            if block.not_run is None:
                page.check(block)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_page(path: Path, tmp_path: Path) -> None:
    run_page(path, tmp_path)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    assert dead_links(path) == []


def test_a_dead_link_is_seen(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("[a](page.md#top) [b](https://example.org) ![c](gone.svg) [d](there/)\n")
    assert dead_links(tmp_path / "page.md") == ["gone.svg", "there/"]


@pytest.mark.parametrize(
    "text",
    [
        "```console\n$ echo one\ntwo\n```\n",
        "```python\nassert 1 + 1 == 3\n```\n",
        "```toml\nport = = 1\n```\n",
        "```toml\n[server]\nprot = 1\n```\n",
        "```json\n{\n```\n",
        "```bash\nls\n```\n",
        "```console\nno prompt\n```\n",
        "```python\nprint(1)\n",
    ],
)
def test_a_block_that_is_wrong_is_seen(text: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(text)
    with pytest.raises((AssertionError, ValueError)):
        run_page(tmp_path / "page.md", tmp_path)


def test_blocks_share_a_folder_and_a_marked_one_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(
        "```console\n$ echo held > file\n```\n"
        "<!-- not run: needs a second machine -->\n```console\n$ exit 1\nnever\n```\n"
        "```console\n$ cat file; date\nheld\n...\n```\n"
        "```python\nassert open('file').read() == 'held\\n'\n```\n"
    )
    run_page(tmp_path / "page.md", tmp_path)


def test_a_page_has_a_freehold_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(
        "```console\n$ curl --silent http://127.0.0.1:8080/healthz -o body -w '%{http_code}\\n'\n200\n"
        '$ echo "$FREEHOLD_URL"\nhttp://127.0.0.1:8080\n```\n'
        "```python\n"
        "import os, urllib.request\n"
        "request = urllib.request.Request('http://127.0.0.1:8080/v1/models')\n"
        "request.add_header('authorization', 'Bearer ' + os.environ['FREEHOLD_KEY'])\n"
        "assert urllib.request.urlopen(request).status == 200\n"
        "```\n"
    )
    run_page(tmp_path / "page.md", tmp_path)


def test_starting_is_part_of_a_page(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(
        "```console\n$ freehold up\n...\nFreehold answers at http://127.0.0.1:8080\n...\n"
        "$ curl --silent http://127.0.0.1:8080/healthz -o body -w '%{http_code}\\n'\n200\n```\n"
    )
    run_page(tmp_path / "page.md", tmp_path)


def test_starting_again_keeps_the_data(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(
        "```console\n$ freehold up\n...\n$ freehold keys create --name kept\n...\n```\n"
        '```toml freehold.toml\n[policy]\ndefault_label = "public"\n```\n'
        "```console\n$ freehold up\n...\n$ freehold keys list | grep --count kept\n1\n"
        "$ freehold explain hello | head -1\nlabel: public (public from default)\n```\n"
    )
    run_page(tmp_path / "page.md", tmp_path)


def test_a_block_may_be_a_file_that_knows_the_address(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(
        "```python ready.py\nimport urllib.request\n"
        "print(urllib.request.urlopen('http://127.0.0.1:8080/readyz').status)\n```\n"
        "```console\n$ python ready.py\n200\n$ freehold up\n...\n$ python ready.py\n200\n```\n"
    )
    run_page(tmp_path / "page.md", tmp_path)


def test_a_page_may_fetch_a_model(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(
        "```console\n$ freehold models pull hf:Qwen/Qwen3-4B-GGUF:Q4_K_M --data-dir data\n...\n"
        "$ find data -name '*.gguf' | wc -l\n1\n```\n"
    )
    run_page(tmp_path / "page.md", tmp_path)


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("make up", []),
        ('make up ARGS="--config a.toml --workers 1"', ["--config", "a.toml", "--workers", "1"]),
        ("freehold up --config 'a b.toml'", ["--config", "a b.toml"]),
    ],
)
def test_up_arguments(command: str, arguments: list[str]) -> None:
    assert up_arguments(command) == arguments
