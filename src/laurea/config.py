"""The configuration: one TOML file, checked whole, passed on as values.

[chains."eip155:11155111"]        # CAIP-2
rpc = ["https://one.example", "https://two.example"]
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from laurea.chain.wire import split_url
from laurea.core.account import parse_chain
from laurea.errors import ConfigError, FormatError, InputError


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration file says: the RPC URLs of every chain, by chain id."""

    rpc: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    source: Path | None = None

    @classmethod
    def load(cls, path: Path, *, required: bool) -> "Settings":
        """Read the file at `path`; raises ConfigError that names every wrong entry at once."""
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            if required:
                raise ConfigError(
                    f"there is no configuration file {path}", hint="--config or LAUREA_CONFIG names it; leave both out to do without"
                ) from error
            return cls()
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            raise ConfigError(f"{path} cannot be read: {error}") from error
        problems, rpc = _read_chains(content)
        if problems:
            raise ConfigError(f"{path} is wrong: {'; '.join(problems)}")
        return cls(rpc=rpc, source=path)


def _is_url(url: object) -> bool:
    try:
        return isinstance(url, str) and bool(split_url(url))
    except InputError:
        return False


def _read_chains(content: Mapping[str, object]) -> tuple[list[str], dict[int, tuple[str, ...]]]:
    problems = [f"unknown entry {name!r}" for name in content if name != "chains"]
    rpc: dict[int, tuple[str, ...]] = {}
    chains = content.get("chains", {})
    if not isinstance(chains, dict):
        return [*problems, "chains is not a table"], rpc
    for name, chain in chains.items():
        urls = chain.get("rpc") if isinstance(chain, dict) and set(chain) == {"rpc"} else None
        if not isinstance(urls, list) or not urls or not all(_is_url(url) for url in urls):
            problems.append(f"chains.{name!r} needs rpc = [one or more http(s) URLs] and nothing else")
            continue
        try:
            rpc[parse_chain(name)] = tuple(urls)
        except FormatError as error:
            problems.append(f"chains: {error}")
    return problems, rpc
