"""Add to the configuration file what a command was told; all that is there stays as it is, comments too."""

import json
import stat
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from laurea.core.account import chain_name
from laurea.errors import ConfigError
from laurea.storage import files

OWN = 0o600  # of a new file: URLs of nodes hold keys


def add_chain(path: Path, chain_id: int, urls: Sequence[str]) -> bool:
    """Name a chain and its RPC URLs in a configuration file, which is made if there is none; tell whether they were not there yet.

    The file is replaced at once or not at all. Raises ConfigError when the chain is there with other URLs, or the file cannot be added to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{path.parent} cannot be made: {error.strerror}") from error
    with files.lock(path, create=True):
        text = path.read_text(encoding="utf-8")
        added = _with_chain(text, chain_name(chain_id), urls, path)
        if added is not None:
            files.replace(path, added.encode(), mode=stat.S_IMODE(path.stat().st_mode) if text else OWN)
    return added is not None


def _with_chain(text: str, name: str, urls: Sequence[str], path: Path) -> str | None:
    """Return the text with a section more; None when it says just that already."""
    # JSON's texts of printable ASCII, which URLs are, are TOML's, too.
    section = f'[chains."{name}"]\nrpc = {json.dumps(list(urls))}\n'
    before = tomllib.loads(text)
    chains: dict[str, Any] = before.get("chains", {})
    if name in chains:
        if list(chains[name].get("rpc", ())) == list(urls):
            return None
        raise ConfigError(f"{path} has other nodes for {name}", hint=f'change them there, under [chains."{name}"]')
    added = f"{text}{'' if text.endswith(chr(10)) or not text else chr(10)}{chr(10) if text else ''}{section}"
    try:
        fits = tomllib.loads(added) == {**before, "chains": {**chains, name: {"rpc": list(urls)}}}
    except tomllib.TOMLDecodeError:  # the chains stand in one inline table, which cannot be added to
        fits = False
    if not fits:
        raise ConfigError(f"{path} cannot be added to as it is written", hint='write each chain as a section of its own, [chains."…"]')
    return added
