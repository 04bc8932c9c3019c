"""The cells of a roster: what each column takes, as values; anything else is refused with the fix (docs/roster.md)."""

import re
import unicodedata
from datetime import UTC, datetime, time
from functools import lru_cache

from laurea.core import credential, keys
from laurea.core.scale import parse_number
from laurea.errors import FormatError

MAX_CHARACTERS = 1000  # names and URLs are shorter; bounds what one row adds to a credential
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)  # what was awarded earlier is a slip of the pen
FORMULA = ("=", "+", "-", "@")  # what spreadsheets run, or did; tab and carriage return are control characters

_WIDE = "\uff1d\uff0b\uff0d\uff20"  # the same in their wide forms, which spreadsheets take for them in Chinese and Japanese
# Where the comma is that of decimals, spreadsheets part cells at semicolons, whatever quotes are around them.
_CELL_IN = re.compile(f'(;[\\s"]*)([=+@{_WIDE}-])')

# Control characters, line separators, the byte order mark, and what turns the direction of the text around it (which makes one name read as
# another); surrogates and noncharacters, which no JSON may hold (RFC 7493, 2.1). Joiners stay: many scripts need them.
_UNWANTED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
    + "]"
)
_HTTPS = re.compile(r"https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?([/?#][!#-;=?-\[\]_a-z~]*)?")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*/?^_`{|}~+=-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def check_text(text: str, *, number: bool = False) -> str:
    """Return a text that any column may hold; `number` allows one that begins with a minus sign."""
    if len(text) > MAX_CHARACTERS:
        raise FormatError(f"shorten it to {MAX_CHARACTERS:,} characters")
    unwanted = None if text.isprintable() else _UNWANTED.search(text)  # which are among what Python does not print, and slower to find
    if unwanted:
        raise FormatError(f"remove the character U+{ord(unwanted.group()):04X}, which cannot be seen")
    if text.startswith(FORMULA) and not (number and parse_number(text)):
        raise FormatError(f"begin it with another character than {text[0]}, which makes it a formula for a spreadsheet")
    return text


def harmless(text: str) -> str:
    """Return a text as the cell of a table that we hand out: no spreadsheet takes it for a formula."""
    text = _CELL_IN.sub(r"\1'\2", text)
    return f"'{text}" if text.startswith((*FORMULA, *_WIDE, "\t", "\r")) else text


def learner(text: str) -> str:
    """Take the issuer's own identifier of a learner, exactly as it is: another spelling would be another learner."""
    if text != text.strip():
        raise FormatError("remove the blanks around it")
    if text.isascii():  # in which nothing is unseen but what no column may hold
        return text
    if not unicodedata.is_normalized("NFC", text):
        raise FormatError("write it in Unicode normal form NFC, other systems may not take it for the same learner")
    for character in text:
        if character != " " and unicodedata.category(character) in {"Cf", "Zs"}:
            raise FormatError(f"remove the character U+{ord(character):04X}, which cannot be seen")
    return text


def name(text: str) -> str:
    """Take a person's name in any script, in normal form NFC."""
    return unicodedata.normalize("NFC", text)


def https_url(text: str) -> str:
    """Take an https URL."""
    if len(text) > MAX_CHARACTERS or not _HTTPS.fullmatch(text):
        raise FormatError("give a URL like https://example.edu/evidence/1, with other characters than ASCII percent-encoded")
    return text


def holder(text: str) -> str:
    """Take the did:key of the learner's wallet."""
    if not keys.is_ed25519_did(text):  # as nearly all are
        keys.public_of_did_key(text)
    return text


def email(text: str) -> str:
    """Take a mail address; the part behind the @ is in ASCII (IDNA)."""
    if not is_email(text):
        raise FormatError("give a mail address like ada@example.edu")
    return text


def is_email(text: str) -> bool:
    """Tell whether a text is a mail address that any server takes."""
    return _MAIL.fullmatch(text) is not None and ".." not in text.partition("@")[0]


def awarded(text: str, *, now: datetime) -> datetime:
    """Take when something was awarded; a date alone is the begin of that day in UTC."""
    moment = _moment(text, time())
    if moment > now:
        raise FormatError(f"give a time that is not in the future, it is {credential.format_time(now)}")
    if moment < EARLIEST:
        raise FormatError(f"give a date from {EARLIEST.year} on")
    return moment


def valid_until(text: str, *, now: datetime) -> datetime:
    """Take until when a credential holds; a date alone is the end of that day in UTC."""
    moment = _moment(text, time(23, 59, 59))
    if moment <= now:
        raise FormatError(f"give a time in the future, it is {credential.format_time(now)}")
    return moment


@lru_cache(maxsize=4096)  # the days of one roster are few
def _moment(text: str, time_of_day: time) -> datetime:
    try:
        if _DATE.fullmatch(text):
            return datetime.combine(datetime.fromisoformat(text), time_of_day, tzinfo=UTC)
        if _TIME.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        pass
    raise FormatError("give a date like 2026-11-20, or a time with its zone like 2026-11-20T09:30:00+01:00")
