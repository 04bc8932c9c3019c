"""P-256 over RDFC-1.0 (VC Data Integrity ECDSA Cryptosuites 1.0, section 3.2)."""

from laurea.core import linked_data, p256
from laurea.core.cryptosuites.suite import Suite

SUITE = Suite("ecdsa-rdfc-2019", p256.PUBLIC_BYTES, linked_data.canonical_bytes, carries_context=False)
