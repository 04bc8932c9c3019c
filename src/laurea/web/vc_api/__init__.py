"""The VC API of W3C's Credentials Community Group: issuer, verifier and holder, three routers that know nothing of one another."""
