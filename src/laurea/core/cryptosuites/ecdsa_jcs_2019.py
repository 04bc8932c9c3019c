"""P-256 over RFC 8785 (VC Data Integrity ECDSA Cryptosuites 1.0, section 3.3)."""

from laurea.core import canonical, p256
from laurea.core.cryptosuites.suite import Suite

SUITE = Suite("ecdsa-jcs-2019", p256.PUBLIC_BYTES, canonical.dump, carries_context=True)
