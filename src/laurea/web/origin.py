"""Whether a form was sent by a page of ours: browsers say where a request comes from, and no page can make them say otherwise."""

from urllib.parse import urlsplit

from fastapi import Request

from laurea.web.problems import HttpProblem

OURS = ("same-origin", "none")  # "none": the user themselves


def require_own_page(request: Request) -> None:
    """Refuse what another site's page has a browser send (Fetch Metadata; where a browser lacks that, RFC 6454); raises HttpProblem 403."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    ours = site in OURS if site is not None else origin is None or _place(origin) == request.headers.get("host", "").lower()
    if not ours:
        raise HttpProblem(403, "this can be asked from a page of this service only")


def _place(origin: str) -> str | None:
    """Return the host and port of an origin, None for what is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None
