"""The scenarios that come with Freehold, by name."""

from __future__ import annotations

from pathlib import Path

import freehold


def scenarios(package: Path | None = None) -> dict[str, Path]:
    """Each shipped scenario's file by its name, in the order of names: as installed, or of the working copy.

    Empty where there are none. `package`: the folder of the package, for tests.
    """
    folder = Path(freehold.__file__).parent if package is None else package
    installed = folder / "examples" / "plan"
    found = installed if installed.is_dir() else folder.parents[1] / "examples" / "plan"
    return {path.stem: path for path in sorted(found.glob("*.toml"))}
