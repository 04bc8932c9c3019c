"""Ed25519 over RFC 8785 (VC Data Integrity EdDSA Cryptosuites 1.0, section 3.3)."""

from laurea.core import canonical, keys
from laurea.core.cryptosuites.suite import Suite

SUITE = Suite("eddsa-jcs-2022", keys.KEY_BYTES, canonical.dump, carries_context=True)
