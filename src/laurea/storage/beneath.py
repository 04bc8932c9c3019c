"""Files below a folder by names that strangers chose: no name leads out of it, and no link is followed."""

import os
import stat
from contextlib import ExitStack
from pathlib import Path

from laurea.errors import InputError

FIX = "name a file in the folder or below it"


def read(folder: Path, name: str, *, limit: int) -> bytes:
    """Return the bytes of the regular file that a name with slashes means below a folder, at most `limit`.

    Raises InputError for a name that is absolute or has `..` in it, for a link anywhere on the way, and for what cannot be read.
    """
    parts = name.split("/")
    if name.startswith("/") or "\0" in name or "\\" in name or any(part in {"", ".", ".."} for part in parts):
        raise InputError(f"{name!r} is no plain name of a file", hint=f"{FIX}, without .. and with / between folders")
    with ExitStack() as opened:
        try:
            # Each step is taken from the folder before it: what is put in the way meanwhile does not lead elsewhere.
            place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            opened.callback(os.close, place)
            for part in parts[:-1]:
                place = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=place)
                opened.callback(os.close, place)
            file = opened.enter_context(os.fdopen(os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=place), "rb"))
            regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            data = file.read(limit + 1) if regular else b""
        except OSError as error:
            raise InputError(f"{name!r} cannot be read: {error.strerror}", hint=f"{FIX}; links are not followed") from error
    if not regular:
        raise InputError(f"{name!r} is no regular file", hint=FIX)
    if len(data) > limit:
        raise InputError(f"{name!r} is larger than {limit:,} bytes")
    return data
