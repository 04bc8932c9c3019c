"""Where platforms say whether a certificate or badge of theirs is good: their addresses are recognised, and nobody is asked (docs/history.md)."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from laurea.errors import FormatError

MAX_URL = 2000  # characters
TRACKING = re.compile(r"utm_.*|identity__.*|fbclid|gclid|lipi|trk|source|_gl", re.IGNORECASE)  # identity__email is the learner's address

_LINK = re.compile(r"https?://[^\s\x00-\x20\x7f<>\"{}|\\^`]+", re.IGNORECASE)
_CODE = r"[A-Za-z0-9_-]{4,128}"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_CREDLY_DOCUMENT = "https://api.credly.com/v1/obi/v2/badge_assertions/{id}"
_BADGR_DOCUMENT = "https://{api}/public/assertions/{id}?v=2_0&expand=badge&expand=badge.issuer"
_BADGR_SITE = re.compile(r"(?:([a-z]{2})\.)?badgr\.com")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something can be checked by hand: whose site, the address without what only tracks its reader, and that of the document, if there is one."""

    platform: str
    url: str
    document: str = ""  # of Open Badges 2.0 in JSON, "" when the site gives none


@dataclass(frozen=True, slots=True)
class _Site:
    platform: str
    host: re.Pattern[str]
    path: re.Pattern[str]  # the part that stays is group 0; what follows it is for the eyes alone
    document: str = ""


def _site(platform: str, host: str, path: str, document: str = "") -> _Site:
    return _Site(platform, re.compile(host), re.compile(path), document)


SITES = (
    _site(
        "Coursera",
        r"(?:www\.)?coursera\.org",
        rf"/(?:verify(?:/(?:specialization|professional-cert|certificate))?|account/accomplishments/(?:[a-z-]+/){{1,3}}|share)/?{_CODE}(?=/|$)",
    ),
    _site("edX", r"courses\.edx\.org", r"/certificates/(?:[0-9a-f]{32}|user/\d+/course/[^/]+|course/[^/]+)(?=/|$)"),
    _site("edX", r"credentials\.edx\.org", r"/credentials/[0-9a-f-]{32,36}(?=/|$)"),
    _site("edX", r"verify\.edx(?:online)?\.org", r"/cert/[0-9a-f]{32}(?=/|$)"),
    _site("Udacity", r"confirm\.udacity\.com", rf"/(?:e/{_UUID}|[A-Z0-9]{{6,12}})(?=/|$)"),
    _site("Udacity", r"graduation\.udacity\.com", rf"/confirm/(?:e/{_UUID}|[A-Z0-9]{{6,12}})(?=/|$)"),
    _site("Udacity", r"(?:www\.)?udacity\.com", rf"/certificate/(?:e/{_UUID}|[A-Z0-9]{{6,12}})(?=/|$)"),
    _site("LinkedIn Learning", r"(?:[a-z]{2,3}\.)?linkedin\.com", r"/learning/certificates/[A-Za-z0-9_-]{16,128}(?=/|$)"),
    _site("Credly", r"(?:www\.)?(?:credly|youracclaim)\.com", rf"/badges/(?P<id>{_UUID})(?=/|$)", _CREDLY_DOCUMENT),
    _site("Credly", r"api\.(?:credly|youracclaim)\.com", rf"/v1/obi/v2/(?:badge_)?assertions/(?P<id>{_UUID})(?=/|$)", _CREDLY_DOCUMENT),
    _site(
        "Badgr",
        r"(?:api\.)?(?:[a-z]{2}\.)?badgr\.(?:com|io)|(?:[a-z]{2}\.)?badges\.parchment\.com",
        rf"/public/assertions/(?P<id>{_CODE})(?=/|\.json$|$)",
        _BADGR_DOCUMENT,
    ),
)


def place_of(url: str) -> Place:
    """Return where a link leads to; any site is taken, and named by its host when it is none that is known; raises FormatError for what is no link."""
    given = url.strip()
    try:
        parts = urlsplit(given) if len(given) <= MAX_URL and _LINK.fullmatch(given) else None
        host, port = (parts.hostname or "", parts.port) if parts else ("", None)
    except ValueError:
        parts, host, port = None, "", None
    if parts is None or not host or "@" in parts.netloc:
        raise FormatError("this is no link to a page", hint="a link begins with https://, for example https://www.coursera.org/verify/…")
    found = _known(host, parts.path) if port is None else None
    return found or Place(host, f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path}{_query(parts.query)}")


def links_in(text: str) -> list[Place]:
    """Return the places of known platforms that a text names, with or without https:// before them."""
    words = re.findall(r"(?:https?://)?(?:[a-z0-9-]+\.){1,3}[a-z]{2,4}/[^\s<>\"()]{4,200}", text, re.IGNORECASE)
    found = [_known(*_parts(word.rstrip(".,;"))) for word in words[:100]]
    return list(dict.fromkeys(filter(None, found)))


def _parts(word: str) -> tuple[str, str]:
    host, _, path = re.sub(r"^https?://", "", word, flags=re.IGNORECASE).partition("/")
    return host.lower(), "/" + path.partition("?")[0].partition("#")[0]


def _known(host: str, path: str) -> Place | None:
    for site in SITES:
        kept = site.path.match(path) if site.host.fullmatch(host) else None
        if kept:
            return Place(site.platform, f"https://{host}{quote(kept[0], safe='/:+._-~%')}", _document(site, host, kept))
    return None


def _document(site: _Site, host: str, kept: re.Match[str]) -> str:
    if site.document != _BADGR_DOCUMENT:
        return site.document.format(**kept.groupdict())
    page = _BADGR_SITE.fullmatch(host)  # whose documents another host has
    api = f"api.{page[1]}.badgr.io" if page and page[1] else "api.badgr.io" if page else host
    return site.document.format(api=api, **kept.groupdict()) if api.startswith("api.") else ""


def _query(query: str) -> str:
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True)[:20] if not TRACKING.fullmatch(name)]
    return f"?{urlencode(kept)}" if kept else ""
