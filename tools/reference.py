"""Writes ``docs/reference/`` from the code, so that it cannot say otherwise than the code does.

    python -m tools.reference            write the pages
    python -m tools.reference --check    write nothing; exit 1 and name the pages that have drifted

To add a page, write a function that returns its Markdown and give it a line in `PAGES`.
"""

from __future__ import annotations

import ast
import enum
import functools
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import msgspec

from freehold.catalog.profiles import FAMILIES, FamilyRow
from freehold.catalog.providers import PROVIDERS, ProviderRow
from freehold.catalog.rows import TargetRow
from freehold.cli.main import app
from freehold.config.schema import PLAIN, DeclassifyTable, GuardTable, RetentionTable, RouteTable
from freehold.core import errors
from freehold.gateway.compose import ORDER
from freehold.http.routes import OPERATIONS
from freehold.tables.read import expected, options
from tools.commands import commands
from tools.dialects import dialects
from tools.evaluations import evaluations
from tools.headers import headers, variables
from tools.machines import machines
from tools.scenarios import scenarios

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
NOTE = "<!-- Written by `make docs` from the code; edits here are lost. -->"


def page(title: str, *parts: str) -> str:
    """A page with its title and the note that it is generated."""
    return "\n\n".join([f"# {title}", NOTE, *(part.strip() for part in parts)]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [
        head,
        ["---"] * len(head),
        *([cell.replace("|", r"\|").replace("\n", " ") for cell in row] for row in rows),
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def marked_up(text: str | None) -> str:
    """Docstring text as Markdown: double backticks become single ones, and lines are joined."""
    return " ".join(inspect.cleandoc(text or "").replace("``", "`").split())


def field_notes(kind: type) -> dict[str, str]:
    """What stands in a string below each field of a class, which Python itself does not keep."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(body, ast.ClassDef)
    notes: dict[str, str] = {}
    for field, after in zip(body.body, body.body[1:], strict=False):
        is_note = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        if is_note and isinstance(field, ast.AnnAssign | ast.Assign):
            target = field.target if isinstance(field, ast.AnnAssign) else field.targets[0]
            notes[ast.unparse(target)] = marked_up(str(ast.literal_eval(ast.unparse(after))))
    return notes


_CONFIGURATION = """
Nothing is required. A key that is not listed here is an error that names the line and the nearest right word.
`FREEHOLD_` + section + `_` + key in the environment overrides a plain setting, as in `FREEHOLD_SERVER_PORT`.
"""


def configuration() -> str:
    """Every table of ``freehold.toml``, its keys, types and defaults."""
    parts = [_settings(f"[{name}]", kind) for name, kind in PLAIN.items()]
    arrays: dict[str, type[msgspec.Struct]] = {
        "target": TargetRow,
        "route": RouteTable,
        "guard": GuardTable,
        "declassify": DeclassifyTable,
        "retention": RetentionTable,
    }
    parts += [_settings(f"[[{name}]]", kind) for name, kind in arrays.items()]
    return page("Configuration", _CONFIGURATION, *parts, *variables(table))


def _settings(title: str, kind: type[msgspec.Struct]) -> str:
    notes = field_notes(kind)
    rows = [
        (f"`{field.encode_name}`", _type(field.type), _default(field), notes.get(field.name, ""))
        for field in msgspec.structs.fields(kind)
    ]
    inner = {struct for field in msgspec.structs.fields(kind) for struct in _structs(field.type)}
    text = f"## `{title}`\n\n{marked_up(kind.__doc__)}\n\n{table(('key', 'value', 'default', 'meaning'), rows)}"
    for struct in sorted(inner, key=lambda each: each.__name__):
        key = next(f.encode_name for f in msgspec.structs.fields(kind) if struct in _structs(f.type))
        inside = title.startswith("[")
        text += "\n\n#" + _settings(key if inside else f"{title}.{key}", struct)
    return text


def _structs(kind: Any) -> set[type[msgspec.Struct]]:
    inside = [item for option in options(kind) for item in (get_args(option) or (option,))]
    return {item for item in inside if isinstance(item, type) and issubclass(item, msgspec.Struct)}


def _type(kind: Any) -> str:
    return expected(kind).replace("'", "`")


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "*required*"
    value = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    if value is None:
        return "not set"
    if isinstance(value, msgspec.Struct):
        return "its own"
    return f"`{value}`" if isinstance(value, Decimal) else f"`{msgspec.json.encode(value).decode()}`"


def providers() -> str:
    """The rows of the catalog."""
    hosted = [row for row in PROVIDERS.values() if not row.local and row.addressed]
    local = [row for row in PROVIDERS.values() if row.local]
    return page(
        "Providers",
        'What `provider = "..."` may name. Anything else that speaks one of the dialects is reached by `base_url`.',
        "## Providers outside",
        _provider_table(hosted),
        "## Servers that teams run themselves",
        _provider_table(local),
        "## Quirks of model families",
        "Changes to a target's profile by its model's name; the first row that fits. The target's own `profile` wins.",
        table(("name like", "at", "changes", "because"), [_family(family) for family in FAMILIES]),
    )


def _family(family: FamilyRow) -> tuple[str, str, str, str]:
    changes = ", ".join(f"`{name} = {msgspec.json.encode(value).decode()}`" for name, value in family.changes.items())
    return f"`{family.pattern}`", ", ".join(sorted(family.providers)) or "any", changes, family.source


def _provider_table(rows: Iterable[ProviderRow]) -> str:
    head = ("name", "provider", "dialect", "address", "key from", "documentation")
    return table(
        head,
        (
            (
                f"`{row.name}`",
                row.title,
                row.dialect,
                f"`{row.base_url}`" if row.base_url else "yours, as `base_url`",
                ", ".join(f"`{name}`" for name in row.keys),
                row.docs,
            )
            for row in rows
        ),
    )


def http() -> str:
    """Every path."""
    who = {
        "anyone": "anyone",
        "key": "any key",
        "viewer": "a viewer's key",
        "operator": "an operator's key",
        "admin": "an admin's key",
    }
    rows = [
        (
            f"`{operation.method} {operation.path.replace('{}', '{name}')}`",
            who[operation.who],
            operation.summary,
            ", ".join(f"`{name}`" for name in operation.query),
        )
        for operation in OPERATIONS
    ]
    return page(
        "HTTP",
        "The bodies of `/api` are described by `GET /api/openapi.json`; those of `/v1` are OpenAI's and Anthropic's.",
        table(("path", "open to", "what it does", "query"), rows),
        *headers(table),
    )


def faults() -> str:
    """The statuses and codes that a caller may get, and how a single attempt may fail."""
    kinds = sorted(_descendants(errors.RequestError), key=lambda kind: (kind.status, kind.code))
    answers = [(str(kind.status), f"`{kind.code}`", marked_up(kind.__doc__)) for kind in kinds]
    notes = field_notes(errors.Fault)
    attempts = [(f"`{fault.value}`", notes.get(fault.name, "")) for fault in _members(errors.Fault)]
    return page(
        "Errors",
        "An error has the body that the caller's dialect gives errors, with this status and code.",
        table(("status", "code", "meaning"), answers),
        "## How one attempt fails",
        "In `GET /api/requests/{id}`, and in the text of a 502, each attempt names one of these.",
        table(("fault", "meaning"), attempts),
    )


def _members(kind: type[enum.StrEnum]) -> list[enum.StrEnum]:
    return list(kind)


def _descendants(kind: type[errors.RequestError]) -> list[type[errors.RequestError]]:
    own = [] if kind.__doc__ is errors.RequestError.__doc__ else [kind]
    # Another module's own errors never reach a caller, and are there only once that module was imported.
    children = [child for child in kind.__subclasses__() if child.__module__ == errors.__name__]
    return own + [each for child in children for each in _descendants(child)]


def stages() -> str:
    """The pipeline, in order."""
    rows = [(str(number), f"`{name}`", what) for number, (name, what) in enumerate(ORDER, 1)]
    return page(
        "Stages",
        "Every request passes these, top to bottom, and its answer comes back bottom to top.",
        table(("", "stage", "what it does"), rows),
    )


def overview() -> str:
    """The list of the other pages."""
    titles = {
        name: write().splitlines()[0].removeprefix("# ") for name, write in PAGES.items() if write is not overview
    }
    return page("Reference", "\n".join(f"- [{title}]({name})" for name, title in titles.items()))


PAGES: dict[str, Callable[[], str]] = {
    "README.md": overview,
    "commands.md": functools.partial(commands, page, app),
    "configuration.md": configuration,
    "dialects.md": functools.partial(dialects, page, table),
    "errors.md": faults,
    "evaluation-json.md": functools.partial(evaluations, page, table, field_notes),
    "http.md": http,
    "machines.md": functools.partial(machines, page, table),
    "providers.md": providers,
    "scenario.md": functools.partial(scenarios, page, table),
    "stages.md": stages,
}


def drifted(folder: Path = FOLDER) -> list[str]:
    """The pages that are not as the code says; among them those that no code writes any more."""
    there = {path.name for path in folder.glob("*.md")}
    stale = [name for name, write in PAGES.items() if name not in there or (folder / name).read_text() != write()]
    return sorted([*stale, *(there - PAGES.keys())])


def main(arguments: Sequence[str]) -> int:
    """Entry; returns the exit code."""
    if "--check" in arguments:
        if names := drifted():
            print(f"drifted: {', '.join(names)}; run `make docs`", file=sys.stderr)
        return 1 if names else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in drifted():
        if name in PAGES:
            (FOLDER / name).write_text(PAGES[name]())
        else:
            (FOLDER / name).unlink()
        print(f"docs/reference/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
