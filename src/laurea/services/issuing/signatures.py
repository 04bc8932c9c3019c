"""The issuer's own signatures under the credentials of one batch."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from laurea.core import signature
from laurea.core.canonical import JsonObject
from laurea.core.cryptosuites import SUITES
from laurea.core.cryptosuites.suite import Suite
from laurea.core.linked_data.shapes import Shapes
from laurea.core.secured_form import Signing
from laurea.core.signature import SignatureKey

DEFAULT = ("eddsa-rdfc-2022", "eddsa-jcs-2022")  # in this order: deployed verifiers look at the first (DESIGN.md section 6)


class Signatures:
    """Signs the documents of one batch, which have few shapes: each goes through JSON-LD once."""

    def __init__(self, key: SignatureKey, method: str, suites: Sequence[str], created: datetime) -> None:
        """Sign with these suites, in this order; `created` is what the proofs say, so that a second release gives the same bytes."""
        shapes = Shapes()
        options = [signature.proof_options(name, method=method, purpose="assertionMethod", created=created) for name in suites]
        fast = [_fast(SUITES[name], shapes) for name in suites]
        self.signing = Signing(key, list(zip(fast, options, strict=True)), shapes)

    def under(self, document: JsonObject) -> list[JsonObject]:
        """Return the proofs over a document; raises FormatError when a suite cannot take it."""
        return [signature.secure(document, self.signing.key, options, suite=suite) for suite, options in self.signing.ways]


def _fast(suite: Suite, shapes: Shapes) -> Suite:
    return suite if suite.carries_context else replace(suite, transform=shapes.canonical_bytes)
