"""Resources that a credential is about to rely on, with their digests (VC 2.0, 5.3), and those whose digests are known without a look at them."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping

from laurea.core.base58 import encode as encode_base58
from laurea.core.openbadge.values import is_url, several, wrong

RESOURCES: Mapping[str, tuple[str, str, str]] = {
    "https://www.w3.org/ns/credentials/v2": (
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",  # as VC 2.0, B.1 has it
        "97f1eb8e5042356c805fdd61afa2c557663785e0794dcafa21e138fd38def18cb360133c221aa31d6896a6bf3e65b614",
        "5d55452bd2dcf8a29f5a290473eb242b1c5fb77d4e68f1a0aa87baa4dba2694852d65ec63d48ac04a99d956f9f7153b9406f84d2d04c74869b02c239a1d81305",
    ),
    "https://www.w3.org/ns/credentials/undefined-terms/v2": (
        "82dab514ba44eb18f5d1b0f638c5e140c6a556fbfb5089601bdc0fa5eb8b2581",
        "b2a66ccddba70ba67ad99c2ff52e60558df0063cea51c4ca886e25d9ea73cfabb878baf92dc2ad2bda26c31391850d68",
        "7c525ff49bc479ec5da7fccf5d56497e4be408eb269d36609cc1f6ce1f9c4ee23e4aefb53d3728b4a1cac56da6518fcfde789af23a5dfb77f4ce693eb5ed581b",
    ),
    "https://www.w3.org/ns/credentials/examples/v2": (
        "57393fbc69d6efb9b9b5dc9cb6b9880b0944360abfe2eaf459c9e58cf2279d7c",
        "ccd35b4135824944a2d1b6f3edd6ee6be45c10dbfb0ba16f966609d58f88ef6ec7b0f387773c042cc60ef4ccfaf0cdba",
        "8d563097eab123966bd7fb88a2566d19fb369112dabfde9badfd553c04e101beb230918f58f5b927881f7b32d16045f8ac0f601b4574eeb09521bfbf9e539669",
    ),
}
"""SHA-256, SHA-384 and SHA-512 of what is published at some URLs, to the byte."""

_HASHES = (("sha256", 0x12), ("sha384", 0x20), ("sha512", 0x13))  # with the multicodec codes
_SRI = re.compile(r"(sha(?:256|384|512)-[A-Za-z0-9+/_-]+)={0,2}(?:\?[\x21-\x7e]*)?", re.ASCII)  # hash-expression of SRI
_MULTIBASE = re.compile(r"u[A-Za-z0-9_-]+|z[1-9A-HJ-NP-Za-km-z]+")
_FIX = "give objects with a URL as id, each another, and with a digest: digestSRI, like sha384-…, or digestMultibase, a multihash like u… or z…"


def digest_texts(digests: tuple[str, str, str]) -> Iterator[str]:
    """Return all that stands for some digests, given in hexadecimal: as SRI without padding, and as multihash in both bases."""
    for (name, code), text in zip(_HASHES, digests, strict=True):
        value = bytes.fromhex(text)
        multihash = bytes([code, len(value)]) + value
        yield f"{name}-{b64encode(value).decode().rstrip('=')}"
        yield "u" + urlsafe_b64encode(multihash).decode().rstrip("=")
        yield "z" + encode_base58(multihash)


_KNOWN = {url: frozenset(digest_texts(digests)) for url, digests in RESOURCES.items()}


def related(value: object) -> object:
    """Demand resources with digests, and the right ones for those that are known; nothing is fetched to look at the others."""
    resources = several(value)
    if not all(isinstance(item, dict) and _is_resource(item) for item in resources) or _twice(resources):
        raise wrong(_FIX)
    for item in resources:
        url = item["id"] if isinstance(item, dict) else ""
        if url in _KNOWN and not {_plain(text) for text in _digests(item)} <= _KNOWN[url]:
            raise wrong(f"give the digest of what is published at {url}: this is that of something else")
    return value


def _is_resource(item: dict[str, object]) -> bool:
    url, digests = item.get("id"), list(_digests(item))
    kind = item.get("mediaType", "")
    return isinstance(url, str) and is_url(url) and isinstance(kind, str) and bool(digests) and all(digests)


def _digests(item: object) -> Iterator[str]:
    """Return the digests of a resource, "" for each that is none."""
    for name, form in (("digestSRI", _SRI), ("digestMultibase", _MULTIBASE)):
        if isinstance(item, dict) and name in item:
            for text in several(item[name]) or ("",):
                yield text if isinstance(text, str) and form.fullmatch(text) else ""


def _twice(resources: tuple[object, ...]) -> bool:
    urls = [item["id"] for item in resources if isinstance(item, dict)]
    return not urls or len(set(urls)) != len(urls)


def _plain(text: str) -> str:
    """Return a digest without what may be written otherwise: the alphabet of an SRI, its padding and its options."""
    found = _SRI.fullmatch(text)
    if found is None:
        return text
    name, _, value = found[1].partition("-")
    return f"{name}-{value.replace('-', '+').replace('_', '/')}"
