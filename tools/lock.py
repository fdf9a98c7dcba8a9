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
COMMON = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-header",
    "--quiet",
    "--group=build",
]
LOCKS = {
    "requirements/runtime.lock": [],
    # What serves both must be the same in both, or the tests would try other code than users run.
    "requirements/dev.lock": ["--group=dev", "--constraints=requirements/runtime.lock"],
}


def main(arguments: list[str]) -> None:
    """Entry; further arguments are handed to ``uv pip compile``."""
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", UV], check=True)
    for path, options in LOCKS.items():
        command = [sys.executable, "-m", "uv", "pip", "compile", *COMMON, *options, *arguments, "pyproject.toml"]
        subprocess.run([*command, "--output-file", path], cwd=ROOT, check=True)
        print(f"wrote {path}")


if __name__ == "__main__":
    main(sys.argv[1:])
