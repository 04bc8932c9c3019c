"""A wallet's proof to an issuer that it has a key (OpenID for Verifiable Credential Issuance 1.0, appendix F): signed for that issuer alone."""

from datetime import datetime

from laurea.core import jws
from laurea.core.authentication import prove
from laurea.core.canonical import Json, JsonObject
from laurea.core.issuer_metadata import (
    ANOTHER_WALLET,
    DID_KEY_METHOD,
    EDDSA,
    EDDSA_JCS,
    JWK_METHOD,
    JWT_PROOF,
    PRESENTATION_PROOF,
    Configuration,
)
from laurea.core.jwk import jwk_of
from laurea.core.keys import SigningKey
from laurea.core.presentation import Demand
from laurea.errors import InputError

TYPE = "openid4vci-proof+jwt"


def kind_of(wanted: Configuration) -> str:
    """Return the type of proof for a kind of credential, "" when none is asked for; raises InputError when none of those is made here."""
    if not wanted.proofs and not wanted.methods:
        return ""
    if wanted.attested:
        raise InputError(
            "the issuer wants its keys attested by a maker of wallets, which a file of your own cannot have", hint=ANOTHER_WALLET
        )
    if EDDSA in wanted.proofs.get(JWT_PROOF, ()) and _names_key(wanted):
        return JWT_PROOF
    if EDDSA_JCS in wanted.proofs.get(PRESENTATION_PROOF, ()):
        return PRESENTATION_PROOF
    raise InputError(
        "the issuer takes no proof of a key that this wallet makes",
        hint="ask the issuer to take a jwt proof with EdDSA, by did:key or jwk; or di_vp with eddsa-jcs-2022",
    )


def proofs(wanted: Configuration, key: SigningKey, *, issuer: str, nonce: str, at: datetime) -> JsonObject:
    """Return the `proofs` of a Credential Request (8.2) for a kind of credential, {} when it asks for none; raises as `kind_of`."""
    kind = kind_of(wanted)
    if not kind:
        return {}
    proof: Json = prove(key, Demand(issuer, nonce), created=at) if kind == PRESENTATION_PROOF else _jwt(wanted, key, issuer, nonce, at)
    return {kind: [proof]}


def _jwt(wanted: Configuration, key: SigningKey, issuer: str, nonce: str, at: datetime) -> str:
    header: JsonObject = {"typ": TYPE}
    if DID_KEY_METHOD in wanted.methods:
        header["kid"] = key.method
    else:
        header["jwk"] = jwk_of(key.public)
    said: JsonObject = {"aud": issuer, "iat": int(at.timestamp())}
    return jws.sign({**said, "nonce": nonce} if nonce else said, key, header)


def _names_key(wanted: Configuration) -> bool:
    # Who names no way takes any that the header of a JWT has.
    return not wanted.methods or DID_KEY_METHOD in wanted.methods or JWK_METHOD in wanted.methods
