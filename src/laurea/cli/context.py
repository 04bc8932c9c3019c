"""What the options before the command chose, for the commands below it."""

import os
from dataclasses import dataclass
from pathlib import Path

import typer

from laurea.config import Settings
from laurea.errors import ConfigError

CONFIG_VARIABLE = "LAUREA_CONFIG"


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `laurea` itself."""

    settings: Settings
    file: Path
    """Where the configuration is, or would be."""

    def rpc_of(self, chain_id: int, given: list[str] | None = None) -> tuple[str, ...]:
        """Return the RPC URLs for a chain: those given on the command line, else the configured ones; raises ConfigError."""
        urls = tuple(given) if given else self.settings.rpc.get(chain_id, ())
        if not urls:
            raise ConfigError(
                f"no RPC URL for chain eip155:{chain_id}",
                hint=f'pass --rpc URL, or name it in the configuration under [chains."eip155:{chain_id}"]',
            )
        return urls


def command_group(about: str) -> typer.Typer:
    """Return a group of commands that prints its help as plain text."""
    return typer.Typer(help=about, no_args_is_help=True, add_completion=False, rich_markup_mode=None)


def load(path: Path | None) -> Options:
    """Read the configuration: the file given, else the one that LAUREA_CONFIG names, else the user's, if there is one."""
    named = path or (Path(os.environ[CONFIG_VARIABLE]) if CONFIG_VARIABLE in os.environ else None)
    default = Path(typer.get_app_dir("laurea")) / "config.toml"
    file = named or default
    return Options(Settings.load(file, required=named is not None), file)


def options(context: typer.Context) -> Options:
    """Return the options that `laurea` was called with."""
    found = context.find_object(Options)
    if found is None:  # pragma: no cover - main() always sets them
        raise ConfigError("the command was called without its context")
    return found
