"""Takes the sections of a configuration file one by one, and keeps what is wrong with them."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from laurea.config.sections import ChainSettings, SignerSettings
from laurea.core.account import parse_chain
from laurea.errors import FormatError

T = TypeVar("T")


class Reader:
    """A file that is being read; `problems` has what is wrong with it so far."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        """Read this content."""
        self.problems: list[str] = []
        self._content = content
        self._known: set[str] = set()

    def section(self, name: str, kind: type[T]) -> T | None:
        """Return a section of this kind; None when there is none or it is wrong."""
        self._known.add(name)
        return self._read(name, self._content[name], kind) if name in self._content else None

    def chains(self) -> dict[int, ChainSettings]:
        """Return the chains by their ids."""
        found: dict[int, ChainSettings] = {}
        for name, chain in self._named("chains", ChainSettings).items():
            try:
                found[parse_chain(name)] = chain
            except FormatError as error:
                self.problems.append(f"chains: {error}")
        return found

    def signers(self) -> dict[str, SignerSettings]:
        """Return the signers by the names of their keys."""
        found = self._named("signers", SignerSettings)
        for name, signer in found.items():
            if (signer.url is None) == (signer.variable is None):
                self.problems.append(f"signers.{name} needs either a url or a variable")
        return found

    def refuse_unknown(self) -> None:
        """Note the sections that nobody took."""
        self.problems[:0] = [f"unknown entry {name!r}" for name in self._content if name not in self._known]

    def _named(self, name: str, kind: type[T]) -> dict[str, T]:
        self._known.add(name)
        table = self._content.get(name, {})
        if not isinstance(table, dict):
            self.problems.append(f"{name} is not a table")
            return {}
        read = {key: self._read(f"{name}.{key!r}", value, kind) for key, value in table.items()}
        return {key: value for key, value in read.items() if value is not None}

    def _read(self, where: str, value: object, kind: type[T]) -> T | None:
        if not isinstance(value, dict):
            self.problems.append(f"{where} is not a table")
            return None
        try:
            return kind(**value)
        except ValidationError as error:
            for each in error.errors(include_url=False, include_input=False):
                place = ".".join(str(part) for part in each["loc"])
                self.problems.append(f"{where}.{place}: {each['msg'].removeprefix('Value error, ')}")
        return None
