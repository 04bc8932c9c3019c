"""What is handed in as evidence (files, folders, zips), checked, for the commands that put credentials beside something."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import typer

from laurea.cli import carrying, output
from laurea.cli.context import options
from laurea.cli.fetching import sources_of
from laurea.cli.memory import memory_of
from laurea.cli.verifier_documents import Documents
from laurea.cli.verifier_options import Asked, Known
from laurea.core.checked import Checked
from laurea.core.presentation import Demand
from laurea.core.presented import Presented
from laurea.errors import InputError
from laurea.services.stapled import parse_block
from laurea.services.verifying import Verifying
from laurea.storage import files
from laurea.storage.collection import Collection

MOST_FILES = 10_000  # what is found in them is held together
MOST_CREDENTIALS = 20_000


@dataclass(frozen=True, slots=True)
class Means:
    """The options of `laurea verify` that say with what is verified, as they were given."""

    rpc: list[str] | None
    proof: bool
    block_hash: list[str] | None
    trust: list[Path] | None
    trust_signer: str | None
    status_list: list[Path] | None
    accreditation: list[Path] | None
    issuer_profile: list[Path] | None
    no_fetch: bool
    memory: str | None
    audience: str | None = None
    challenge: str | None = None

    def verifying(self, ctx: typer.Context, read: Sequence[Path]) -> Verifying:
        """Return what verifies with them; `read` are the other files that are read. Raises InputError."""
        if (self.audience is None) != (self.challenge is None):
            raise InputError("--audience and --challenge go together: the holder signs both")
        demand = None if self.audience is None or self.challenge is None else Demand(self.audience, self.challenge)
        settings = options(ctx).settings
        known = Known(
            tuple(self.accreditation or ()),
            sources_of(settings, no_fetch=self.no_fetch),
            tuple(map(parse_block, self.block_hash or ())),
            tuple(self.issuer_profile or ()),
        )
        given = tuple(self.rpc or ()), tuple(self.trust or ()), self.trust_signer, tuple(self.status_list or ())
        asked = Asked(*given, memory=memory_of(self.memory, settings), proof=self.proof, known=known)
        output.apart((*read, *asked.files), ())
        return asked.verifying(settings.rpc, demand)


@dataclass(frozen=True, slots=True)
class Handed:
    """One file that was handed in: whose it is (the folder in it, or the file itself), its name, and what it shows, or why that is not known."""

    group: tuple[int, str]
    file: str
    digest: bytes
    checked: tuple[Checked, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    group: tuple[int, str]
    name: str
    data: bytes | InputError


def handed_in(paths: Sequence[Path], verifying: Verifying, at: datetime) -> list[Handed]:
    """Check all that was handed in, as of `at`; raises InputError when there is nothing, or more than is held."""
    found: list[Handed] = []
    count = 0
    with Documents() as documents:
        given = ((each, each.data) for each in _bounded(_files(paths, documents)))
        for each, reports in verifying.verify_each(given, at=at):
            if isinstance(reports, InputError) or isinstance(each.data, InputError):
                found.append(Handed(each.group, each.name, sha256(str(reports).encode()).digest(), problem=str(reports)))
                continue
            shown = Presented.parse(each.data).shown
            checked = tuple(Checked(each.name, one.credential, report) for one, report in zip(shown, reports, strict=True))
            count += len(checked)
            if count > MOST_CREDENTIALS:
                raise InputError(f"there are more than {MOST_CREDENTIALS:,} credentials", hint="take fewer at a time")
            found.append(Handed(each.group, each.name, sha256(each.data).digest(), checked))
    if not found:
        raise InputError("there is no file to check")
    return found


def _bounded(given: Iterator[_File]) -> Iterator[_File]:
    for number, each in enumerate(given, 1):
        if number > MOST_FILES:
            raise InputError(f"there are more than {MOST_FILES:,} files", hint="take fewer at a time")
        yield each


def _files(paths: Sequence[Path], documents: Documents) -> Iterator[_File]:
    for number, path in enumerate(paths):
        if not Collection.is_one(path):
            yield _File((number, path.stem), path.name, documents.of(_read(path)))
            continue
        collection = Collection(path, limit=carrying.MAX_FILE)
        for name, raw in collection.files():
            folder, below, _ = name.replace(os.sep, "/").partition("/")
            yield _File((number, folder if below else Path(name).stem), name, documents.of(raw))
        left_out = "; ".join(f"{count:,} {reason}" for reason, count in sorted(collection.left_out.items()))
        if left_out:
            output.talk(f"left out of {path}: {left_out}")


def _read(path: Path) -> bytes | InputError:
    if not path.exists():
        raise InputError(f"{path} does not exist")
    try:
        return files.read(path, limit=carrying.MAX_FILE)
    except InputError as error:
        return error
