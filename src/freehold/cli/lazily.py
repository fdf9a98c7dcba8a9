"""Groups of commands whose modules are imported to run one, and not to list them, so that light ones stay light."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


def group(commands: Mapping[str, str], prefix: str) -> type[TyperGroup]:
    """The class of a group: names and what each does, in the order of the help.

    The module called `prefix` and then the command's name holds its ``app``: a command, or a group of more.
    """

    class Lazily(TyperGroup):
        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # the library's signature
            return list(commands)

        def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:  # noqa: ARG002  # as above
            return TyperCommand(cmd_name, help=commands[cmd_name]) if cmd_name in commands else None

        def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
            # The nearest word is suggested from the names that the group holds.
            self.commands = {name: TyperCommand(name) for name in commands}
            name, command, rest = super().resolve_command(ctx, args)
            if name is None:
                return name, command, rest
            loaded = typer.main.get_command(import_module(f"{prefix}{name}").app)
            loaded.name = name
            return name, loaded, rest

    return Lazily
