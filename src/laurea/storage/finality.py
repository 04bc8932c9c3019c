"""The newest final block of each chain that a verifier has seen: one small file, about chains and nothing else."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from laurea.core import canonical
from laurea.core.account import chain_name, parse_chain
from laurea.core.canonical import Json, JsonObject
from laurea.core.finality import Remembered
from laurea.errors import FormatError, InputError
from laurea.storage import files

VERSION = 1
MAX_BYTES = 64 << 10
MOST_CHAINS = 100
HASH_BYTES = 32


class FinalityFile:
    """The file, by its path; it begins to exist when there is something to remember. Several processes may use it at once."""

    def __init__(self, path: Path) -> None:
        """Read nothing yet."""
        self.path = path

    def recall(self, chain_id: int) -> Remembered | None:
        """Return what is remembered of a chain; raises InputError when the file cannot be read, or is something else."""
        with _folder_unsaid(self.path):
            return self._read().get(chain_id)

    def keep(self, chain_id: int, before: Remembered | None, now: Remembered) -> None:
        """Remember `now` in place of what was recalled; raises InputError when it cannot be written.

        When another process has remembered something else meanwhile, that stays, unless `now` says that a block was replaced.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"the folder of {self.path.name} cannot be made: {error.strerror}") from error
        with _folder_unsaid(self.path), files.lock(self.path, create=True):
            chains = self._read()
            if chains.get(chain_id) != before and not now.replaced_by:
                return
            chains.pop(chain_id, None)  # the one that was seen last stands last
            self._write({**_fewer(chains), chain_id: now})

    def forget(self, chain_id: int) -> Remembered | None:
        """Forget a chain and return what was remembered of it; raises InputError as the others do."""
        if chain_id not in self._read():
            return None
        with files.lock(self.path, create=True):
            chains = self._read()
            found = chains.pop(chain_id, None)
            if found is not None:
                self._write(chains)
        return found

    def _read(self) -> dict[int, Remembered]:
        try:
            raw = files.read(self.path, limit=MAX_BYTES)
        except InputError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return {}
            raise
        try:
            # Empty is a file that another process has just made, and holds the lock of.
            return _parse(canonical.parse(raw)) if raw else {}
        except FormatError as error:
            raise InputError(f"{self.path} is not what laurea remembers of final blocks: remove it, or name another file") from error

    def _write(self, chains: Mapping[int, Remembered]) -> None:
        document: JsonObject = {"version": VERSION, "chains": [_document(chain_id, each) for chain_id, each in chains.items()]}
        files.replace(self.path, canonical.encode(document) + b"\n")


@contextmanager
def _folder_unsaid(path: Path) -> Iterator[None]:
    """Say what is wrong without the folder: it becomes part of a report, which others read."""
    try:
        yield
    except InputError as error:
        raise InputError(str(error).replace(f"{path.parent}/", ""), hint=error.hint) from error


def _fewer(chains: dict[int, Remembered]) -> dict[int, Remembered]:
    """Return the chains without the one that was seen longest ago, if there are too many; what is in dispute stays."""
    spare = [chain_id for chain_id, each in chains.items() if not each.replaced_by]
    if len(chains) < MOST_CHAINS:
        return chains
    if not spare:
        raise InputError(
            f"blocks of {len(chains)} chains were replaced, and no more are remembered", hint="laurea chain forget CHAIN takes one out"
        )
    return {chain_id: each for chain_id, each in chains.items() if chain_id != spare[0]}


def _document(chain_id: int, each: Remembered) -> Json:
    more: JsonObject = {"replacedBy": "0x" + each.replaced_by.hex()} if each.replaced_by else {}
    return {"chain": chain_name(chain_id), "number": each.number, "hash": "0x" + each.hash.hex(), **more}


def _parse(value: Json) -> dict[int, Remembered]:
    chains = value.get("chains") if isinstance(value, dict) and value.get("version") == VERSION else None
    if not isinstance(chains, list):
        raise FormatError("not of this version")
    return dict(map(_remembered, chains))


def _remembered(value: Json) -> tuple[int, Remembered]:
    if not isinstance(value, dict) or set(value) - {"replacedBy"} != {"chain", "number", "hash"}:
        raise FormatError("not a block")
    number = value["number"]
    if type(number) is not int or number < 0:  # True is no number
        raise FormatError("not a number")
    replaced_by = _hash(value["replacedBy"]) if "replacedBy" in value else b""
    return parse_chain(value["chain"]), Remembered(number, _hash(value["hash"]), replaced_by)


def _hash(value: Json) -> bytes:
    try:
        found = bytes.fromhex(str(value).removeprefix("0x"))
    except ValueError as error:
        raise FormatError("not a hash") from error
    if len(found) != HASH_BYTES:
        raise FormatError("not a hash")
    return found
