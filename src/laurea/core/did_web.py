"""did:web: where the document of such a DID is (did:web Method Specification, 3.2, Read)."""

import re
from urllib.parse import unquote

from laurea.errors import FormatError

DID_WEB = "did:web:"

# A host name, with a port behind an encoded colon, and path segments: no dot segments, nothing that a URL would read otherwise.
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(%3[Aa][0-9]{1,5})?")
_SEGMENT = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._~-]+")


def location(did: str) -> tuple[str, str]:
    """Return the host, with its port if there is one, and the path of a did:web's document; raises FormatError for any other DID."""
    host, *segments = did.removeprefix(DID_WEB).split(":")
    if not did.startswith(DID_WEB) or not _HOST.fullmatch(host) or not all(map(_SEGMENT.fullmatch, segments)):
        raise FormatError(f"{did[:80]!r} is not a did:web")
    return unquote(host), "/" + "/".join([*segments, "did.json"] if segments else [".well-known", "did.json"])
