"""The link that adds a credential to a LinkedIn profile, its form filled in. Nothing is sent but by the browser that follows it."""

from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from laurea.artefacts.plain import plain, title_of
from laurea.artefacts.words import words_of
from laurea.core.summary import Summary
from laurea.errors import InputError

FORM = "https://www.linkedin.com/profile/add"

# Characters of a field; LinkedIn says nowhere what it takes, and these fit into what browsers and it are known to.
MAX_NAME = 255
MAX_ID = 500
MAX_URL = 1_000


def add_to_profile(summary: Summary, url: str, *, language: str = "") -> str:
    """Return the link; `url` is where everybody who sees the profile can look at the credential. Raises InputError when it is not https."""
    check_https(url)
    fields = [
        ("startTask", "CERTIFICATION_NAME"),
        ("name", _cut(title_of(summary, words_of(language)))),
        ("organizationName", _cut(summary.issuer_name or summary.issuer)),
        *_month("issue", summary.awarded or summary.valid_from),
        *_month("expiration", summary.valid_until),
        ("certUrl", url),
        ("certId", summary.id if len(summary.id) <= MAX_ID else ""),
    ]
    # `quote` leaves no character that means something in a query, and writes a space as %20, which all servers read alike.
    return f"{FORM}?" + "&".join(f"{name}={quote(value, safe='', errors='replace')}" for name, value in fields if value)


def check_https(url: str) -> None:
    """Refuse what is no address of a page that others can open safely; raises InputError."""
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:  # of an IPv6 address that is none
        good = False
    if not good or not url.isprintable() or " " in url or len(url) > MAX_URL:
        raise InputError(f"{plain(url)[:80]!r} is not an https address of at most {MAX_URL:,} characters", hint="give one like https://…")


def _month(name: str, moment: datetime | None) -> list[tuple[str, str]]:
    if moment is None:
        return []
    at = moment.astimezone(UTC)
    return [(f"{name}Year", str(at.year)), (f"{name}Month", str(at.month))]


def _cut(text: str) -> str:
    words = plain(text)
    return words if len(words) <= MAX_NAME else words[: MAX_NAME - 1] + "…"
