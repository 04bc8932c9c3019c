"""An archive of files: a tar of plain files with a manifest of their hashes at its end, written whole or not at all, and read with distrust."""

import io
import json
import os
import re
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from laurea.core import canonical
from laurea.core.canonical import JsonObject
from laurea.errors import FormatError, InputError

MANIFEST = "manifest.json"
MAX_MANIFEST_BYTES = 256 << 20  # two million files, with a hash each
MAX_FILES = 5_000_000
MAX_BYTES = 1 << 40  # of all files together
CHUNK = 1 << 20


def write(target: Path, files: Iterable[tuple[str, Path]], about: Mapping[str, str]) -> int:
    """Write files into a new archive, each under its name, and return how many; raises InputError when there is something at `target`.

    A file that is gone by now is left out: it was removed while the archive was made.
    """
    if target.exists():
        raise InputError(f"there is something at {target} already", hint="name a new file")
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.tmp-", dir=target.parent)
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error.strerror}") from error
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            hashes = _fill(raw, files, about)
            raw.flush()
            os.fsync(raw.fileno())
        os.link(temporary, target)  # unlike a rename, never over something that came meanwhile
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)
    return len(hashes)


def extract(source: Path, folder: Path, *, names: re.Pattern[str]) -> JsonObject:
    """Put the files of an archive into a new folder and return its manifest; only files with these names are taken.

    Raises FormatError for anything that `write` does not make, or that was damaged or altered; the folder is then to be thrown away.
    """
    hashes: dict[str, str] = {}
    manifest: JsonObject | None = None
    try:
        with tarfile.open(source, "r:") as archive:
            for member in archive:
                if manifest is not None or not member.isreg() or len(hashes) >= MAX_FILES:
                    raise FormatError(f"{source} is no backup: {member.name!r} does not belong there")
                if member.name == MANIFEST:
                    manifest = _read_manifest(archive, member)
                    continue
                if names.fullmatch(member.name) is None or member.name in hashes or member.size > MAX_BYTES:
                    raise FormatError(f"{source} is no backup: {member.name!r} does not belong there")
                hashes[member.name] = _unpack(archive, member, folder / member.name)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise FormatError(f"{source} is no backup, or is damaged") from error
    except OSError as error:
        raise InputError(f"{source} cannot be read: {error.strerror}") from error
    if manifest is None or manifest.get("files") != hashes:
        raise FormatError(f"{source} is damaged: its files are not those that it names")
    return manifest


def _fill(raw: io.BufferedWriter, files: Iterable[tuple[str, Path]], about: Mapping[str, str]) -> dict[str, str]:
    hashes: dict[str, str] = {}
    with tarfile.open(fileobj=raw, mode="w:", format=tarfile.PAX_FORMAT) as archive:
        for name, path in files:
            try:
                content = path.open("rb")
            except FileNotFoundError:
                continue
            with content:
                member = _member(name, os.fstat(content.fileno()).st_size)
                hashing = _Hashing(content)
                archive.addfile(member, hashing)
                hashes[name] = hashing.digest
        manifest = json.dumps({**about, "files": hashes}, sort_keys=True).encode()
        archive.addfile(_member(MANIFEST, len(manifest)), io.BytesIO(manifest))
    return hashes


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, content: io.BufferedReader) -> None:
        self._content = content
        self._hash = sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._content.read(size)
        self._hash.update(data)
        return data

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def _read_manifest(archive: tarfile.TarFile, member: tarfile.TarInfo) -> JsonObject:
    content = archive.extractfile(member)
    if content is None or member.size > MAX_MANIFEST_BYTES:
        raise FormatError("the backup's manifest is too large")
    manifest = canonical.parse(content.read(), max_bytes=MAX_MANIFEST_BYTES)
    if not isinstance(manifest, dict):
        raise FormatError("the backup's manifest is no object")
    return manifest


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> str:
    content, digest = archive.extractfile(member), sha256()
    if content is None:  # pragma: no cover - it is a regular file
        raise FormatError("the backup has something that is no file")
    target.parent.mkdir(mode=0o700, exist_ok=True)
    with open(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:  # noqa: PTH123 - with this mode from the beginning
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()
