"""Ed25519 over RDFC-1.0 (VC Data Integrity EdDSA Cryptosuites 1.0, section 3.2)."""

from laurea.core import keys, linked_data
from laurea.core.cryptosuites.suite import Suite

SUITE = Suite("eddsa-rdfc-2022", keys.KEY_BYTES, linked_data.canonical_bytes, carries_context=False)
