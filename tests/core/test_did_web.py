"""did:web: where the document of a DID is, and what is none."""

import pytest

from laurea.core.did_web import location
from laurea.errors import FormatError


@pytest.mark.parametrize(
    ("did", "host", "path"),
    [
        ("did:web:w3c-ccg.github.io", "w3c-ccg.github.io", "/.well-known/did.json"),
        ("did:web:w3c-ccg.github.io:user:alice", "w3c-ccg.github.io", "/user/alice/did.json"),
        ("did:web:example.com%3A3000:user:alice", "example.com:3000", "/user/alice/did.json"),
        ("did:web:localhost%3a8443", "localhost:8443", "/.well-known/did.json"),
    ],
)
def test_the_place_of_a_document_is_that_of_the_specification(did: str, host: str, path: str) -> None:
    assert location(did) == (host, path)


@pytest.mark.parametrize(
    "did",
    [
        "",
        "did:key:z6Mk",
        "did:web:",
        "did:web:a..b",
        "did:web:.a",
        "did:web:a:",
        "did:web:a::b",
        "did:web:a:..",
        "did:web:a:.",
        "did:web:a:b%2Fc",
        "did:web:a%2Fb",
        "did:web:a/b",
        "did:web:user@a",
        "did:web:a%3A",
        "did:web:a%3A80x",
        "did:web:a?b",
        "did:web:a#b",
        "did:web:a b",
        "did:web:ä.example",
        "DID:web:a",
    ],
)
def test_anything_else_has_no_place(did: str) -> None:
    with pytest.raises(FormatError, match="is not a did:web"):
        location(did)
