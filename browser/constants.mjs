// Written by scripts/build_verifier.py from laurea.chain.artefact; not by hand.

export const REGISTRY = "0x197c96cd9d84a9b295590fd29a5ae1e8a3881c65"; // at this address on every chain
export const CODE_SHA256 = "0x861cfe9bde7f8b13cc4c26286ecde3b1feac2777e46971ca419a1c5c4491c063"; // of its runtime code
export const SELECTORS = {
  batchOf: "0xe0866f76",
  keyOf: "0xfa073d76",
  profileOf: "0x2f8eb9cb",
  revokedWord: "0x6b41ab4c",
};
export const EVENTS = {
  Revoked: "0xdcf15518ed2ecb14494419aa41160e49bde6f92074924426ac8b7ba31bbd02ed",
  BatchRevoked: "0xd7d591fd07d97a2bdf24cc79ad3c17db5e6b7487327753b4a0630acd5a2783f2",
};
