"""Names of files that come from somebody else: made harmless, and told from those that are not."""

import unicodedata

MAX_NAME = 100  # characters, with which the name fits any file system in UTF-8
FALLBACK = "file"

_KEPT = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # parts of words in several scripts
_REFUSED = '<>:"/\\|?*'
# What Windows takes for a device, whatever the ending.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}


def plain(name: str) -> str:
    """Return the name of a file without folders, control characters and what a file system could take for something else."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    letters = ("_" if letter in _REFUSED or not (letter.isprintable() or letter in _KEPT) else letter for letter in last)
    stem, dot, ending = "".join(letters).strip(" .").rpartition(".")
    room = MAX_NAME - len(dot + ending)
    short = f"{stem[:room].rstrip(' .')}{dot}{ending}" if room > 0 and stem else (stem + dot + ending)[:MAX_NAME].rstrip(" .")
    return f"_{short}" if short.partition(".")[0].casefold() in _DEVICES else short or FALLBACK


def is_plain(name: str) -> bool:
    """Tell whether a name is one that `plain` leaves as it is."""
    return plain(name) == name
