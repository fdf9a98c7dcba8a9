"""Resolve the dependencies of ``pyproject.toml`` anew and write ``requirements/*.lock``, for every platform at once.

    python -m tools.lock              keep what is locked and still fits; add what is missing
    python -m tools.lock --upgrade    take the newest of everything

The locks carry the hash of every file that a platform may need and name no host, so that any index serves.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = "uv>=0.9,<1"
UNBUILT = ("sqlitedict", "word2number")
"""What lm-eval declares, has no wheel, and is imported by a cache and a task that no test uses."""
COMMON = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-header",
    "--quiet",
]
LOCKS = {
    "requirements/runtime.lock": ["--group=build", "pyproject.toml"],
    # What serves both must be the same in both, or the tests would try other code than users run.
    "requirements/dev.lock": [
        *("--group=build", "--group=dev"),
        *("--constraints=requirements/runtime.lock", "pyproject.toml"),
    ],
    # These stand apart from Freehold, and have nothing in common with it but the wire.
    "requirements/clients.lock": ["--group=clients", *(f"--no-emit-package={name}" for name in UNBUILT)],
}


def main(arguments: list[str]) -> None:
    """Entry; further arguments are handed to ``uv pip compile``."""
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", UV], check=True)
    for path, options in LOCKS.items():
        command = [sys.executable, "-m", "uv", "pip", "compile", *COMMON, *options, *arguments]
        subprocess.run([*command, "--output-file", path], cwd=ROOT, check=True)
        print(f"wrote {path}")


if __name__ == "__main__":
    main(sys.argv[1:])
