"""A group of commands that are imported when they are called: nobody waits for what another command needs."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup
from typer.main import get_command


class Later(TyperGroup):
    """Commands by name, each as "module:function" of this package, or "module:app" of a group; they come in the order of the table."""

    table: ClassVar[Mapping[str, str]]

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override] # noqa: ARG002
        """Return the names in the order of the help."""
        return list(self.table)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override] # noqa: ARG002
        """Return the command of that name, if there is one."""
        if cmd_name not in self.table:
            return None
        module, _, function = self.table[cmd_name].partition(":")
        found = getattr(import_module(f"{__package__}.{module}"), function)
        if isinstance(found, typer.Typer):
            group = get_command(found)
            group.name = cmd_name
            return group
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(cmd_name)(found)
        return get_command(alone)
