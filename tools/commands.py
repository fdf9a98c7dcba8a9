"""The reference of the command line, read from the commands themselves."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import typer

Page = Callable[..., str]


def commands(page: Page, app: typer.Typer) -> str:
    """A page with every command of `app`: its help, its arguments and its options."""
    root = typer.main.get_command(app)
    root.name = "freehold"
    parts = [part for path, command in _walk(root, ("freehold",)) for part in _described(path, command)]
    return page("Commands", "Every command has `--help`. Exit codes: 0 done, 1 failed, 2 used wrongly.", *parts)


def _walk(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not command.hidden:
        yield path, command
        for name, child in _children(command):
            yield from _walk(child, (*path, name))


def _children(command: Any) -> list[tuple[str, Any]]:
    """The commands of a group, in the order of its help. They are resolved as if they were called, which loads them."""
    if not hasattr(command, "list_commands"):
        return []
    context = command.context_class(command)
    return [(name, command.resolve_command(context, [name])[1]) for name in command.list_commands(context)]


def _described(path: tuple[str, ...], command: Any) -> list[str]:
    parts = [f"## `{' '.join(path)}`", inspect.cleandoc(command.help or "")]
    shown = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    rows = [row for parameter in shown if (row := _row(parameter)) is not None]
    if rows:
        parts.append("\n".join(["| | default | meaning |", "| --- | --- | --- |", *rows]))
    if command.epilog:
        parts.append(inspect.cleandoc(command.epilog))
    children = [f"`{name}`" for name, child in _children(command) if not child.hidden]
    if children:
        parts.append(f"Commands: {', '.join(children)}.")
    return [part for part in parts if part]


def _row(parameter: Any) -> str | None:
    if "--help" in parameter.opts:
        return None
    is_option = parameter.param_type_name == "option"
    names = [*parameter.opts, *parameter.secondary_opts] if is_option else [_argument(parameter)]
    default = "*required*" if parameter.required and is_option else _default(parameter)
    meaning = " ".join((parameter.help or "").split())
    return f"| {', '.join(f'`{name}`' for name in names)} | {default} | {meaning} |".replace("||", r"\|\|")


def _argument(parameter: Any) -> str:
    name = (parameter.metavar or parameter.name).upper()
    return str(name if parameter.required else f"[{name.strip('[]')}]")


def _default(parameter: Any) -> str:
    value = parameter.default
    if value is None or callable(value) or value is False or value in ((), [], ""):
        return ""
    return f"`{value}`"
