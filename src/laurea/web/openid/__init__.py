"""OpenID for Verifiable Credential Issuance 1.0: the issuer's endpoints for wallets of others (docs/openid4vci.md)."""
