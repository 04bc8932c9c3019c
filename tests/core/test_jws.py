"""JWS and JWK: the examples of their specifications, and what is refused."""

import pytest

from laurea.core import jwk, jws, keys
from laurea.core.canonical import Json, JsonObject
from laurea.core.jws import Jws
from laurea.core.keys import SigningKey
from laurea.core.p256 import P256Key
from laurea.errors import FormatError

ED25519 = SigningKey.from_seed(bytes(range(32)))
P256 = P256Key.from_scalar(bytes(range(1, 33)))
# RFC 8037, appendix A.2 and A.3.
RFC8037: JsonObject = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
RFC8037_PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
# RFC 7517, appendix A.1.
RFC7517: JsonObject = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}


def test_keys_of_the_specifications_are_read_and_written() -> None:
    assert jwk.public_of(RFC8037).hex() == RFC8037_PUBLIC
    for known in (RFC8037, RFC7517):
        assert jwk.jwk_of(jwk.public_of(known)) == known


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        {},
        {**RFC8037, "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"},
        {**RFC8037, "crv": "X25519"},
        {**RFC8037, "x": f"{RFC8037['x']}="},
        {**RFC8037, "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"},  # the same bytes, written otherwise
        {**RFC7517, "y": RFC7517["x"]},  # no point
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
    ],
)
def test_other_keys_are_refused(wrong: Json) -> None:
    with pytest.raises(FormatError):
        jwk.public_of(wrong)


@pytest.mark.parametrize(("key", "name"), [(ED25519, "EdDSA"), (P256, "ES256")])
def test_what_is_signed_is_verified_by_its_key_alone(key: SigningKey | P256Key, name: str) -> None:
    made = Jws.parse(jws.sign({"nonce": "n"}, key, {"typ": "openid4vci-proof+jwt"}))
    assert made.header == {"alg": name, "typ": "openid4vci-proof+jwt"}
    assert made.payload == {"nonce": "n"}
    assert made.is_by(key.public)
    for other in (SigningKey.from_seed(bytes(32)).public, P256Key.from_scalar(bytes(31) + b"\x01").public, b""):
        assert not made.is_by(other)


def test_whatever_is_changed_ends_the_signature() -> None:
    made = jws.sign({"nonce": "n"}, ED25519, {})
    head, body, signature = made.split(".")
    other = jws.sign({"nonce": "m"}, ED25519, {"typ": "other"}).split(".")
    for changed in (f"{other[0]}.{body}.{signature}", f"{head}.{other[1]}.{signature}", f"{head}.{body}.{other[2]}", f"{head}.{body}."):
        assert not Jws.parse(changed).is_by(ED25519.public)


def test_no_signature_and_another_algorithm_are_never_right() -> None:
    head, body, signature = jws.sign({}, ED25519, {}).split(".")
    none = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}
    hmac = "eyJhbGciOiJIUzI1NiJ9"
    for changed in (f"{none}.{body}.", f"{none}.{body}.{signature}", f"{hmac}.{body}.{signature}"):
        assert not Jws.parse(changed).is_by(ED25519.public)
    assert Jws.parse(f"{head}.{body}.{signature}").is_by(ED25519.public)


def test_an_extension_that_must_be_understood_is_not() -> None:
    assert not Jws.parse(jws.sign({}, ED25519, {"crit": ["exp"], "exp": 1})).is_by(ED25519.public)


@pytest.mark.parametrize("text", ["", "a.b.c", "eyJ.eyJ", "eyJhbGciOiJFZERTQSJ9.W10.AA", "eyJhIjoxLCJhIjoyfQ.e30.AA"])
def test_what_is_no_jws_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        Jws.parse(text)


def test_keys_stay_the_same_through_a_jwk() -> None:
    assert keys.did_key(jwk.public_of(jwk.jwk_of(P256.public))) == keys.did_key(P256.public)
