"""Taking what an issuer offers by OpenID for Verifiable Credential Issuance 1.0, as a wallet (docs/wallet-offers.md)."""
