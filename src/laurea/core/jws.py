"""JSON Web Signatures in their compact form (RFC 7515), by EdDSA and ES256 (RFC 8037, RFC 7518): sign and check. Times are the caller's."""

from dataclasses import dataclass
from typing import Any

from jwt.algorithms import Algorithm
from jwt.api_jws import PyJWS
from jwt.exceptions import InvalidTokenError

from laurea.core import canonical, jose, keys, p256
from laurea.core.canonical import JsonObject
from laurea.core.signature import SignatureKey
from laurea.errors import FormatError

ALGORITHMS = {keys.KEY_BYTES: "EdDSA", p256.PUBLIC_BYTES: "ES256"}  # by the length of the public key
NAMES = tuple(ALGORITHMS.values())


@dataclass(frozen=True, slots=True)
class Jws:
    """What a compact JWS says, whoever signed it."""

    text: str
    header: JsonObject
    payload: JsonObject

    @classmethod
    def parse(cls, text: str) -> "Jws":
        """Read one whose payload is a JSON object, without a look at its signature; raises FormatError."""
        data = text.encode()
        return cls(text, jose.header(data), jose.payload(data))

    def is_by(self, public: bytes) -> bool:
        """Tell whether it is signed by a public key, with the algorithm of such keys."""
        name = ALGORITHMS.get(len(public))
        if name is None or self.header.get("alg") != name:
            return False
        try:
            _JWS.decode_complete(self.text, key=public, algorithms=[name])
        except InvalidTokenError:
            return False
        return True


def sign(payload: JsonObject, key: SignatureKey, header: JsonObject) -> str:
    """Return the compact JWS of a payload; `header` holds such members as typ, kid and jwk, to which alg is added."""
    name = ALGORITHMS.get(len(key.public))
    if name is None:
        raise FormatError("the key is of a kind that no algorithm here signs with")
    return _JWS.encode(canonical.dump(payload), key=key, algorithm=name, headers={**header})  # type: ignore[arg-type]  # a key of ours


class _OurKeys(Algorithm):
    """Keys as they are elsewhere in laurea; that one is of the algorithm's kind is seen to before."""

    def prepare_key(self, key: Any) -> Any:
        return key

    def sign(self, msg: bytes, key: SignatureKey) -> bytes:
        return key.sign(msg)

    def verify(self, msg: bytes, key: bytes, sig: bytes) -> bool:
        return keys.verify(key, sig, msg)

    @staticmethod
    def to_jwk(key_obj: Any, as_dict: bool = False) -> Any:
        raise NotImplementedError("see laurea.core.jwk")

    @staticmethod
    def from_jwk(jwk: Any) -> Any:
        raise NotImplementedError("see laurea.core.jwk")


_JWS = PyJWS(algorithms=[])
for _name in NAMES:
    _JWS.register_algorithm(_name, _OurKeys())
